package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.imap.ImapClient;
import org.posthorn.imap.ImapTestServer;

/// RFC 3501 §6.4.5.
class FetchTest {
  private static final String INNER =
      """
      From: inner@example.test
      Subject: inside
      Content-Type: multipart/alternative; boundary=in

      --in
      Content-Type: text/plain

      inner plain
      --in
      Content-Type: text/html

      <p>inner</p>
      --in--
      """;

  private static final String MAIL =
      """
      From: Ana <ana@example.test>
      To: bo@example.test
      Subject: parts
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary=b

      preamble
      --b

      first
      --b
      Content-Type: message/rfc822

      """
          + INNER
          + """
          --b
          Content-Type: application/octet-stream
          Content-Transfer-Encoding: base64

          AAECAw==
          --b--
          epilogue
          """;

  private final ImapTestServer server = new ImapTestServer();
  private final String user = server.account();
  private ImapClient client;

  @BeforeEach
  void connect() throws IOException {
    server.deliver(user, "INBOX", MAIL);
    client = server.select(user);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
  }

  private String text(String item) throws IOException {
    List<String> r = client.ok("FETCH 1 (" + item + ")");
    assertThat(r).hasSize(1);
    String s = r.getFirst();
    int start = s.indexOf("}\r\n");
    return start < 0
        ? s.substring(s.indexOf("] ") + 2, s.length() - 1)
        : s.substring(start + 3, s.length() - 1);
  }

