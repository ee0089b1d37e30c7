package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.imap.ImapClient;
import org.posthorn.imap.ImapTestServer;
import org.posthorn.imap.Place;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.SequenceSet;
import org.posthorn.store.Account;
import org.posthorn.store.Rights;
import org.posthorn.store.UidSet;

/// RFC 3501 §6.4.4, RFC 4731.
class SearchTest {
  private static final List<String> MAILS =
      List.of(
          """
          From: Fred Foobar <foobar@Blurdybloop.example>
          To: mooch@owatagu.example
          Cc: =?ISO-8859-1?Q?Andr=E9?= Pirard <pirard@vm1.example>
          Subject: afternoon meeting
          Date: Mon, 7 Feb 1994 21:52:25 -0800
          X-Mark: one

          Hello Joe, do you think we can meet at 3:30 tomorrow?
          """,
          """
          From: Ana <ana@example.test>
          To: bo@example.test
          Subject: =?UTF-8?B?w4lUw4kgw6AgUGFyaXM=?=
          Date: Tue, 8 Feb 1994 01:00:00 +0000
          Content-Type: text/plain; charset=iso-8859-1
          Content-Transfer-Encoding: quoted-printable

          Caf=E9 cr=E8me, na=EFve. A lo=
          ng line.
          """,
          """
          From: list@example.test
          Subject: two parts
          Content-Type: multipart/mixed; boundary=x

          --x
          Content-Type: text/plain; charset=utf-8
          Content-Transfer-Encoding: base64

          R3LDvMOfZSBhdXMgQmVybGlu
          --x
          Content-Type: application/pdf; name=needle.pdf
          Content-Transfer-Encoding: base64

          bmVlZGxl
          --x--
          """);

  private final ImapTestServer server = new ImapTestServer();
  private final String user = server.account();
  private ImapClient client;

  @BeforeEach
  void connect() throws IOException {
    client = server.login(user);
    client.append("INBOX (\\Seen work) \" 1-Feb-1994 23:30:00 -0800\"", crlf(0));
    client.append("INBOX (\\Flagged) \" 2-Feb-1994 00:30:00 +0100\"", crlf(1));
    client.append("INBOX (\\Answered \\Draft) \" 3-Feb-1994 12:00:00 +0000\"", crlf(2));
    client.ok("SELECT INBOX");
  }

