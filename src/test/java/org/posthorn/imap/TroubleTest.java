package org.posthorn.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.store.TestStore;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.KvException;
import org.posthorn.store.kv.MemoryKv;

/// When the store cannot write or read, the client is told so, nothing is claimed that is not, and
/// all is well afterwards.
class TroubleTest {
  private static final class Switch implements Faults {
    private volatile boolean writesFail;
    private volatile boolean readsFail;

    @Override
    public Fate commit(Commit commit) {
      return writesFail ? Fate.REJECT : Fate.APPLY;
    }

    @Override
    public void read() {
      if (readsFail) {
        throw new KvException("the disk does not answer", null);
      }
    }
  }

  private final Switch faults = new Switch();
  private final FaultyDisk disk = new FaultyDisk(1);
  private final ImapTestServer server =
      new ImapTestServer(ImapTestServer.CONFIG, new TestStore(new MemoryKv(faults), disk));
  private final String user = server.account();
  private ImapClient client;

  @BeforeEach
  void connect() throws IOException {
    server.fill(user, 3);
    client = server.select(user);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void nothingCanBeWritten() throws IOException {
    faults.writesFail = true;
    assertThat(client.no("STORE 1 +FLAGS (\\Seen)")).startsWith("[UNAVAILABLE]");
    assertThat(client.no("CREATE x")).startsWith("[UNAVAILABLE]");
    assertThat(client.append("INBOX", ImapTestServer.text(4)).tagged())
        .startsWith("NO [UNAVAILABLE]");
    assertThat(client.no("COPY 1:3 Trash")).startsWith("[UNAVAILABLE]");
    // Reading goes on, and does not claim to have set \Seen.
    assertThat(client.ok("FETCH 2 BODY[TEXT]"))
        .containsExactly("2 FETCH (BODY[TEXT] {19}\r\ntext of message 2\r\n)");
    faults.writesFail = false;
    assertThat(client.ok("STORE 1 +FLAGS (\\Seen)"))
        .containsExactly("1 FETCH (FLAGS (\\Seen \\Recent))");
    assertThat(client.ok("STATUS INBOX (MESSAGES UNSEEN)"))
        .containsExactly("STATUS INBOX (MESSAGES 3 UNSEEN 2)");
  }

  @Test
  void nothingCanBeSpooled(@TempDir Path directory) throws IOException {
    Path missing = directory.resolve("gone");
    TestStore store = new TestStore(new MemoryKv(), new FaultyDisk(1), 1 << 20, missing);
    try (ImapTestServer other = new ImapTestServer(ImapTestServer.CONFIG, store);
        ImapClient c = other.login(other.account())) {
      Files.delete(missing);
      String large = ImapTestServer.text(1) + "x".repeat(1 << 20);
      assertThat(c.append("INBOX", large).tagged()).startsWith("NO [UNAVAILABLE]");
      assertThat(c.append("INBOX", ImapTestServer.text(2)).tagged()).startsWith("OK ");
      Files.createDirectory(missing);
      assertThat(c.append("INBOX", large).tagged()).startsWith("OK ");
    }
  }

  /// RFC 5530 §3: CORRUPTION is not cured by waiting.
  @Test
  void oneMessageIsDamaged() throws IOException {
    String segment = disk.list().getFirst();
    byte[] octets = disk.content(segment);
    int last = octets.length - 1;
    while (octets[last] == 0) {
      last--;
    }
    disk.flip(segment, last);
    try {
      assertThat(client.no("FETCH 1:3 BODY.PEEK[]")).startsWith("[CORRUPTION]");
      assertThat(client.ok("FETCH 1:2 BODY.PEEK[]")).hasSize(2);
      assertThat(client.ok("FETCH 3 ENVELOPE")).hasSize(1);
    } finally {
      disk.flip(segment, last);
    }
    assertThat(client.ok("FETCH 1:3 BODY.PEEK[]")).hasSize(3);
  }

  @Test
  void nothingCanBeRead() throws IOException {
    faults.readsFail = true;
    assertThat(client.no("FETCH 1:3 ENVELOPE")).startsWith("[UNAVAILABLE]");
    assertThat(client.no("FETCH 1:3 BODY.PEEK[]")).startsWith("[UNAVAILABLE]");
    assertThat(client.no("SEARCH BODY x")).startsWith("[UNAVAILABLE]");
    faults.readsFail = false;
    assertThat(client.ok("FETCH 1:3 ENVELOPE")).hasSize(3);
    assertThat(server.server.counters().internalErrors.sum()).isZero();
  }
}
