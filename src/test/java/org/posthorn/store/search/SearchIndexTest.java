package org.posthorn.store.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.mime.MessageText;
import org.posthorn.mime.MimeScanner;

class SearchIndexTest {
  private static final long ANA = 1;
  private static final long BO = 2;
  private static final int INBOX = 3;

  @TempDir Path directory;
  private SearchIndex index;

  @BeforeEach
  void open() throws IOException {
    index = SearchIndex.open(directory, 4 << 20);
  }

  @AfterEach
  void close() {
    index.close();
  }

  private static MessageText text(String text) throws IOException {
    byte[] octets = text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    return new MessageText(
        MimeScanner.scan(octets),
        new MessageText.Source() {
          @Override
          public byte[] bytes(long from, int length) {
            return Arrays.copyOfRange(octets, (int) from, (int) from + length);
          }

          @Override
          public InputStream stream(long from, long length) {
            return new ByteArrayInputStream(octets, (int) from, (int) length);
          }
        });
  }

  /// The emails that may contain it; all that `emails` has if the index cannot tell.
  private long[] find(long account, Sought sought) {
    return index.find(account, INBOX, sought).possible();
  }

  private void put(long account, long email, String text) throws IOException {
    index.put(account, email, text(text));
  }

  private void settle(long account, long mark) throws IOException {
    index.mark(account, INBOX, mark);
    index.settle(SearchIndex.Settle.ALL);
  }

  @Test
  void fieldsAreApart() throws IOException {
    put(ANA, 10, "From: one@example.test\nSubject: two\nX-Three: four\n\nfive\n");
    put(ANA, 11, "From: two@example.test\nSubject: one\n\nfour\n");
    settle(ANA, 3);
    assertThat(find(ANA, Sought.inHeader("from", "one"))).containsExactly(10);
    assertThat(find(ANA, Sought.inHeader("SUBJECT", "One"))).containsExactly(11);
    assertThat(find(ANA, Sought.inHeader("x-three", "four"))).containsExactly(10);
    assertThat(find(ANA, Sought.inHeader("x-three", ""))).containsExactly(10);
    assertThat(find(ANA, Sought.inHeader("x-five", ""))).isEmpty();
    assertThat(find(ANA, Sought.inHeader("subject", ""))).containsExactly(10, 11);
    assertThat(find(ANA, Sought.inBody("four"))).containsExactly(11);
    assertThat(find(ANA, Sought.anywhere("FOUR"))).containsExactly(10, 11);
    assertThat(find(ANA, Sought.anywhere("x-three: fo"))).containsExactly(10);
    assertThat(find(ANA, Sought.anywhere("six"))).isEmpty();
    assertThat(find(ANA, Sought.inBody("fo"))).isNull();
  }

  @Test
  void wholeWordsNeedNoReading() throws IOException {
    put(ANA, 10, "Subject: needle\n\nA Needle, here.\n");
    put(ANA, 11, "Subject: needle\n\nneedles and needle2 and my_needle: Ägypten\n");
    put(ANA, 12, "Subject: needle\n\nneedles and needle2\n");
    settle(ANA, 4);
    Found body = index.find(ANA, INBOX, Sought.inBody("needle"));
    assertThat(body.possible()).containsExactly(10, 11, 12);
    assertThat(body.certain()).containsExactly(10, 11);
    assertThat(index.find(ANA, INBOX, Sought.anywhere("NEEDLE")).certain()).containsExactly(10, 11);
    assertThat(index.find(ANA, INBOX, Sought.anywhere("ägypten")).certain()).containsExactly(11);
    assertThat(index.find(ANA, INBOX, Sought.inHeader("subject", "needle")).certain()).isEmpty();
    assertThat(index.find(ANA, INBOX, Sought.inBody("needle2")).certain()).isEmpty();
    assertThat(index.find(ANA, INBOX, Sought.inBody("and")).certain()).isEmpty();
  }

  @Test
  void accountsAreApart() throws IOException {
    // All shards get some.
    for (long account = 1; account <= 40; account++) {
      put(account, 7, "Subject: of all\n\nhello\n");
      put(account, 100 + account, "Subject: own\n\nhello\n");
      index.mark(account, INBOX, account + 5);
    }
    index.settle(SearchIndex.Settle.ALL);
    for (long account = 1; account <= 40; account++) {
      assertThat(find(account, Sought.inBody("hello"))).containsExactly(7, 100 + account);
      assertThat(index.find(account, INBOX, Sought.inBody("hello")).uidsBelow())
          .isEqualTo(account + 5);
      assertThat(index.marks(account)).isEqualTo(Map.of(INBOX, account + 5));
    }
    index.removeAccount(ANA);
    index.settle(SearchIndex.Settle.ALL);
    assertThat(index.marks(ANA)).isEmpty();
    assertThat(index.known(ANA, new long[] {7, 101})).containsExactly(false, false);
    assertThat(index.known(BO, new long[] {7, 101, 102})).containsExactly(true, false, true);
  }

  @Test
  void whoKnowsNothingSaysSo() throws IOException {
    assertThat(index.find(ANA, INBOX, Sought.inBody("hello"))).isEqualTo(Found.NOTHING);
    put(ANA, 10, "\nhello\n");
    settle(ANA, 2);
    // Of another mailbox nothing was said.
    assertThat(index.find(ANA, INBOX + 1, Sought.inBody("hello"))).isEqualTo(Found.NOTHING);
    index.close();
    assertThat(index.find(ANA, INBOX, Sought.inBody("hello"))).isEqualTo(Found.NOTHING);
  }

