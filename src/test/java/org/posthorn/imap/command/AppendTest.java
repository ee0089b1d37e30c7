package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.posthorn.imap.ImapClient;
import org.posthorn.imap.ImapTestServer;
import org.posthorn.store.Quota;

/// RFC 3501 §6.3.11.
class AppendTest {
  private final ImapTestServer server =
      new ImapTestServer(ImapTestServer.CONFIG.withMessageMax(1 << 20));
  private final String user = server.account();
  private ImapClient client;

  @BeforeEach
  void connect() throws IOException {
    client = server.select(user);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
  }

  private String stored(int seq) throws IOException {
    String r = client.ok("FETCH " + seq + " BODY.PEEK[]").getFirst();
    return r.substring(r.indexOf("}\r\n") + 3, r.length() - 1);
  }

  @Test
  void bareLineFeedsBecomeCrlf() throws IOException {
    client.append("INBOX", "A: b\n\nx\r\ny\n\n");
    assertThat(stored(1)).isEqualTo("A: b\r\n\r\nx\r\ny\r\n\r\n");
    client.append("INBOX", "A: b\r\n\r\n\rx\r\r\ny");
    assertThat(stored(2)).isEqualTo("A: b\r\n\r\n\rx\r\r\ny");
  }

  @Test
  void lineFeedsAtEveryPieceEdge() throws IOException {
    var text = new StringBuilder("A: b\n\n");
    while (text.length() < 70_000) {
      text.append("x".repeat(text.length() % 97)).append('\n');
    }
    assertThat(client.append("INBOX", text.toString()).tagged()).startsWith("OK");
    assertThat(stored(1)).isEqualTo(text.toString().replace("\n", "\r\n"));
  }

  @Test
  void nulIsRefusedAndTheSessionGoesOn() throws IOException {
    assertThat(client.append("INBOX", "A: b\r\n\r\nx\0y" + "z".repeat(50_000)).tagged())
        .isEqualTo("BAD NUL is not allowed in a message");
    client.ok("NOOP");
    assertThat(client.ok("STATUS INBOX (MESSAGES)")).containsExactly("STATUS INBOX (MESSAGES 0)");
  }

  @Test
  void everyOtherOctetIsKept() throws IOException {
    var all = new StringBuilder("Subject: octets\r\n\r\n");
    for (int c = 1; c < 256; c++) {
      all.append(c == '\n' ? "\r\n" : Character.toString(c));
    }
    client.append("INBOX", all.toString());
    assertThat(stored(1)).isEqualTo(all.toString());
  }

  @Test
  void tooLargeIsRefusedBeforeItIsSent() throws IOException {
    assertThat(client.no("APPEND INBOX {1048577}")).isEqualTo("[TOOBIG] Message too large");
    client.ok("NOOP");
  }

  @Test
  void tooLargeUnaskedIsDroppedOrEndsTheConnection() throws IOException {
    // RFC 7888 §4: what fits into the limit of a message is read and dropped …
    String refused = client.append("nowhere", "x".repeat(1 << 20)).tagged();
    assertThat(refused).startsWith("NO [TRYCREATE]");
    client.ok("NOOP");
    // … more is not.
    client.raw().send("A9 APPEND INBOX {4294967295+}");
    client.raw().expect("* BYE [TOOBIG] ");
    client.raw().expectEnd();
  }

  @Test
  void cutInTheMiddleLeavesNothing() throws IOException {
    try (ImapClient other = server.login(user)) {
      other.raw().send("A1 APPEND INBOX {1000}");
      other.raw().expect("+ ");
      other.raw().raw("Subject: half\r\n");
    }
    try (ImapClient other = server.login(user)) {
      other.raw().send("A1 APPEND INBOX {1000+}");
      other.raw().raw("Subject: half\r\n");
      other.raw().reset();
    }
    assertThat(client.ok("STATUS INBOX (MESSAGES)")).containsExactly("STATUS INBOX (MESSAGES 0)");
    client.append("INBOX", ImapTestServer.text(1));
    assertThat(stored(1)).isEqualTo(ImapTestServer.text(1));
  }

