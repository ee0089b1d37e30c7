package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;
import org.posthorn.store.search.SearchIndex;

class FeederTest {
  @TempDir Path directory;
  private MemoryKv kv = new MemoryKv();
  private FaultyDisk disk = new FaultyDisk(1);
  private TestStore test;
  private Account ana;

  @BeforeEach
  void open() {
    test = TestStore.withIndex(kv, disk, directory);
    ana = test.store.account(test.store.createAccount());
  }

  @AfterEach
  void close() {
    test.close();
  }

  private Changes.Appended append(String subject) {
    var text = TestStore.message(test.store, AccountTest.mail(subject));
    return ana.append("INBOX", text, Flags.NONE, AccountTest.WHEN);
  }

  private boolean known(Changes.Appended message) throws IOException {
    return test.store.index().known(ana.id().value(), new long[] {message.email().value()})[0];
  }

  private long mark() throws IOException {
    int inbox = ana.mailbox("INBOX").number;
    return test.store.index().marks(ana.id().value()).getOrDefault(inbox, 0L);
  }

  @Test
  void eachMailboxHasItsMark() throws IOException {
    Changes.Appended one = append("one");
    assertThat(test.store.feed()).isTrue();
    assertThat(known(one)).isTrue();
    assertThat(mark()).isEqualTo(2);
    ana.copy(ana.mailbox("INBOX").id(), UidSet.of(1), "Archive");
    assertThat(test.store.feed()).isTrue();
    assertThat(test.store.index().marks(ana.id().value()))
        .containsEntry(ana.mailbox("Archive").number, 2L);
    assertThat(test.store.index().unsettled()).isFalse();
    assertThat(known(one)).isTrue();
  }

  @Test
  void theReaperTakesDocumentsAlong() throws IOException {
    Changes.Appended one = append("one");
    Changes.Appended two = append("two");
    assertThat(test.store.feed()).isTrue();
    ana.remove(ana.mailbox("INBOX").id(), UidSet.of(one.uid()));
    assertThat(test.store.feed()).isTrue();
    assertThat(known(one)).isTrue(); // a session may still see it
    test.millis.addAndGet((MessageChanges.GRACE_SECONDS + 1) * 1000);
    test.store.reap();
    test.store.index().settle(SearchIndex.Settle.ALL);
    assertThat(known(one)).isFalse();
    assertThat(known(two)).isTrue();
    assertThat(mark()).isEqualTo(3);
  }

  @Test
  void anAccountLeavesTheIndexAlsoAfterARestart() throws IOException {
    append("one");
    Account bo = test.store.account(test.store.createAccount());
    bo.append(
        "INBOX",
        TestStore.message(test.store, AccountTest.mail("two")),
        Flags.NONE,
        AccountTest.WHEN);
    assertThat(test.store.feed()).isTrue();
    test.store.removeAccount(ana.id(), a -> {});
    test.store.removeAccount(bo.id(), a -> {});
    assertThat(test.store.index().marks(bo.id().value())).isNotEmpty();
    test.close(); // before the feeder came to it
    kv = kv.reopen(Faults.NONE);
    disk = disk.crash();
    test = TestStore.withIndex(kv, disk, directory);
    assertThat(test.store.feed()).isTrue();
    assertThat(test.store.index().marks(ana.id().value())).isEmpty();
    assertThat(test.store.index().marks(bo.id().value())).isEmpty();
  }

  @Test
  void theCheckNoticesAMarkWithoutItsMessages() throws IOException {
    append("one");
    assertThat(test.store.check()).isEmpty();
    SearchIndex index = test.store.index();
    index.mark(ana.id().value(), ana.mailbox("INBOX").number, 2);
    index.settle(SearchIndex.Settle.ALL);
    assertThat(test.store.check())
        .containsExactly("account " + ana.id() + ": INBOX UID 1: not in the index");
    index.removeAccount(ana.id().value());
    index.settle(SearchIndex.Settle.ALL);
    assertThat(test.store.check()).isEmpty();
    assertThat(test.store.feed()).isTrue();
  }
}