  @Test
  void whatIsNotWhollyIndexedMayContainEverything() throws IOException {
    put(ANA, 10, "Subject: long\n\n" + "much text ".repeat(Grams.TEXT_MAX / 10) + " the end\n");
    index.put(
        ANA,
        11,
        new MessageText(
            MimeScanner.scan("Subject: x\r\n\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII)),
            new MessageText.Source() {
              @Override
              public byte[] bytes(long from, int length) throws IOException {
                throw new IOException("damaged");
              }

              @Override
              public InputStream stream(long from, long length) throws IOException {
                throw new IOException("damaged");
              }
            }));
    put(ANA, 12, "Subject: short\n\nbody\n");
    settle(ANA, 4);
    assertThat(find(ANA, Sought.inBody("the end"))).containsExactly(10, 11);
    assertThat(find(ANA, Sought.inHeader("from", "somebody"))).containsExactly(10, 11);
    assertThat(find(ANA, Sought.inBody("body"))).containsExactly(10, 11, 12);
  }

  @Test
  void fedAgainItIsThereOnce() throws IOException {
    put(ANA, 10, "\nhello\n");
    settle(ANA, 2);
    put(ANA, 10, "\nhello\n");
    put(ANA, 11, "\nhello\n");
    settle(ANA, 3);
    assertThat(find(ANA, Sought.inBody("hello"))).containsExactly(10, 11);
    index.remove(ANA, new long[] {10});
    index.settle(SearchIndex.Settle.ALL);
    assertThat(find(ANA, Sought.inBody("hello"))).containsExactly(11);
    assertThat(index.marks(ANA)).isEqualTo(Map.of(INBOX, 3L));
    assertThat(index.unsettled()).isFalse();
  }

  /// A mark is never seen without what it speaks of.
  @Test
  void aCrashLosesMarksAndMessagesTogether() throws IOException {
    put(ANA, 10, "\nhello\n");
    settle(ANA, 2);
    put(ANA, 11, "\nhello\n");
    index.mark(ANA, INBOX, 3);
    index.settle(SearchIndex.Settle.BUSY);
    assertThat(index.marks(ANA)).isEqualTo(Map.of(INBOX, 3L)); // for the feeder
    assertThat(index.find(ANA, INBOX, Sought.inBody("hello")))
        .usingRecursiveComparison()
        .isEqualTo(new Found(2, new long[] {10}, new long[] {10}));
    // The first one is as good as dead.
    try (SearchIndex after = SearchIndex.open(directory, 4 << 20)) {
      assertThat(after.marks(ANA)).isEqualTo(Map.of(INBOX, 2L));
      assertThat(after.known(ANA, new long[] {10, 11})).containsExactly(true, false);
    }
  }

  @Test
  void anIndexOfAnotherKindIsMadeAnew() throws IOException {
    put(ANA, 10, "\nhello\n");
    settle(ANA, 2);
    index.close();
    int changed = 0;
    try (var shards = Files.list(directory)) {
      for (Path shard : shards.toList()) {
        try (IndexWriter w = new IndexWriter(FSDirectory.open(shard), new IndexWriterConfig())) {
          w.setLiveCommitData(Map.of("scheme", "0/0").entrySet());
          changed++;
        }
      }
    }
    assertThat(changed).isEqualTo(1); // no shard is made before it is needed
    open();
    assertThat(index.marks(ANA)).isEmpty();
    assertThat(find(ANA, Sought.inBody("hello"))).isNull();
  }

  @Test
  void filesThatVanishUnderItCostOnlyTime() throws IOException {
    put(ANA, 10, "\nhello\n");
    settle(ANA, 2);
    try (var shards = Files.walk(directory)) {
      List<Path> files = shards.filter(Files::isRegularFile).toList();
      for (Path file : files) Files.delete(file);
    }
    int before = index.openings();
    put(ANA, 11, "\nhello\n");
    index.mark(ANA, INBOX, 3);
    try {
      index.settle(SearchIndex.Settle.ALL);
      // Lucene had all it needed in memory; whoever opens it next finds it broken.
      index.close();
      open();
    } catch (IOException e) {
      assertThat(index.marks(ANA)).isEmpty();
      assertThat(index.openings()).isGreaterThan(before);
    }
    put(ANA, 12, "\nhello\n");
    settle(ANA, 4);
    assertThat(find(ANA, Sought.inBody("hello"))).contains(12);
    assertThat(index.check()).isEmpty();
  }

  /// At opening, and then the index is made anew, or by the check.
  @Test
  void aFlippedBitIsFound() throws IOException {
    int byCheck = 0;
    for (int i = 1; i < 12; i++) {
      index.close();
      Path own = directory.resolve("flipped" + i);
      index = SearchIndex.open(own, 4 << 20);
      for (int m = 0; m < 50; m++) put(ANA, 10 + m, "Subject: " + m + "\n\nhello " + m + "\n");
      settle(ANA, 60);
      assertThat(index.check()).isEmpty();
      index.close();
      flip(own, i / 12.0);
      index = SearchIndex.open(own, 4 << 20);
      boolean anew = index.marks(ANA).isEmpty();
      if (!anew) assertThat(index.check()).as("octet at %d/12", i).isNotEmpty();
      byCheck += anew ? 0 : 1;
    }
    assertThat(byCheck).isPositive();
  }

  private static void flip(Path tree, double where) throws IOException {
    try (var files = Files.walk(tree)) {
      Path largest =
          files
              .filter(Files::isRegularFile)
              .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
              .orElseThrow();
      byte[] octets = Files.readAllBytes(largest);
      octets[(int) (octets.length * where)] ^= 4;
      Files.write(largest, octets);
    }
  }
}
