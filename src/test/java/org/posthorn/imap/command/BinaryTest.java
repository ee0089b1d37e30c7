package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.imap.ImapClient;
import org.posthorn.imap.ImapTestServer;

/// RFC 3516: parts without their transfer encoding.
class BinaryTest {
  private static final String MAIL =
      """
      Subject: parts
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary=b

      --b
      Content-Type: text/plain; charset=utf-8
      Content-Transfer-Encoding: quoted-printable

      caf=C3=A9 =
      au lait
      --b
      Content-Type: application/octet-stream
      Content-Transfer-Encoding: base64

      AAECAw==
      --b
      Content-Type: text/plain
      Content-Transfer-Encoding: base64

      YQpiDQpj
      --b
      Content-Type: message/rfc822

      Subject: inside
      Content-Transfer-Encoding: base64

      aGVsbG8=
      --b
      Content-Type: application/octet-stream
      Content-Transfer-Encoding: x-unheard-of

      ?
      --b--
      """;

  private final ImapTestServer server = new ImapTestServer();
  private final String user = server.account();
  private ImapClient client;

  @BeforeEach
  void deliver() throws IOException {
    server.deliver(user, "INBOX", crlf(MAIL));
    client = server.select(user);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
  }

  private static String crlf(String s) {
    return s.replace("\n", "\r\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          BINARY.PEEK[1]         | BINARY[1] {13}.caf.. au lait
          BINARY.PEEK[1]<3.4>    | BINARY[1]<3> {4}... a
          BINARY.PEEK[1]<13.1>   | BINARY[1]<13> {0}.
          BINARY.PEEK[1]<99.9>   | BINARY[1]<99> {0}.
          BINARY.PEEK[2]         | BINARY[2] ~{4}.@ABC
          BINARY.PEEK[2]<1.9>    | BINARY[2]<1> {3}.ABC
          BINARY.PEEK[3]         | BINARY[3] {7}.a.b.c
          BINARY.PEEK[4.1]       | BINARY[4.1] {5}.hello
          BINARY.PEEK[6]         | BINARY[6] NIL
          BINARY.PEEK[1.1]       | BINARY[1.1] NIL
          BINARY.SIZE[1]         | BINARY.SIZE[1] 13
          BINARY.SIZE[2]         | BINARY.SIZE[2] 4
          BINARY.SIZE[3]         | BINARY.SIZE[3] 7
          BINARY.SIZE[4.1]       | BINARY.SIZE[4.1] 5
          BINARY.SIZE[6]         | BINARY.SIZE[6] 0
          """)
  void items(String item, String expected) throws IOException {
    // Of the octets, 0 to 3 stand as @ABC, those above ASCII and CRLF as dots.
    String got = client.ok("FETCH 1 " + item).getFirst().replace("\r\n", ".");
    var seen = new StringBuilder();
    for (char c : got.toCharArray()) {
      seen.append(c < 4 ? (char) (c + '@') : c > 0x7e ? '.' : c);
    }
    assertThat(seen.toString()).isEqualTo("1 FETCH (" + expected + ")");
  }

  @Test
  void whatHasNoEncodingComesAsItIs() throws IOException {
    String whole = crlf(MAIL);
    assertThat(client.ok("FETCH 1 BINARY.PEEK[]").getFirst())
        .isEqualTo("1 FETCH (BINARY[] {" + whole.length() + "}\r\n" + whole + ")");
    assertThat(client.ok("FETCH 1 (BINARY.SIZE[] BINARY.SIZE[4])").getFirst())
        .isEqualTo("1 FETCH (BINARY.SIZE[] " + whole.length() + " BINARY.SIZE[4] 62)");
    assertThat(client.ok("FETCH 1 BINARY.PEEK[4]").getFirst()).contains("Subject: inside");
  }

  @Test
  void onlyWithoutPeekSetsSeen() throws IOException {
    assertThat(client.ok("FETCH 1 (BINARY.SIZE[1] BINARY.PEEK[1] FLAGS)").getFirst())
        .endsWith("FLAGS (\\Recent))");
    assertThat(client.ok("FETCH 1 BINARY[1]").getFirst()).endsWith(" FLAGS (\\Seen \\Recent))");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BINARY[5]", "BINARY.PEEK[5]<0.1>", "BINARY.SIZE[5]"})
  void unknownEncoding(String item) throws IOException {
    server.deliver(user, "INBOX", "Subject: plain\r\n\r\nx");
    client.ok("NOOP");
    // RFC 3516 §4.3; the other messages are answered all the same.
    ImapClient.Answer a = client.run("FETCH 1:2 (UID " + item + ")");
    assertThat(a.tagged()).startsWith("NO [UNKNOWN-CTE] ");
    assertThat(a.with("UID 1 ")).isEmpty();
    assertThat(a.with("UID 2 ")).hasSize(1);
  }

  @Test
  void large() throws IOException {
    byte[] content = new byte[700_000];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i % 251 + 1);
    }
    String header = "Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    server.deliver(user, "INBOX", header + Base64.getMimeEncoder().encodeToString(content));
    client.ok("NOOP");
    String all = new String(content, StandardCharsets.ISO_8859_1);
    assertThat(client.ok("FETCH 2 BINARY.PEEK[1]").getFirst())
        .isEqualTo("2 FETCH (BINARY[1] {700000}\r\n" + all + ")");
    assertThat(client.ok("FETCH 2 BINARY.PEEK[1]<300001.200000>").getFirst())
        .isEqualTo(
            "2 FETCH (BINARY[1]<300001> {200000}\r\n" + all.substring(300_001, 500_001) + ")");
    assertThat(client.ok("FETCH 2 (BINARY.SIZE[1] BINARY.PEEK[1]<699999.5>)").getFirst())
        .isEqualTo(
            "2 FETCH (BINARY.SIZE[1] 700000 BINARY[1]<699999> {1}\r\n" + all.charAt(699_999) + ")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BINARY",
        "BINARY[TEXT]",
        "BINARY[1.MIME]",
        "BINARY[1.]",
        "BINARY[0]",
        "BINARY.PEEK[HEADER]",
        "BINARY.SIZE",
        "BINARY.SIZE[1]<0.1>",
        "BINARY[1]<0.0>",
        "BINARY[1"
      })
  void wrong(String item) throws IOException {
    client.bad("FETCH 1 " + item);
  }

  // ---- APPEND, RFC 3516 §4.4

  private String appended(String text) throws IOException {
    client.ok("SELECT Drafts");
    byte[] b = text.getBytes(StandardCharsets.ISO_8859_1);
    String tag = client.send("APPEND Drafts ~{" + b.length + "+}");
    client.raw().raw(b).raw("\r\n");
    return client.finish(tag).tagged();
  }

  private String fetched(String item) throws IOException {
    String r = client.ok("FETCH * " + item).getFirst();
    return r.substring(r.indexOf("}\r\n") + 3, r.length() - 1);
  }

  @Test
  void nulInABodyIsKeptAndNeverSentWithoutBinary() throws IOException {
    String content = "a\0b\nc\rd" + "\0".repeat(100_000) + "\377";
    String text = "Subject: x\nContent-Transfer-Encoding: binary\r\nContent-Type: image/x\r\n\r\n";
    assertThat(appended(text + content)).startsWith("OK [APPENDUID ");
    assertThat(fetched("BINARY.PEEK[1]")).isEqualTo(content);
    assertThat(client.ok("FETCH * BINARY.SIZE[1]").getFirst())
        .endsWith("(BINARY.SIZE[1] " + content.length() + ")");
    String whole = fetched("BODY.PEEK[]");
    assertThat(whole)
        .startsWith(
            "MIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\nSubject: x\r\n"
                + "Content-Type: image/x\r\n\r\nYQBiCmMNZAAA")
        .doesNotContain("\0");
    assertThat(client.ok("FETCH * BODYSTRUCTURE").getFirst()).containsIgnoringCase("\"base64\"");
  }

  @Test
  void onlyPartsWithNulAreEncoded() throws IOException {
    String head = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\n\r\n";
    String text =
        head
            + "--b\nContent-Type: image/x\nContent-Transfer-Encoding: binary\n\none\ntwo\n"
            + "--b\nContent-Type: image/x\n\nthree\0\n\n"
            + "--b\n\nfour\nfive\n--b--\n";
    assertThat(appended(text)).startsWith("OK ");
    assertThat(fetched("BODY.PEEK[]"))
        .isEqualTo(
            head.replace("b\n", "b\r\n")
                + "--b\r\nContent-Type: image/x\r\nContent-Transfer-Encoding: binary\r\n\r\n"
                + "one\ntwo\r\n"
                + "--b\r\nContent-Transfer-Encoding: base64\r\nContent-Type: image/x\r\n\r\n"
                + "dGhyZWUACg==\r\n"
                + "--b\r\n\r\nfour\r\nfive\r\n--b--\r\n");
    assertThat(fetched("BINARY.PEEK[1]")).isEqualTo("one\ntwo");
    assertThat(fetched("BINARY.PEEK[2]")).isEqualTo("three\0\n");
  }

  @Test
  void whatNeedsNoChangeIsKept() throws IOException {
    String text = "Subject: x\r\nContent-Transfer-Encoding: binary\r\n\r\na\nb\rc\377";
    assertThat(appended(text)).startsWith("OK ");
    assertThat(fetched("BODY.PEEK[]")).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Subject: a\0b\r\n\r\nbody",
        "Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\nAA\0AA",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\npre\0\r\n--b\r\n\r\nx\r\n--b--\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\nnothing of it\0\r\n",
        "Content-Type: message/delivery-status\r\n\r\nx\0\r\n"
      })
  void nulWhereNothingCanBeEncoded(String text) throws IOException {
    assertThat(appended(text)).startsWith("NO [UNKNOWN-CTE] ");
    assertThat(client.ok("STATUS Drafts (MESSAGES)")).containsExactly("STATUS Drafts (MESSAGES 0)");
  }

  @Test
  void waitsToBeAsked() throws IOException {
    String tag = client.send("APPEND Drafts (\\Seen) ~{14}");
    client.raw().expect("+ ");
    client.raw().raw("Subject: x\r\n\r\n\r\n");
    assertThat(client.finish(tag).tagged()).startsWith("OK [APPENDUID ");
    client.bad("APPEND Drafts ~{3");
    client.bad("APPEND Drafts ~");
    // A literal8 is for messages.
    client.bad("CREATE ~{3+}\r\nabc");
  }
}
