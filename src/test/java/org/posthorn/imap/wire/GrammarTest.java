package org.posthorn.imap.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.store.UidSet;

class GrammarTest {

  // ---- sequence sets

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2,4:7,9,12:*     | 15 | 2,4:7,9,12:15
          *:4,5:7          | 10 | 4:10
          3291:*           | 10 | 10:3291
          *                | 5  | 5
          4:2              | 9  | 2:4
          1:4294967295,*   | 3  | 1:4294967295
          1,1,1,2,3        | 3  | 1:3
          5,3,1            | 5  | 1,3,5
          """)
  void setsOfTheRfc(String wire, long star, String ranges) throws IOException {
    SequenceSet set = SequenceSet.parse(BytesSource.reader(wire.strip() + "\r\n"));
    long[] ends = set.resolve(star);
    var b = new UidSet.Builder();
    for (int i = 0; i < ends.length; i += 2) {
      b.add(ends[i], ends[i + 1]);
    }
    assertThat(b.build()).hasToString(ranges);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "1:0", ",", "1,", "1:", ":1", "a", "1::2", "4294967296", "**"})
  void wrongSets(String wire) {
    assertThatThrownBy(() -> SequenceSet.parse(wire)).isInstanceOf(CommandException.class);
  }

  // ---- dates

  /// RFC 6855 §3: what is not UTF-8 is BAD.
  @Test
  void namesInUtf8() {
    byte[] name = "Caf\u00e9".getBytes(StandardCharsets.UTF_8);
    assertThat(MailboxName.parse(name, NameEncoding.UTF8)).isEqualTo("Caf\u00e9");
    byte[] cut = java.util.Arrays.copyOf(name, name.length - 1);
    assertThatThrownBy(() -> MailboxName.parse(cut, NameEncoding.UTF8))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.kind()).isEqualTo(CommandException.Kind.BAD));
  }

  @Test
  void dates() throws IOException {
    assertThat(ImapDate.date(BytesSource.reader("1-Feb-1994\r\n")))
        .isEqualTo(LocalDate.of(1994, 2, 1));
    assertThat(ImapDate.date(BytesSource.reader("\"01-feb-1994\"\r\n")))
        .isEqualTo(LocalDate.of(1994, 2, 1));
    for (String wrong : List.of("1-Foo-1994", "1-Feb-94", "-Feb-1994", "31-Feb-1994", "1.Feb.1994"))
      assertThatThrownBy(() -> ImapDate.date(BytesSource.reader(wrong + "\r\n")))
          .hasMessage("Invalid date");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"17-Jul-1996 02:44:25 -0700\"",
        "\" 7-Jul-1996 02:44:25 +0000\"",
        "\" 1-Jan-2026 23:59:59 +0545\""
      })
  void dateTimesComeBackAsTheyWere(String wire) throws IOException {
    var t = ImapDate.dateTime(BytesSource.reader(wire + "\r\n"));
    assertThat(new String(ImapDate.format(t), StandardCharsets.US_ASCII)).isEqualTo(wire);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "17-Jul-1996",
        "\"\"",
        "\"7-Jul-1996 02:44:25 -0700\"",
        "\"17-Jul-1996 24:44:25 -0700\"",
        "\"17-Jul-1996 02:44:25 -9900\"",
        "\"17-Jul-1996 02:44:25 GMT..\"",
        "\"31-Feb-1996 02:44:25 +0000\""
      })
  void wrongDateTimes(String wire) throws IOException {
    ImapReader in = BytesSource.reader(wire + "\r\n");
    assertThatThrownBy(() -> ImapDate.dateTime(in)).isInstanceOf(CommandException.class);
  }

  // ---- modified UTF-7

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "~peter/mail/&U,BTFw-/&ZeVnLIqe-|~peter/mail/台北/日本語", // RFC 3501 §5.1.3
        "Entw&APw-rfe|Entwürfe",
        "A&-B|A&B",
        "&2D3eAA-|😀",
        "&-&-|&&",
      })
  void modifiedUtf7(String wire, String name) {
    assertThat(ModifiedUtf7.decode(wire.getBytes(StandardCharsets.US_ASCII))).isEqualTo(name);
    assertThat(new String(ModifiedUtf7.encode(name), StandardCharsets.US_ASCII)).isEqualTo(wire);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "&",
        "&U",
        "&U,BTFw",
        "&U,BTFw-&ZeVnLIqe-",
        "&AEE-",
        "&2D0-",
        "&AAAAA-",
        "&U,BTFx-",
        "Ã©",
        "&AP/-",
        "&AP.-",
        "&A-"
      })
  void wrongModifiedUtf7(String wire) {
    assertThat(ModifiedUtf7.decode(wire.getBytes(StandardCharsets.ISO_8859_1))).isNull();
  }

  @Test
  void everyCharacterMakesTheRoundTrip() {
    for (int c = 0x20; c < 0x20000; c++) {
      if (c >= 0xd800 && c < 0xe000) {
        continue;
      }
      String s = "a" + Character.toString(c) + "é" + Character.toString(c);
      assertThat(ModifiedUtf7.decode(ModifiedUtf7.encode(s))).isEqualTo(s);
    }
  }

  @Test
  void namesAreCanonical() {
    assertThat(
            MailboxName.parse(
                "iNbOx".getBytes(StandardCharsets.US_ASCII), NameEncoding.MODIFIED_UTF7))
        .isEqualTo("INBOX");
    assertThat(MailboxName.canonical("inbox/Work")).isEqualTo("INBOX/Work");
    assertThat(MailboxName.canonical("inboxes")).isEqualTo("inboxes");
    assertThat(MailboxName.canonical("e\u0301")).isEqualTo("é");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a*", "%", "#news"})
  void wrongNewNames(String name) {
    assertThatThrownBy(() -> MailboxName.checkNew(name))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.code()).isEqualTo("CANNOT"));
  }

  // ---- list patterns

  @ParameterizedTest
  @CsvSource({
    "*,INBOX,true",
    "%,a/b,false",
    "%,a,true",
    "a/%,a/b,true",
    "a/%,a/b/c,false",
    "a*,a/b/c,true",
    "inbox,INBOX,true",
    "inb*,INBOX,true",
    "*box/%,INBOX/a,true",
    "work,Work,false",
    "INBOX,INBOX,true",
    "%/%,a/b,true",
    "%/%,a/b/c,false",
    "*%,a/b/c,true",
    "*b,a/b,true",
    "*b,a/c,false",
    "a%c*e,abcde,true",
    "a%c*e,ab/cde,false",
  })
  void patterns(String pattern, String name, boolean matches) {
    assertThat(ListPattern.of(pattern).matches(name)).isEqualTo(matches);
  }

  @Test
  void patternOfManyWildcardsIsOneWildcard() {
    assertThat(ListPattern.of("%*".repeat(400))).hasToString("*");
    assertThat(ListPattern.of("%".repeat(400))).hasToString("%");
  }

  // ---- fetch items and sections

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BODY[]",
        "BODY[HEADER]",
        "BODY[TEXT]",
        "BODY[1]",
        "BODY[1.2.3]",
        "BODY[4.2.MIME]",
        "BODY[4.2.HEADER]",
        "BODY[HEADER.FIELDS (DATE FROM)]",
        "BODY[3.HEADER.FIELDS.NOT (SUBJECT)]",
        "RFC822",
        "RFC822.HEADER",
        "RFC822.TEXT"
      })
  void namesOfTexts(String wire) throws IOException {
    List<FetchItem> items = FetchItem.parseAll(BytesSource.reader(wire + "\r\n"));
    var out = new ByteArrayOutputStream();
    var writer = new ImapWriter(out);
    ((FetchItem.Text) items.getFirst()).writeName(writer);
    writer.flush();
    assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo(wire);
  }

  @Test
  void partialsAndMacros() throws IOException {
    var text =
        (FetchItem.Text)
            FetchItem.parseAll(BytesSource.reader("(BODY.PEEK[1]<0.2048>)\r\n")).getFirst();
    assertThat(text.from()).isZero();
    assertThat(text.count()).isEqualTo(2048);
    assertThat(text.peek()).isTrue();
    assertThat(FetchItem.parseAll(BytesSource.reader("FULL\r\n"))).hasSize(5);
    assertThat(FetchItem.parseAll(BytesSource.reader("(UID FLAGS UID)\r\n"))).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "()",
        "(ALL)",
        "FOO",
        "BODY[",
        "BODY[0]",
        "BODY[1.]",
        "BODY[MIME]",
        "BODY[HEADER.FIELDS]",
        "BODY[HEADER.FIELDS ()]",
        "BODY[]<0>",
        "BODY[]<0.0>",
        "BODY[]<1.4294967296>",
        "BODY.PEEK",
        "(UID FLAGS",
        "BODY[1..2]",
        "BODY[TEXT.1]"
      })
  void wrongItems(String wire) throws IOException {
    ImapReader in = BytesSource.reader(wire + "\r\n");
    assertThatThrownBy(
            () -> {
              FetchItem.parseAll(in);
              in.expectEnd();
            })
        .isInstanceOf(CommandException.class);
  }

  // ---- search keys

  private static SearchKey search(String s) throws IOException {
    ImapReader in = BytesSource.reader(s + "\r\n");
    SearchKey k = SearchParser.parse(in, StandardCharsets.UTF_8);
    in.expectEnd();
    return k;
  }

  @Test
  void searchTrees() throws IOException {
    assertThat(search("FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\"")) // RFC 3501 §6.4.4
        .isEqualTo(
            new SearchKey.And(
                List.of(
                    new SearchKey.Flag("\\Flagged"),
                    new SearchKey.Day(SearchKey.DateOf.ARRIVAL, LocalDate.of(1994, 2, 1), null),
                    new SearchKey.Not(new SearchKey.Header("FROM", "Smith")))));
    assertThat(search("OR (SEEN) NOT UNSEEN"))
        .isEqualTo(
            new SearchKey.Or(
                new SearchKey.Flag("\\Seen"),
                new SearchKey.Not(new SearchKey.Not(new SearchKey.Flag("\\Seen")))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "FOO",
        "NOT",
        "OR SEEN",
        "(SEEN",
        "()",
        "HEADER x",
        "LARGER x",
        "ON x",
        "UID x",
        "KEYWORD \\Seen",
        "SEEN  SEEN",
        "SEEN ",
        "BODY \"\u00ff\""
      })
  void wrongSearches(String wire) {
    assertThatThrownBy(() -> search(wire)).isInstanceOf(CommandException.class);
  }

  @Test
  void depthOfSearchIsBounded() {
    assertThatThrownBy(() -> search("NOT ".repeat(10_000) + "SEEN"))
        .hasMessage("Nested too deeply");
    assertThatThrownBy(() -> search("(".repeat(10_000))).hasMessage("Nested too deeply");
    assertThatThrownBy(() -> search("OR SEEN ".repeat(7_000) + "SEEN"))
        .hasMessage("Nested too deeply");
    assertThatThrownBy(() -> search("SEEN ".repeat(2_000) + "SEEN"))
        .hasMessage("Too many search keys");
  }

  // ---- flags

  @ParameterizedTest
  @ValueSource(strings = {"\\Recent", "\\*", "\\Foo", "(\\Seen", "(a  b)", "\"a\"", ""})
  void wrongFlags(String wire) throws IOException {
    ImapReader in = BytesSource.reader(wire + "\r\n");
    assertThatThrownBy(
            () -> {
              FlagSyntax.listOrSeveral(in);
              in.expectEnd();
            })
        .isInstanceOf(CommandException.class);
  }

  @Test
  void flagsOnceEach() throws IOException {
    assertThat(FlagSyntax.listOrSeveral(BytesSource.reader("(\\seen $Junk \\SEEN $junk)\r\n")))
        .containsExactly("\\Seen", "$Junk");
    assertThat(FlagSyntax.listOrSeveral(BytesSource.reader("\\Deleted x\r\n")))
        .containsExactly("\\Deleted", "x");
  }
}
