package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.mime.Corpus;
import org.posthorn.mime.FoldedText;
import org.posthorn.mime.MessageText;
import org.posthorn.mime.MimeScanner;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;
import org.posthorn.store.search.Sought;

/// The index narrows a search and never changes its answer: strings taken from the mails of the
/// corpus are looked for with the index in every state it can be in, and by reading all mails.
class CorpusSearchTest {
  /// `-Dposthorn.search.strings=150`, or 2000, for more than a build wants to wait for.
  private static final int STRINGS = Integer.getInteger("posthorn.search.strings", 80);

  /// Of them so many while the index has little, for then nearly all texts are read.
  private static final int FEW = STRINGS / 8;

  private static final List<Corpus.Mail> MAILS = Corpus.mails();

  @TempDir Path directory;

  private MemoryKv kv = new MemoryKv();
  private FaultyDisk disk = new FaultyDisk(1);
  private TestStore test;
  private AccountId id;

  /// Strings to look for, and the numbers of the mails that have each.
  private final List<Sought> wanted = new ArrayList<>();

  private final List<TreeSet<Integer>> expected = new ArrayList<>();
  private final List<Long> uids = new ArrayList<>();
  private final TreeSet<Integer> expunged = new TreeSet<>();

  /// Texts that the index sent us to.
  private long read;

  @Test
  void theSameWithAndWithoutIndex() throws IOException {
    choose();
    open();
    id = test.store.createAccount();
    int half = MAILS.size() / 2;
    deliver(0, half);
    assertThat(test.store.feed()).isTrue();
    deliver(half, MAILS.size());
    compare("half fed", FEW);
    assertThat(test.store.feed()).isTrue();
    compare("all fed");
    // Strings of one or two characters, or with too much white space, are looked for everywhere.
    assertThat(read).isLessThan((long) STRINGS * MAILS.size() / 2);

    expunge();
    compare("expunged");
    test.millis.addAndGet((MessageChanges.GRACE_SECONDS + 1) * 1000);
    test.store.reap();
    compare("reaped");
    test.store.account(id).copy(inbox(), UidSet.range(1, 50), "Archive");
    assertThat(test.store.feed()).isTrue();

    long narrowed = read;
    reopen();
    compare("opened again");
    assertThat(read).isEqualTo(narrowed);

    test.close();
    delete(directory);
    begin();
    compare("index lost", FEW);
    assertThat(read).isEqualTo((long) FEW * test.store.account(id).mailbox("INBOX").count());
    assertThat(test.store.feed()).isTrue();
    compare("fed anew");
    assertThat(read).isEqualTo(narrowed);

    test.close();
    damage();
    begin();
    compare("index damaged", FEW);
    assertThat(test.store.feed()).isTrue();
    compare("fed once more");
    assertThat(read).isEqualTo(narrowed);
    test.close();
  }

  // ---- the store

  private void open() {
    test = TestStore.withIndex(kv, disk, directory);
  }

  private void begin() {
    kv = kv.reopen(Faults.NONE);
    disk = disk.crash();
    open();
  }

  private void reopen() {
    test.close();
    begin();
  }

  private MailboxId inbox() {
    return test.store.account(id).mailbox("INBOX").id();
  }

  private void deliver(int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      try (Incoming in = test.store.receive()) {
        in.write(MAILS.get(i).octets());
        uids.add(
            test.store
                .account(id)
                .append("INBOX", in.finish(), Flags.NONE, AccountTest.WHEN)
                .uid());
      }
    }
  }

  private void expunge() {
    UidSet.Builder gone = new UidSet.Builder();
    for (int i = 0; i < MAILS.size(); i += 7) {
      gone.add(uids.get(i));
      expunged.add(i);
    }
    test.store.account(id).remove(inbox(), gone.build());
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /// Every file of the index loses its end.
  private void damage() throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            byte[] octets = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(octets, octets.length - octets.length / 4 - 1));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  // ---- searching

  private void compare(String state) throws IOException {
    compare(state, STRINGS);
  }

  private void compare(String state, int strings) throws IOException {
    read = 0;
    Account account = test.store.account(id);
    test.store.verdicts().forgetAll(); // the index is asked each time
    Mailbox box = account.mailbox("INBOX");
    for (int s = 0; s < strings; s++) {
      Candidates c = box.candidates(wanted.get(s));
      TreeSet<Long> found = new TreeSet<>();
      EntryCursor e = box.entries(UidSet.ALL);
      while (e.next()) {
        boolean has =
            switch (c.of(e.uid(), e.emailId())) {
              case YES -> true;
              case NO -> false;
              case OPEN -> {
                read++;
                yield c.read(e.uid(), account.text(account.message(e.emailId())));
              }
            };
        if (has) found.add(e.uid());
      }
      TreeSet<Long> right = new TreeSet<>();
      for (int mail : expected.get(s)) {
        if (mail < uids.size() && !expunged.contains(mail)) right.add(uids.get(mail));
      }
      assertThat(found).as("%s: %s", state, wanted.get(s)).isEqualTo(right);
    }
  }

  // ---- what is looked for

  private static MessageText text(byte[] octets) throws IOException {
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

  /// Pieces of texts that the mails have, so that most are found somewhere.
  private void choose() throws IOException {
    Random random = new Random(4);
    while (wanted.size() < STRINGS) {
      MessageText mail = text(MAILS.get(random.nextInt(MAILS.size())).octets());
      MessageText.Field field = mail.fields().get(random.nextInt(mail.fields().size()));
      Sought next =
          switch (random.nextInt(6)) {
            case 0 -> Sought.inHeader(field.name(), piece(random, field.value()));
            case 1 -> Sought.inHeader(field.name(), "");
            case 2 -> {
              String own = List.of("Subject", "From", "To", "cc").get(random.nextInt(4));
              String value = mail.headers().first(own);
              yield Sought.inHeader(own, piece(random, value == null ? "" : value));
            }
            case 3 -> Sought.anywhere(piece(random, field.line()));
            case 4 -> Sought.anywhere(piece(random, body(random, mail)));
            default -> Sought.inBody(piece(random, body(random, mail)));
          };
      if (!wanted.contains(next)) wanted.add(next);
    }
    for (int i = 0; i < STRINGS; i++) expected.add(new TreeSet<>());
    for (int m = 0; m < MAILS.size(); m++) {
      MessageText mail = text(MAILS.get(m).octets());
      for (int s = 0; s < STRINGS; s++) if (wanted.get(s).in(mail)) expected.get(s).add(m);
    }
  }

  private static String piece(Random random, String text) {
    if (text.isEmpty()) return "none";
    if (random.nextInt(5) == 0) {
      String[] words = text.split("[^\\pL\\pM]+", 1000);
      String word = words[random.nextInt(words.length)];
      if (!word.isEmpty()) return word.substring(0, Math.min(24, word.length()));
    }
    int length = Math.min(text.length(), 1 + random.nextInt(12));
    int from = random.nextInt(text.length() - length + 1);
    // Rather where the text is not ASCII.
    for (int i = 0; i < text.length() && random.nextInt(4) > 0; i++) {
      if (text.charAt(i) >= 0x80) {
        from = Math.min(i, text.length() - length);
        break;
      }
    }
    return text.substring(from, from + length);
  }

  private static String body(Random random, MessageText mail) throws IOException {
    List<String> pieces = new ArrayList<>();
    mail.body(
        new FoldedText.Taker() {
          @Override
          public void begin() {}

          @Override
          public boolean take(String piece) {
            pieces.add(piece);
            return false;
          }
        });
    return pieces.isEmpty() ? "" : pieces.get(random.nextInt(pieces.size()));
  }
}
