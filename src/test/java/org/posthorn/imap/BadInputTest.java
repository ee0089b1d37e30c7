package org.posthorn.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.net.LineClient;

/// What must not hurt: a clear answer or a clean close, and the next session does not notice.
class BadInputTest {
  private final ImapTestServer server = new ImapTestServer();
  private final String user = server.account();

  @AfterEach
  void nextSessionIsUnharmed() throws IOException {
    try (ImapClient c = server.login(user)) {
      c.ok("SELECT INBOX");
      c.append("INBOX", ImapTestServer.text(1));
      c.ok("FETCH * (FLAGS ENVELOPE)");
    }
    assertThat(server.server.counters().internalErrors.sum()).isZero();
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          FOO                     | Unknown command
          UID                     | Expected a space at the end
          UID NOOP                | Unknown command
          NOOP x                  | Expected the end of the command at octet 7
          LIST                    | Expected a space at the end
          LIST "" a b             | Expected RETURN
          LIST (FOO) "" a         | Unknown selection option FOO
          STATUS INBOX            | Expected a space at the end
          STATUS INBOX ()         | Expected an atom at octet 17
          STATUS INBOX (FOO)      | Unknown item FOO
          STATUS INBOX (MESSAGES  | Expected ')' at the end
          SELECT                  | Expected a space at the end
          SELECT a b              | Expected '(' at octet 12
          SELECT "a               | Quoted string without end
          SELECT {5               | Expected '}' at the end
          SELECT (a)              | Expected a string at octet 10
          CREATE a (USE \\Sent)   | Expected '(' at octet 17
          ID (1 2)                | Expected a string at octet 7
          ID ("a")                | Expected a space at octet 10
          STORE 1 FLAGS ()        | No mailbox is selected
          LOGIN a b               | Already logged in
          """)
  void exactTexts(String command, String text) throws IOException {
    try (ImapClient c = server.login(user)) {
      String line = command.strip();
      // Tags have two octets, so that octets can be counted.
      assertThat(c.bad(line)).isEqualTo(text);
    }
  }

  @Test
  void endlessLine() throws IOException {
    try (ImapClient c = server.connect()) {
      c.raw().raw("A1 LOGIN " + "x".repeat(100_000) + "\r\n");
      c.raw().expect("* BAD [TOOBIG] Command line too long");
      c.ok("NOOP");
      try {
        c.raw().raw("x".repeat(3 << 20));
        c.raw().readAll();
      } catch (IOException e) {
        assertThat(e).isNotNull(); // the connection was closed while we wrote
      }
    }
  }

  @Test
  void endlessLiteralsBeforeLogin() throws IOException {
    try (ImapClient c = server.connect()) {
      assertThat(c.bad("LOGIN {4294967295}")).isEqualTo("[TOOBIG] Literal too large");
      assertThat(c.bad("LOGIN {99999999999999999999}")).isEqualTo("Number too large");
      c.raw().send("A3 LOGIN {4294967295+}");
      c.raw().expect("* BYE [TOOBIG]");
      c.raw().expectEnd();
    }
    try (ImapClient c = server.connect()) {
      // Many small ones in one command share one limit.
      c.raw().raw("A1 LOGIN " + "{1000+}\r\n" + "x".repeat(1000));
      for (int i = 0; i < 20; i++) {
        c.raw().raw(" {1000+}\r\n" + "x".repeat(1000));
      }
      c.raw().raw("\r\n");
      assertThat(c.raw().readLine()).containsAnyOf("BAD", "BYE");
    }
  }

  @Test
  void everyOctetInEveryPlace() throws IOException {
    for (int c = 0; c < 256; c++) {
      String octet = Character.toString(c);
      try (LineClient l = LineClient.connect(server.listener.address())) {
        l.expect("* OK");
        l.raw(octet + "\r\nA1 N" + octet + "OP\r\nA2 LOGIN \"" + octet + "\" " + octet + "\r\n");
        l.raw("A3 NOOP\r\n");
        List<String> lines = l.readUntil("A3 ");
        assertThat(lines.getLast()).isEqualTo("A3 OK NOOP completed");
        assertThat(lines).noneMatch(s -> s.contains("Exception"));
      }
    }
  }

  @Test
  void parenthesesWithoutEnd() throws IOException {
    try (ImapClient c = server.connect()) {
      c.raw().raw("A1 " + "(".repeat(1 << 20) + "\r\n");
      assertThat(c.raw().readLine()).startsWith("* BAD");
    }
    try (ImapClient c = server.login(user)) {
      c.ok("SELECT INBOX");
      assertThat(c.bad("SEARCH " + "(".repeat(200_000))).isEqualTo("Nested too deeply");
      assertThat(c.bad("FETCH 1 " + "(".repeat(200_000))).isNotEmpty();
      assertThat(c.bad("STORE 1 FLAGS " + "(".repeat(200_000))).isNotEmpty();
    }
  }

  @Test
  void mailboxNames() throws IOException {
    try (ImapClient c = server.login(user)) {
      c.raw().raw("A1 CREATE {100000+}\r\n" + "x".repeat(100_000) + "\r\n");
      c.raw().expect("A1 NO [CANNOT]");
      c.raw().raw("A2 CREATE {20000+}\r\n" + "a/".repeat(10_000) + "\r\n");
      c.raw().expect("A2 NO [CANNOT]");
      c.raw().raw("A3 CREATE {2000000+}\r\n" + "x".repeat(2_000_000) + "\r\n");
      c.raw().expect("A3 BAD [TOOBIG]");
      c.raw().raw("A4 SELECT \"a\0b\"\r\n");
      c.raw().expect("A4 BAD");
      c.raw().raw("A5 LIST \"\" " + "%*".repeat(400) + "\r\n");
      c.raw().readUntil("A5 OK");
      c.raw().raw("A6 LIST \"\" " + "%*".repeat(5000) + "\r\n");
      c.raw().expect("A6 OK LIST");
      c.raw().raw("A7 SELECT ../../etc/passwd\r\n");
      c.raw().expect("A7 NO [NONEXISTENT]");
    }
  }

  @Test
  void sets() throws IOException {
    server.fill(user, 3);
    try (ImapClient c = server.select(user)) {
      assertThat(c.ok("UID FETCH 1:4294967295,*,2:3,3:2,1,1,1 UID")).hasSize(3);
      assertThat(c.bad("UID FETCH 1:4294967296 UID")).isEqualTo("Number too large");
      String many = "1,3,".repeat(20_000) + "2";
      assertThat(c.ok("UID FETCH " + many + " UID")).hasSize(3);
      assertThat(c.ok("FETCH " + many + " UID")).hasSize(3);
    }
  }

  @Test
  void connectionCutAnywhere() throws IOException {
    String talk =
        "A1 LOGIN "
            + user
            + " {6+}\r\n"
            + "secret\r\n"
            + "A2 SELECT INBOX\r\n"
            + "A3 APPEND INBOX {20+}\r\n"
            + "Subject: x\r\n\r\n"
            + "body\r\n"
            + "\r\n"
            + "A4 IDLE\r\n";
    for (int cut = 0; cut < talk.length(); cut += 3) {
      try (LineClient l = LineClient.connect(server.listener.address())) {
        l.raw(talk.substring(0, cut));
        if (cut % 2 == 0) {
          l.reset();
        }
      }
    }
  }

  @Test
  void randomOctetsAfterLogin() throws IOException {
    var random = new Random(5);
    String[] words = {
      "A1 ", "FETCH ", "UID ", "1:*", "(", ")", "BODY[", "]", "{3+}\r\nabc", "\"", "SEARCH ",
          "\r\n",
      "NOT ", "STORE ", "+FLAGS ", "\\Seen", "COPY ", "INBOX ", "LIST ", "*", "%", "<0.1>", "\0",
          "é"
    };
    for (int run = 0; run < 200; run++) {
      try (LineClient l = LineClient.connect(server.listener.address())) {
        var b = new StringBuilder("L LOGIN " + user + " secret\r\nS SELECT INBOX\r\n");
        for (int i = 0; i < 60; i++) {
          b.append(words[random.nextInt(words.length)]);
        }
        l.raw(b.toString());
        l.endOutput();
        assertThat(new String(l.readAll())).doesNotContain("Exception", "SERVERBUG");
      }
    }
  }
}