  private static String crlf(int i) {
    return MAILS.get(i).replace("\n", "\r\n");
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALL                            | 1 2 3
          SEEN                           | 1
          UNSEEN                         | 2 3
          NOT SEEN                       | 2 3
          FLAGGED                        | 2
          ANSWERED DRAFT                 | 3
          UNANSWERED UNDRAFT UNFLAGGED   | 1
          KEYWORD Work                   | 1
          UNKEYWORD work                 | 2 3
          KEYWORD unknown                |
          OR SEEN FLAGGED                | 1 2
          OR (SEEN FLAGGED) ANSWERED     | 3
          NOT (OR SEEN FLAGGED)          | 3
          2:3                            | 2 3
          2:99                           | 2 3
          *                              | 3
          UID 1,3                        | 1 3
          UID 3:4294967295,*             | 3
          1:2 UID 2:3                    | 2
          ON 1-Feb-1994                  | 1
          ON 2-Feb-1994                  | 2
          BEFORE 2-Feb-1994              | 1
          SINCE 2-Feb-1994               | 2 3
          SENTON 7-Feb-1994              | 1
          SENTON 8-Feb-1994              | 2
          SENTSINCE 7-Feb-1994           | 1 2
          SENTBEFORE 8-Feb-1994          | 1
          LARGER 0                       | 1 2 3
          SMALLER 10                     |
          RECENT                         | 1 2 3
          NEW                            | 2 3
          OLD                            |
          FROM foobar                    | 1
          FROM "FRED FOO"                | 1
          TO example.test                | 2
          CC pirard                      | 1
          BCC x                          |
          SUBJECT MEETING                | 1
          HEADER x-mark ""               | 1
          HEADER X-Mark ONE              | 1
          HEADER X-None ""               |
          BODY "3:30"                    | 1
          BODY needle                    | 3
          BODY foobar                    |
          TEXT foobar                    | 1
          TEXT "Subject: two"            | 3
          BODY "a long line"             | 2
          BODY ""                        | 1 2 3
          NOT BODY e                     |
          FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith" | 2
          TEXT "string not in mailbox"   |
          """)
  void keys(String keys, String found) throws IOException {
    String expected = found == null ? "SEARCH" : "SEARCH " + found;
    assertThat(client.ok("SEARCH " + keys)).containsExactly(expected);
    assertThat(client.ok("UID SEARCH " + keys)).containsExactly(expected);
  }

  private List<String> utf8(String before, String text) throws IOException {
    byte[] b = text.getBytes(StandardCharsets.UTF_8);
    String tag = client.send("SEARCH " + before + " {" + b.length + "+}");
    client.raw().raw(b).raw("\r\n");
    return client.finish(tag).untagged();
  }

  @Test
  void textIsDecodedAndCaseDoesNotMatter() throws IOException {
    assertThat(utf8("CHARSET UTF-8 SUBJECT", "été")).containsExactly("SEARCH 2");
    assertThat(utf8("CHARSET UTF-8 BODY", "CAFÉ CRÈME")).containsExactly("SEARCH 2");
    assertThat(utf8("CHARSET utf-8 CC", "andré")).containsExactly("SEARCH 1");
    assertThat(utf8("CHARSET UTF-8 BODY", "grüße")).containsExactly("SEARCH 3");
    // Without CHARSET, UTF-8 is understood; composed and decomposed are the same.
    assertThat(utf8("TEXT", "nai\u0308ve")).containsExactly("SEARCH 2");
    assertThat(client.ok("SEARCH CHARSET ISO-8859-1 TEXT {4+}\r\nCaf\u00e9"))
        .containsExactly("SEARCH 2");
  }

  /// Texts in any charset are found by strings in any other that has the characters.
  @ParameterizedTest
  @CsvSource({
    "\u041f\u0440\u0438\u0432\u0435\u0442, koi8-r windows-1251 iso-8859-5 utf-8",
    "\u65e5\u672c\u8a9e, shift_jis euc-jp iso-2022-jp utf-8 gb18030",
    "\u4e2d\u6587, gb2312 big5 gb18030 utf-8",
    "\ud55c\uad6d\uc5b4, euc-kr utf-8",
    "caf\u00e9 \u20ac, windows-1252 iso-8859-15 utf-8",
    "\u03b1\u03b2\u03b3, iso-8859-7 windows-1253 utf-8",
  })
  void everyCharset(String text, String charsets) throws IOException {
    String[] names = charsets.split(" ");
    for (String c : names) {
      byte[] b = text.getBytes(Charset.forName(c));
      String word = "=?" + c + "?B?" + Base64.getEncoder().encodeToString(b) + "?=";
      String head = "Subject: " + word + "\r\nContent-Type: text/plain; charset=" + c;
      String mail = head + "\r\n\r\n" + new String(b, StandardCharsets.ISO_8859_1) + "\r\n";
      client.append("INBOX", mail);
    }
    client.ok("NOOP");
    String all = " ALL 4:" + (3 + names.length);
    for (String c : names) {
      byte[] b = text.getBytes(Charset.forName(c));
      String literal = "{" + b.length + "+}\r\n" + new String(b, StandardCharsets.ISO_8859_1);
      for (String key : List.of("SUBJECT", "BODY", "TEXT")) {
        String command = "SEARCH RETURN (ALL) CHARSET " + c + " " + key + " " + literal;
        assertThat(client.ok(command).getFirst()).as(c + " " + key).endsWith(")" + all);
      }
    }
  }

  @Test
  void charsets() throws IOException {
    assertThat(client.no("SEARCH CHARSET X-UNKNOWN ALL"))
        .isEqualTo("[BADCHARSET (US-ASCII UTF-8)] Unknown charset");
    assertThat(client.bad("SEARCH CHARSET UTF-8 TEXT {1+}\r\n\u00e9"))
        .isEqualTo("String is not valid UTF-8");
  }

  @Test
  void extendedResults() throws IOException {
    String tag = "(TAG \"A%d\")";
    List<String> r = client.ok("SEARCH RETURN (MIN COUNT) UNSEEN");
    assertThat(r.getFirst()).matches("ESEARCH \\(TAG \"A\\d+\"\\) MIN 2 COUNT 2");
    r = client.ok("UID SEARCH RETURN () ALL");
    assertThat(r.getFirst()).matches("ESEARCH \\(TAG \"A\\d+\"\\) UID ALL 1:3");
    r = client.ok("SEARCH RETURN (MIN MAX ALL COUNT) OR 1 3");
    assertThat(r.getFirst()).matches("ESEARCH \\(TAG \"A\\d+\"\\) MIN 1 MAX 3 COUNT 2 ALL 1,3");
    r = client.ok("SEARCH RETURN (MIN MAX ALL COUNT) DELETED");
    assertThat(r.getFirst()).matches("ESEARCH \\(TAG \"A\\d+\"\\) COUNT 0");
    assertThat(tag).isNotEmpty();
    client.bad("SEARCH RETURN (FOO) ALL");
  }

  @Test
  void whatThePagesKnowReadsNoMessage() throws IOException {
    long before = server.server.counters().messagesSearched.sum();
    client.ok("SEARCH UNSEEN SINCE 1-Jan-1990 LARGER 1 NOT UID 77 OR 1:* KEYWORD x");
    client.ok("SEARCH SEEN FLAGGED BODY x");
    client.ok("SEARCH OR ALL BODY x");
    assertThat(server.server.counters().messagesSearched.sum()).isEqualTo(before);
    client.ok("SEARCH UID 2 BODY x");
    assertThat(server.server.counters().messagesSearched.sum()).isEqualTo(before + 1);
  }

  @Test
  void whatWasSearchedBeforeIsNotReadAgain() throws IOException {
    List<String> first = client.ok("SEARCH TEXT meet");
    long before = server.server.counters().messagesSearched.sum();
    assertThat(client.ok("SEARCH TEXT MEET")).isEqualTo(first);
    client.ok("SEARCH NOT TEXT meet UNSEEN");
    assertThat(server.server.counters().messagesSearched.sum()).isEqualTo(before);
    client.ok("SEARCH BODY meet");
    assertThat(server.server.counters().messagesSearched.sum()).isGreaterThan(before);
    server.fill(user, 1);
    client.ok("NOOP");
    before = server.server.counters().messagesSearched.sum();
    assertThat(client.ok("SEARCH TEXT meet")).isEqualTo(first);
    assertThat(server.server.counters().messagesSearched.sum()).isEqualTo(before + 1);
  }

  @Test
  void manyMessagesInRuns() throws IOException {
    server.fill(user, 600);
    client.ok("NOOP");
    assertThat(client.ok("SEARCH SUBJECT \"message 60\"")).containsExactly("SEARCH 63 603");
    assertThat(client.ok("SEARCH RETURN (COUNT) BODY \"of message\"").getFirst())
        .endsWith("COUNT 600");
    assertThat(client.ok("SEARCH RETURN (ALL) OR BODY \"of message\" SEEN").getFirst())
        .endsWith("ALL 1,4:603");
  }

  /// RFC 5182 §2.5.
  @Test
  void tooMuchIsNotSaved() {
    Account account = server.store(user);
    Place place = new Place(account, account.mailbox("INBOX"), "INBOX", Rights.ALL);
    var view = new SessionView(place, place.account().id(), true, Set.of());
    SequenceSet saved = SequenceSet.parse("$");
    var b = new UidSet.Builder();
    for (long uid = 1; uid <= 2 * 65_536; uid += 2) {
      b.add(uid);
    }
    view.save(b.build());
    assertThat(view.resolve(saved, true).size()).isEqualTo(65_536);
    UidSet more = b.add(2 * 65_536 + 1).build();
    assertThatThrownBy(() -> view.save(more))
        .isInstanceOf(CommandException.class)
        .hasFieldOrPropertyWithValue("code", "NOTSAVED");
    assertThat(view.resolve(saved, true).isEmpty()).isTrue();
  }

  @Test
  void theFirstOnesEndTheSearch() throws IOException {
    server.fill(user, 600);
    client.ok("NOOP");
    long before = server.server.counters().messagesSearched.sum();
    assertThat(client.ok("SEARCH RETURN (MIN) BODY \"text of\"").getFirst()).endsWith(") MIN 4");
    assertThat(client.ok("SEARCH RETURN (PARTIAL 2:3) BODY \"xt of m\"").getFirst())
        .endsWith("PARTIAL (2:3 5:6)");
    assertThat(client.ok("SEARCH RETURN (PARTIAL 2:3) 1:9").getFirst())
        .endsWith("PARTIAL (2:3 2:3)");
    assertThat(server.server.counters().messagesSearched.sum()).isEqualTo(before + 4 + 6);
    assertThat(client.ok("SEARCH RETURN (MIN COUNT) BODY \"text of\"").getFirst())
        .endsWith("MIN 4 COUNT 600");
  }

  @Test
  void idsAsGmailHasThem() throws IOException {
    String ids = client.ok("FETCH 2 (EMAILID THREADID)").getFirst();
    long email = Long.parseLong(ids.replaceFirst(".*EMAILID \\(E(\\w+)\\).*", "$1"), 16);
    long thread = Long.parseLong(ids.replaceFirst(".*THREADID \\(T(\\w+)\\).*", "$1"), 16);
    assertThat(client.ok("SEARCH X-GM-MSGID " + email)).containsExactly("SEARCH 2");
    assertThat(client.ok("SEARCH X-GM-THRID " + thread)).containsExactly("SEARCH 2");
    assertThat(client.ok("SEARCH NOT X-GM-THRID " + thread)).containsExactly("SEARCH 1 3");
  }

  @Test
  void wrong() throws IOException {
    assertThat(client.bad("SEARCH")).isEqualTo("Expected a space at the end");
    assertThat(client.bad("SEARCH FOO")).isEqualTo("Unknown search key FOO");
    assertThat(client.bad("SEARCH ON 32-Jan-2020")).isEqualTo("Invalid date");
    assertThat(client.bad("SEARCH " + "NOT ".repeat(10_000) + "ALL"))
        .isEqualTo("Nested too deeply");
    assertThat(client.bad("SEARCH " + "(".repeat(100_000))).isEqualTo("Nested too deeply");
    assertThat(client.bad("SEARCH RETURN (ALL) CHARSET")).isEqualTo("Expected a space at the end");
    client.ok("SEARCH 1:4294967295,*,2:3,3:2");
  }
}
