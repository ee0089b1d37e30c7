package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.posthorn.imap.ImapClient;
import org.posthorn.imap.ImapTestServer;
import org.posthorn.store.Account;
import org.posthorn.store.TestStore;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

/// What the mailboxes' heads say costs no reading, however many there are.
class ManyMailboxesTest {
  private static final int MAILBOXES = 200;

  private final AtomicInteger reads = new AtomicInteger();
  private final MemoryKv kv =
      new MemoryKv(
          new Faults() {
            @Override
            public void read() {
              reads.incrementAndGet();
            }
          });

  @Test
  void statusOfAllReadsNoMailbox() throws IOException {
    try (ImapTestServer server =
        new ImapTestServer(ImapTestServer.CONFIG, new TestStore(kv, new FaultyDisk(1)))) {
      String user = server.account();
      Account account = server.store(user);
      for (int i = 0; i < MAILBOXES; i++) {
        account.create("tree" + i % 10 + "/box" + i, Set.of());
      }
      server.deliver(user, "tree1/box1", ImapTestServer.text(1));
      try (ImapClient c = server.login(user)) {
        String command =
            "LIST \"\" * RETURN (SUBSCRIBED STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN DELETED"
                + " SIZE HIGHESTMODSEQ MAILBOXID))";
        c.ok(command);
        int before = reads.get();
        List<String> lines = c.ok(command);
        assertThat(reads.get() - before).as("reads").isLessThan(MAILBOXES / 10);
        assertThat(lines).hasSize(2 * (MAILBOXES + 10 + 6));
        assertThat(lines.stream().filter(l -> l.startsWith("STATUS tree1/box1 (MESSAGES 1 ")))
            .hasSize(1);
      }
    }
  }
}