  private static String crlf(String s) {
    return s.replace("\n", "\r\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          BODY.PEEK[1]          | first
          BODY.PEEK[2.1]        | inner plain
          BODY.PEEK[2.2]        | <p>inner</p>
          BODY.PEEK[3]          | AAECAw==
          BODY.PEEK[4]          | NIL
          BODY.PEEK[1.1]        | NIL
          BODY.PEEK[2.3]        | NIL
          BODY.PEEK[1.HEADER]   | NIL
          BODY.PEEK[99.99.MIME] | NIL
          BODY.PEEK[1]<0.3>     | fir
          BODY.PEEK[1]<3.99>    | st
          BODY.PEEK[1]<1.1>     | i
          """)
  void sections(String item, String expected) throws IOException {
    assertThat(text(item)).isEqualTo(expected);
  }

  @Test
  void wholeThings() throws IOException {
    assertThat(text("BODY.PEEK[]")).isEqualTo(crlf(MAIL));
    int blank = MAIL.indexOf("\n\n") + 2;
    assertThat(text("BODY.PEEK[HEADER]")).isEqualTo(crlf(MAIL.substring(0, blank)));
    assertThat(text("BODY.PEEK[TEXT]")).isEqualTo(crlf(MAIL.substring(blank)));
    String inner = crlf(INNER);
    assertThat(text("BODY.PEEK[2]")).isEqualTo(inner.substring(0, inner.length() - 2));
    int innerBlank = inner.indexOf("\r\n\r\n") + 4;
    assertThat(text("BODY.PEEK[2.HEADER]")).isEqualTo(inner.substring(0, innerBlank));
    assertThat(text("BODY.PEEK[2.TEXT]"))
        .isEqualTo(inner.substring(innerBlank, inner.length() - 2));
    assertThat(text("BODY.PEEK[2.MIME]")).isEqualTo("Content-Type: message/rfc822\r\n\r\n");
    assertThat(text("BODY.PEEK[1.MIME]")).isEqualTo("\r\n");
    assertThat(text("BODY.PEEK[2.1.MIME]")).isEqualTo("Content-Type: text/plain\r\n\r\n");
    assertThat(text("BODY.PEEK[2.HEADER.FIELDS (Subject)]")).isEqualTo("Subject: inside\r\n\r\n");
    assertThat(text("BODY.PEEK[HEADER.FIELDS (to SUBJECT x)]"))
        .isEqualTo("To: bo@example.test\r\nSubject: parts\r\n\r\n");
    assertThat(text("BODY.PEEK[HEADER.FIELDS.NOT (from to subject mime-version)]"))
        .isEqualTo("Content-Type: multipart/mixed; boundary=b\r\n\r\n");
  }

  @Test
  void namesOfItemsInTheResponse() throws IOException {
    assertThat(client.ok("FETCH 1 BODY.PEEK[HEADER.FIELDS (to)]<0.4>").getFirst())
        .isEqualTo("1 FETCH (BODY[HEADER.FIELDS (TO)]<0> {4}\r\nTo: )");
    assertThat(client.ok("FETCH 1 RFC822.HEADER").getFirst())
        .startsWith("1 FETCH (RFC822.HEADER {");
    assertThat(client.ok("FETCH 1 RFC822").getFirst())
        .startsWith("1 FETCH (RFC822 {")
        .endsWith(" FLAGS (\\Seen \\Recent))");
    assertThat(client.ok("FETCH 1 (RFC822.TEXT)").getFirst()).startsWith("1 FETCH (RFC822.TEXT {");
    assertThat(client.ok("UID FETCH 1 RFC822.SIZE").getFirst())
        .isEqualTo("1 FETCH (UID 1 RFC822.SIZE " + crlf(MAIL).length() + ")");
    assertThat(client.ok("UID FETCH 1 (RFC822.SIZE UID)").getFirst())
        .isEqualTo("1 FETCH (RFC822.SIZE " + crlf(MAIL).length() + " UID 1)");
  }

  @Test
  void partialsBeyondTheEnd() throws IOException {
    assertThat(client.ok("FETCH 1 BODY.PEEK[1]<5.10>").getFirst())
        .isEqualTo("1 FETCH (BODY[1]<5> {0}\r\n)");
    assertThat(client.ok("FETCH 1 BODY.PEEK[1]<4294967295.4294967295>").getFirst())
        .isEqualTo("1 FETCH (BODY[1]<4294967295> {0}\r\n)");
    assertThat(client.ok("FETCH 1 BODY.PEEK[]<0.4294967295>").getFirst()).contains(crlf(MAIL));
  }

  @Test
  void envelopeAndStructure() throws IOException {
    assertThat(client.ok("FETCH 1 FULL").getFirst())
        .contains("FLAGS (\\Recent) INTERNALDATE \"20-Nov-2026 09:30:00 +0100\" RFC822.SIZE")
        .contains(
            "ENVELOPE (NIL \"parts\" ((\"Ana\" NIL \"ana\" \"example.test\"))"
                + " ((\"Ana\" NIL \"ana\" \"example.test\")) ((\"Ana\" NIL \"ana\""
                + " \"example.test\")) ((NIL NIL \"bo\" \"example.test\")) NIL NIL NIL NIL)")
        .contains(" BODY ((");
    assertThat(client.ok("FETCH 1 BODYSTRUCTURE").getFirst())
        .containsIgnoringCase("\"message\" \"rfc822\"");
  }

  @Test
  void readOnlySetsNothing() throws IOException {
    client.ok("EXAMINE INBOX");
    assertThat(client.ok("FETCH 1 BODY[1]").getFirst()).isEqualTo("1 FETCH (BODY[1] {5}\r\nfirst)");
    assertThat(client.ok("STATUS INBOX (UNSEEN)")).containsExactly("STATUS INBOX (UNSEEN 1)");
  }

  @Test
  void manyInRuns() throws IOException {
    server.fill(user, 700);
    client.ok("NOOP");
    List<String> all = client.ok("FETCH 1:* (UID FLAGS RFC822.SIZE ENVELOPE)");
    assertThat(all).hasSize(701);
    for (int i = 1; i <= 700; i++) {
      assertThat(all.get(i)).startsWith((i + 1) + " FETCH (UID " + (i + 1) + " FLAGS (\\Recent)");
      assertThat(all.get(i)).contains("\"message " + i + "\"");
    }
    List<String> texts = client.ok("UID FETCH 2:701 BODY[TEXT]");
    assertThat(texts).hasSize(700);
    assertThat(texts.get(699)).contains("text of message 700").contains("FLAGS (\\Seen \\Recent)");
    assertThat(client.ok("SEARCH UNSEEN")).containsExactly("SEARCH 1");
    assertThat(client.ok("FETCH 701,1,300:302 UID")).hasSize(5);
  }

  @Test
  void large() throws IOException {
    String line = "0123456789".repeat(7) + "\r\n";
    String big = "Subject: big\r\n\r\n" + line.repeat(40_000);
    client.append("INBOX", big);
    String got = client.ok("FETCH 2 BODY.PEEK[]").getFirst();
    assertThat(got).hasSize("2 FETCH (BODY[] {2880016}\r\n)".length() + big.length());
    assertThat(got).endsWith(line + ")");
    assertThat(client.ok("FETCH 2 BODY.PEEK[]<2880000.100>").getFirst())
        .isEqualTo("2 FETCH (BODY[]<2880000> {16}\r\n" + big.substring(2880000) + ")");
  }

  /// Rows of messages with many parts are large though the messages are not; a run of them is
  /// answered in portions.
  @Test
  void manyMessagesOfManyParts() throws IOException {
    String many =
        "Subject: many\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            + "--b\r\n\r\n".repeat(480)
            + "--b--\r\n";
    int count = 70;
    for (int i = 2; i <= count; i++) {
      client.append("INBOX", many);
    }
    List<String> lines = client.ok("FETCH 1:* (UID BODYSTRUCTURE)");
    assertThat(lines).hasSize(count);
    for (int i = 2; i <= count; i++) {
      assertThat(lines.get(i - 1)).startsWith(i + " FETCH (UID " + i + " BODYSTRUCTURE ((");
    }
    assertThat(client.ok("SEARCH BODY nothing SUBJECT many")).containsExactly("SEARCH");
    assertThat(client.ok("SEARCH NOT BODY nothing SUBJECT many").getFirst().split(" "))
        .hasSize(count);
  }

  @Test
  void morePartsThanAreHeldAtOnce() throws IOException {
    String header = "Subject: big\r\nX-Long: " + "y".repeat(900) + "\r\n";
    header += ("X-More: " + "z".repeat(900) + "\r\n").repeat(200) + "\r\n";
    String big = header + "0123456789".repeat(30_000);
    client.append("INBOX", big);
    StringBuilder items = new StringBuilder();
    StringBuilder expected = new StringBuilder("2 FETCH (");
    for (int i = 0; i < 20; i++) {
      items.append("BODY.PEEK[]<").append(i).append(".100000> BODY.PEEK[HEADER.FIELDS (X-Long)]<");
      items.append(i).append(".5> ");
      expected.append("BODY[]<").append(i).append("> {100000}\r\n");
      expected.append(big, i, i + 100_000).append(" BODY[HEADER.FIELDS (X-LONG)]<");
      expected.append(i).append("> {5}\r\n").append(header, 14 + i, 19 + i).append(' ');
    }
    String got = client.ok("FETCH 2 (" + items.toString().strip() + ")").getFirst();
    assertThat(got).isEqualTo(expected.toString().strip() + ")");
  }

  @Test
  void sameBodyAgainAndAgain() throws IOException {
    String items = "BODY.PEEK[1] ".repeat(3000).strip();
    assertThat(client.bad("FETCH 1 (" + items + " UID FOO)")).isEqualTo("Unknown item FOO");
    // The same item twice is one.
    assertThat(client.ok("FETCH 1 (" + items + ")").getFirst())
        .isEqualTo("1 FETCH (BODY[1] {5}\r\nfirst)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FETCH",
        "FETCH 1",
        "FETCH 0 UID",
        "FETCH 2 UID",
        "FETCH 1:2 UID",
        "FETCH 1 ()",
        "FETCH 1 (UID",
        "FETCH 1 UID FLAGS",
        "FETCH a UID",
        "FETCH 1 BODY[",
        "FETCH 1 BODY[]<1>",
        "FETCH 1 BODY[1.MIME.2]",
        "UID FETCH 1",
        "UID FOO 1"
      })
  void wrong(String command) throws IOException {
    client.bad(command);
  }

  @Test
  void uidsThatAreNotThereAreNoError() throws IOException {
    assertThat(client.ok("UID FETCH 77:* UID")).containsExactly("1 FETCH (UID 1)");
    assertThat(client.ok("UID FETCH 77,78:4294967295 UID")).isEmpty();
    assertThat(client.ok("UID FETCH *:900 UID")).containsExactly("1 FETCH (UID 1)");
  }

  @Test
  void emptyMailbox() throws IOException {
    client.ok("SELECT Sent");
    assertThat(client.ok("FETCH 1:* FLAGS")).isEmpty();
    assertThat(client.ok("UID FETCH 1:* FLAGS")).isEmpty();
    client.bad("FETCH 1 FLAGS");
  }
}