  @Test
  void overQuota() throws IOException {
    server.store(user).setQuota(Quota.ofOctets(1000));
    assertThat(client.no("APPEND INBOX {1001}")).isEqualTo("[OVERQUOTA] Mailbox is full");
    // Line ends make it larger than announced.
    String tag = client.send("APPEND INBOX {900+}");
    client.raw().raw("a\n".repeat(450) + "\r\n");
    assertThat(client.finish(tag).tagged()).isEqualTo("NO [OVERQUOTA] The account is full");
    client.append("INBOX", ImapTestServer.text(1));
    client.ok("FETCH 1 FLAGS");
  }

  @Test
  void manyPipelined() throws IOException {
    var all = new StringBuilder();
    for (int i = 1; i <= 50; i++) {
      String text = ImapTestServer.text(i);
      all.append("T").append(i).append(" APPEND Drafts (\\Draft) {").append(text.length());
      all.append("+}\r\n").append(text).append("\r\n");
    }
    client.raw().raw(all.toString());
    List<String> answers = client.raw().readUntil("T50 ");
    assertThat(answers).hasSize(50).allMatch(a -> a.contains("OK [APPENDUID "));
    client.ok("SELECT Drafts");
    assertThat(stored(37)).isEqualTo(ImapTestServer.text(37));
  }

  @Test
  void oneOctetAtATime() throws IOException {
    String text = "Subject: slow\n\nbody\n";
    client.raw().drip("T1 APPEND INBOX {" + text.length() + "+}\r\n" + text + "\r\n");
    client.raw().readUntil("T1 OK");
    assertThat(stored(1)).isEqualTo("Subject: slow\r\n\r\nbody\r\n");
  }

  @Test
  void wrongArguments() throws IOException {
    for (String wrong :
        Arrays.asList(
            "APPEND",
            "APPEND INBOX",
            "APPEND INBOX \"text\"",
            "APPEND INBOX (\\Seen) \"date\" {5+}\r\nhello",
            "APPEND INBOX (\\Recent) {5+}\r\nhello",
            "APPEND INBOX {5+}\r\nhello more",
            "APPEND INBOX {-1}",
            "APPEND INBOX {18446744073709551616}")) {
      client.bad(wrong);
    }
    assertThat(client.ok("STATUS INBOX (MESSAGES)")).containsExactly("STATUS INBOX (MESSAGES 0)");
  }

  @Test
  void dateAndFlags() throws IOException {
    client.append("Sent (\\Seen $Forwarded) \"01-Jan-2020 00:00:00 +1400\"", "A: b\r\n\r\n");
    client.ok("SELECT Sent");
    assertThat(client.ok("FETCH 1 (FLAGS INTERNALDATE)"))
        .containsExactly(
            "1 FETCH (FLAGS (\\Seen \\Recent $Forwarded)"
                + " INTERNALDATE \" 1-Jan-2020 00:00:00 +1400\")");
    byte[] b = stored(1).getBytes(StandardCharsets.ISO_8859_1);
    assertThat(b).hasSize(8);
  }

  /// RFC 8508 §3.4: of the quota only the net counts.
  @Test
  void replaceWhereNoOtherMessageFits() throws IOException {
    client.append("INBOX", ImapTestServer.text(1));
    client.ok("NOOP");
    int size = ImapTestServer.text(1).length();
    server.store(user).setQuota(Quota.ofOctets(size + 10));
    assertThat(client.append("INBOX", ImapTestServer.text(2)).tagged())
        .startsWith("NO [OVERQUOTA]");
    String tag = client.send("REPLACE 1 INBOX {" + size + "+}");
    client.raw().raw(ImapTestServer.text(2) + "\r\n");
    assertThat(client.finish(tag).tagged()).isEqualTo("OK REPLACE completed");
    assertThat(stored(1)).isEqualTo(ImapTestServer.text(2));
  }

  /// RFC 3502: all or nothing is one commit, which has a limit.
  @Test
  void moreMessagesThanOneCommitTakes() throws IOException {
    var command = new StringBuilder("T1 APPEND INBOX");
    for (int i = 0; i <= 1000; i++) {
      command.append(" {12+}\r\nSubject: x\r\n");
    }
    client.raw().raw(command.append("\r\n").toString());
    client.raw().readUntil("T1 NO [LIMIT] ");
    client.ok("NOOP");
    assertThat(client.ok("STATUS INBOX (MESSAGES)")).containsExactly("STATUS INBOX (MESSAGES 0)");
  }
}
