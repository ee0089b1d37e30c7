package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.MemoryKv;

/// What a check of a running store says of the index.
class IndexCheckTest {
  @TempDir Path directory;

  @Test
  void findsWhatSearchesDoNotSeeYet() throws IOException {
    try (TestStore test = TestStore.withIndex(new MemoryKv(), new FaultyDisk(1), directory)) {
      Account account = account(test);
      Mailbox inbox = account.mailbox("INBOX");
      EntryCursor c = inbox.entries(UidSet.ALL);
      while (c.next()) {
        MessageRow row = account.message(c.emailId());
        test.store.index().put(account.id().value(), c.emailId(), account.text(row));
      }
      test.store.index().mark(account.id().value(), inbox.number, inbox.uidNext());
      assertThat(test.store.check()).isEmpty();
    }
  }

  @Test
  void tellsWhatIsMissing() throws IOException {
    TestStore test = TestStore.withIndex(new MemoryKv(), new FaultyDisk(1), directory);
    Account account = account(test);
    Mailbox inbox = account.mailbox("INBOX");
    test.store.index().mark(account.id().value(), inbox.number, inbox.uidNext());
    assertThat(test.store.check()).hasSize(3).allMatch(p -> p.contains("not in the index"));
    test.store.close();
  }

  private static Account account(TestStore test) {
    Account account = test.store.account(test.store.createAccount());
    for (int i = 0; i < 3; i++) {
      Message text = TestStore.message(test.store, AccountTest.mail("number " + i));
      account.append("INBOX", text, Flags.NONE, AccountTest.WHEN);
    }
    return account;
  }
}
