package org.posthorn.imap.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImapReaderTest {
  // RFC 3501 §6.2.3 with literals, as in §8
  private static final String LOGIN =
      "A001 LOGIN {11}\r\nFRED FOOBAR {7}\r\nfat man\r\nA002 NOOP\r\n";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void literalsArriveInPiecesOfAnySize(int step) throws IOException {
    var source = new BytesSource(LOGIN.getBytes(StandardCharsets.US_ASCII), step);
    var in = new ImapReader(source, 1000);
    assertThat(in.next()).isTrue();
    assertThat(in.tag()).isEqualTo("A001");
    in.expectSpace();
    assertThat(in.word()).isEqualTo("LOGIN");
    in.expectSpace();
    assertThat(in.astring()).isEqualTo("FRED FOOBAR");
    in.expectSpace();
    assertThat(in.astring()).isEqualTo("fat man");
    in.expectEnd();
    assertThat(source.goAheads).isEqualTo(2);
    assertThat(in.next()).isTrue();
    assertThat(in.tag()).isEqualTo("A002");
    in.skipRest();
    assertThat(in.next()).isFalse();
  }

  @Test
  void literalPlusIsNotAskedFor() throws IOException {
    // RFC 7888 §3
    String s = "A001 LOGIN {11+}\r\nFRED FOOBAR {7+}\r\nfat man\r\n";
    var source = new BytesSource(s.getBytes(StandardCharsets.US_ASCII), 5);
    var in = new ImapReader(source, 1000);
    in.next();
    in.tag();
    in.expectSpace();
    in.word();
    in.expectSpace();
    assertThat(in.astring()).isEqualTo("FRED FOOBAR");
    in.expectSpace();
    assertThat(in.astring()).isEqualTo("fat man");
    in.expectEnd();
    assertThat(source.goAheads).isZero();
  }

  @Test
  void refusedLiteralIsSkippedWhenItComesUnasked() throws IOException {
    String s = "A1 FOO {3+}\r\nabc (x {2+}\r\n\r\n)\r\nA2 NOOP\r\n";
    var source = new BytesSource(s.getBytes(StandardCharsets.US_ASCII), 1);
    var in = new ImapReader(source, 1000);
    in.next();
    in.tag();
    in.skipRest();
    assertThat(in.next()).isTrue();
    assertThat(in.tag()).isEqualTo("A2");
  }

  @Test
  void refusedLiteralThatWaitsIsTheEndOfTheCommand() throws IOException {
    String s = "A1 FOO {3}\r\nA2 NOOP\r\n";
    var source = new BytesSource(s.getBytes(StandardCharsets.US_ASCII), 1);
    var in = new ImapReader(source, 1000);
    in.next();
    in.skipRest();
    assertThat(in.next()).isTrue();
    assertThat(in.tag()).isEqualTo("A2");
    assertThat(source.goAheads).isZero();
  }

  @Test
  void hugeUnaskedLiteralEndsTheConnection() throws IOException {
    var in = BytesSource.reader("A1 LOGIN {4294967295+}\r\nabc");
    in.tag();
    assertThatThrownBy(in::skipRest)
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.kind()).isEqualTo(CommandException.Kind.BYE));
  }

  @Test
  void tooLargeLiteralIsRefusedBeforeItIsSent() throws IOException {
    var source = new BytesSource("A1 LOGIN {5000}\r\n".getBytes(StandardCharsets.US_ASCII), 100);
    var in = new ImapReader(source, 1000);
    in.next();
    in.tag();
    in.expectSpace();
    in.word();
    in.expectSpace();
    assertThatThrownBy(in::astring)
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.code()).isEqualTo("TOOBIG"));
    assertThat(source.goAheads).isZero();
  }

  @Test
  void manyLiteralsShareOneBudget() throws IOException {
    String s = "A1 {400+}\r\n" + "x".repeat(400) + "{400+}\r\n" + "x".repeat(400) + "\r\nA2 X\r\n";
    var in = new ImapReader(new BytesSource(s.getBytes(StandardCharsets.US_ASCII), 99), 700);
    in.next();
    in.tag();
    in.expectSpace();
    in.astringBytes();
    assertThatThrownBy(in::astringBytes).hasMessage("Literal too large");
    in.skipRest();
    in.next();
    assertThat(in.tag()).isEqualTo("A2");
  }

  @Test
  void streamedLiteralLeavesTheReaderBehindIt() throws IOException {
    String s = "A1 APPEND x {10}\r\n0123456789\r\nA2 NOOP\r\n";
    for (int read = 0; read <= 10; read++) {
      var in = new ImapReader(new BytesSource(s.getBytes(StandardCharsets.US_ASCII), 3), 100);
      in.next();
      in.tag();
      in.expectSpace();
      in.word();
      in.expectSpace();
      in.astring();
      in.expectSpace();
      Announced a = in.announced();
      assertThat(a).isEqualTo(new Announced(10, Announced.Kind.TEXT, true));
      InputStream body = in.openLiteral(a);
      assertThat(new String(body.readNBytes(read), StandardCharsets.US_ASCII))
          .isEqualTo("0123456789".substring(0, read));
      if (read % 2 == 0) {
        in.endLiteral();
        in.expectEnd();
      } else {
        in.skipRest();
      }
      assertThat(in.next()).isTrue();
      assertThat(in.tag()).isEqualTo("A2");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          "abc"        | abc
          "a\\"b\\\\c" | a"b\\c
          ""           | ~~
          abc]         | abc]
          INBOX/x&y    | INBOX/x&y
          """)
  void astrings(String wire, String value) throws IOException {
    assertThat(BytesSource.reader(wire.strip() + "\r\n").astring()).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          "abc         | Quoted string without end
          "a\\b"       | Invalid escape in quoted string
          (            | Expected a string at octet 0
          ~~           | Expected a string at the end
          {            | Expected a number at the end
          {5           | Expected '}' at the end
          {5}x         | Expected the end of the line after a literal's size at octet 3
          {99999999999999999999} | Number too large
          {99999}      | Literal too large
          {-1}         | Expected a number at octet 1
          {5-}         | Expected '}' at octet 2
          %            | Expected a string at octet 0
          """)
  void wrongAstrings(String wire, String text) throws IOException {
    ImapReader in = BytesSource.reader(wire.strip() + "\r\n");
    assertThatThrownBy(in::astring).isInstanceOf(CommandException.class).hasMessage(text);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "4294967295,4294967295"})
  void numbers(String wire, long n) throws IOException {
    assertThat(BytesSource.reader(wire + "\r\n").number()).isEqualTo(n);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4294967296", "99999999999999999999999", "x", "-1", "+1", ""})
  void wrongNumbers(String wire) throws IOException {
    ImapReader in = BytesSource.reader(wire + "\r\n");
    assertThatThrownBy(in::number).isInstanceOf(CommandException.class);
  }

  @Test
  void nulInLiteralIsRefused() throws IOException {
    ImapReader in = BytesSource.reader("{3+}\r\na\0b\r\n");
    assertThatThrownBy(in::astring).hasMessage("NUL is not allowed in a literal");
  }

  @Test
  void everyOctetIsAnsweredOrRead() throws IOException {
    for (int c = 0; c < 256; c++) {
      if (c == '\n') {
        continue;
      }
      ImapReader in = BytesSource.reader("a" + (char) c + "b\r\n");
      try {
        in.astringBytes();
        in.expectEnd();
      } catch (CommandException e) {
        assertThat(e.kind()).isEqualTo(CommandException.Kind.BAD);
      }
    }
  }

  /// Whatever comes, a parser ends in an answer or in the end of the stream, and never loops.
  @Test
  void randomOctetsNeverDoAnythingElse() {
    var random = new Random(20261123);
    String alphabet = "aA1 ()[]{}+<>.,:*%\"\\\r\n~&-NILUIDBODYORNOT";
    for (int run = 0; run < 20_000; run++) {
      var b = new ByteArrayOutputStream();
      int n = random.nextInt(60);
      for (int i = 0; i < n; i++) {
        b.write(
            random.nextInt(10) == 0
                ? random.nextInt(256)
                : alphabet.charAt(random.nextInt(alphabet.length())));
      }
      var in = new ImapReader(new BytesSource(b.toByteArray(), 3), 500);
      int which = run % 6;
      try {
        while (in.next()) {
          try {
            switch (which) {
              case 0 -> SearchParser.parse(in, StandardCharsets.UTF_8);
              case 1 -> FetchItem.parseAll(in);
              case 2 -> SequenceSet.parse(in);
              case 3 -> FlagSyntax.listOrSeveral(in);
              case 4 -> ImapDate.dateTime(in);
              default -> in.mailbox();
            }
          } catch (CommandException e) {
            in.skipRest();
          }
        }
      } catch (CommandException e) {
        assertThat(e.kind()).isEqualTo(CommandException.Kind.BYE);
      } catch (IOException e) {
        assertThat(e).isNotNull(); // the stream ended in the middle
      }
    }
  }
}
