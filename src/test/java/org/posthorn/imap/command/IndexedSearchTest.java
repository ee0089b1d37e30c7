package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.Await;
import org.posthorn.imap.ImapClient;
import org.posthorn.imap.ImapTestServer;
import org.posthorn.store.TestStore;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.MemoryKv;

/// RFC 3501 §6.4.4 with the index: the answers are those without it, and hardly a text is read.
class IndexedSearchTest {
  private static final int MESSAGES = 400;

  @TempDir Path directory;
  private ImapTestServer server;
  private String user;
  private ImapClient client;

  @BeforeEach
  void start() throws IOException {
    TestStore store = TestStore.withIndex(new MemoryKv(), new FaultyDisk(1), directory);
    server = new ImapTestServer(ImapTestServer.CONFIG, store);
    user = server.account();
    server.fill(user, MESSAGES);
    client = server.select(user);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  private long read() {
    return server.server.counters().messagesSearched.sum();
  }

  /// Texts read by a search, whose answer must be this.
  private long search(String keys, String answer) throws IOException {
    long before = read();
    assertThat(client.ok("SEARCH " + keys)).containsExactly(("SEARCH " + answer).strip());
    return read() - before;
  }

  @Test
  void onlyWhatCanMatchIsRead() throws IOException {
    assertThat(server.testStore.store.feed()).isTrue();
    assertThat(search("SUBJECT \"message 123\"", "123")).isOne();
    assertThat(search("BODY \"of message 321\"", "321")).isOne();
    assertThat(search("TEXT 222@example.test", "222")).isOne();
    assertThat(search("HEADER Message-ID 111@", "111")).isOne();
    assertThat(search("OR BODY \"message 399\" FROM nobody", "399")).isOne();
    assertThat(search("TEXT 222@example.test SUBJECT \"message 222\"", "222")).isOne();
    assertThat(search("BODY nowhere", "")).isZero();
    assertThat(search("BODY message UID 17", "17")).isZero(); // the index knows that word
    assertThat(search("TEXT essag UID 17", "17")).isOne();
    assertThat(search("HEADER X-None \"\"", "")).isZero();
    // The index does not know of two digits; and what was found is remembered.
    assertThat(search("BODY 77 UID 1:99", "77")).isEqualTo(99);
    assertThat(search("BODY 77 UID 1:99", "77")).isZero();
    assertThat(search("NOT BODY nowhere UID 5", "5")).isZero();
  }

  @Test
  void whatArrivedSinceIsRead() throws IOException {
    assertThat(server.testStore.store.feed()).isTrue();
    server.fill(user, 3);
    client.ok("NOOP");
    assertThat(search("SUBJECT \"message 2\" UID 390:*", "402")).isEqualTo(3);
    assertThat(server.testStore.store.feed()).isTrue();
    assertThat(search("SUBJECT \"message 3\" UID 401:*", "403")).isOne();
    // Flags change nothing of what the index has, and a copy is known by its email.
    client.ok("STORE 1:* +FLAGS.SILENT (\\Seen)");
    client.ok("COPY 1:300 Archive");
    assertThat(search("BODY \"message 250\"", "250")).isOne();
    client.ok("SELECT Archive");
    assertThat(server.testStore.store.feed()).isTrue();
    assertThat(search("BODY \"message 250\"", "250")).isOne();
    assertThat(search("BODY \"message 350\"", "")).isZero();
  }

  @Test
  void theFeederWorksByItself() throws IOException {
    server.testStore.store.start();
    long before = read();
    int[] tries = {0};
    Await.until(() -> {
      try {
        long now = read();
        client.ok("SEARCH BODY \"try " + tries[0]++ + " of many\"");
        return read() == now;
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    });
    assertThat(read() - before).isLessThanOrEqualTo((long) MESSAGES * tries[0]);
    assertThat(search("BODY \"message 123\"", "123")).isOne();
  }
}
