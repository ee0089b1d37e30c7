package org.posthorn.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyDecoderTest {
  /// What came out, and what was left of the input.
  private record Decoded(String text, boolean ended, String rest, boolean bare, boolean nul) {}

  private static Decoded decode(BareNewline mode, byte[] input, int chunk) {
    var out = new ByteArrayOutputStream();
    var decoder = new BodyDecoder(mode, out::write);
    int at = 0;
    try {
      while (at < input.length && !decoder.ended()) {
        int end = Math.min(input.length, at + chunk);
        at = decoder.feed(input, at, end);
        assertThat(decoder.ended() || at == end).isTrue();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return new Decoded(
        // How much of a message that is refused comes out depends on the chunks, and matters to
        // nobody.
        decoder.unacceptable() ? "" : out.toString(StandardCharsets.ISO_8859_1),
        decoder.ended(),
        new String(input, at, input.length - at, StandardCharsets.ISO_8859_1),
        decoder.sawBareNewline(),
        decoder.sawNul());
  }

  /// Decodes whole, byte by byte and in all chunk sizes between: always the same.
  private static Decoded decode(BareNewline mode, String input) {
    byte[] bytes = bytes(input);
    Decoded whole = decode(mode, bytes, bytes.length);
    for (int chunk = 1; chunk < Math.min(bytes.length, 40); chunk++) {
      assertThat(decode(mode, bytes, chunk)).as("in chunks of " + chunk).isEqualTo(whole);
    }
    return whole;
  }

  private static byte[] bytes(String s) {
    return s.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// `r` and `n` for CR and LF, `0` for NUL, so that the tables can be read.
  private static String wire(String shown) {
    return shown.replace('r', '\r').replace('n', '\n').replace('0', '\0');
  }

  @ParameterizedTest
  @CsvSource({
    "rn.rn, rn, ''",
    ".rn, '', ''",
    ".rnQUIT, '', QUIT",
    "arn.rn, arn, ''",
    "arnbrn.rn.rn, arnbrn, .rn",
    "rnrn.rn, rnrn, ''",
    "..rn.rn, .rn, ''",
    "...rn.rn, ..rn, ''",
    ".arn.rn, arn, ''",
    "arn..rn.rn, arn.rn, ''",
    "arn..brn.rnx, arn.brn, x",
    "a.rnb.rn.rn, a.rnb.rn, ''",
  })
  void endsAtCrlfDotCrlfAndUndoesStuffing(String input, String text, String rest) {
    for (BareNewline mode : BareNewline.values()) {
      Decoded d = decode(mode, wire(input));
      assertThat(d).isEqualTo(new Decoded(wire(text), true, wire(rest), false, false));
    }
  }

  /// SMTP smuggling: everything that some server somewhere takes for the end of a message. None is,
  /// and a strict listener refuses all of them.
  @ParameterizedTest
  @CsvSource({
    // VU#302671, CVE-2023-51764, CVE-2023-51765, CVE-2023-51766
    "an.n, arn.rn",
    "an.rn, arn.rn",
    "arn.n, arnrn",
    "ar.r, a .",
    "ar.rn, a .rn",
    "arn.rx, arn x",
    "an.r, arn.",
    "arrn.n, arnrn",
    "an..n, arn..rn",
    "an..rn, arn..rn",
    "ar.n, a .rn",
    "arn.rrx, arn x",
    "nn.nn, rnrn.rnrn",
    "a0n.rn, ''",
    "arn0.rn, ''",
    "arn.0rn, ''",
    "an0.rn, ''",
  })
  void nothingElseEndsAMessage(String input, String normalised) {
    String smuggled = "MAIL FROM:<admin@example.test>";
    for (BareNewline mode : BareNewline.values()) {
      Decoded d = decode(mode, wire(input) + smuggled + "\r\n.\r\nQUIT");
      assertThat(d.ended()).isTrue();
      assertThat(d.rest()).isEqualTo("QUIT");
      assertThat(d.bare() || d.nul()).isTrue();
      if (mode == BareNewline.NORMALISE && !d.nul() && !input.endsWith("r")) {
        assertThat(d.text()).isEqualTo(wire(normalised) + smuggled + "\r\n");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"an.n", "an.rn", "arn.n", "ar.r", "arnn", "rrn", "n", "r"})
  void aRefusedMessageIsReadToItsEnd(String input) {
    Decoded d = decode(BareNewline.REJECT, wire(input) + "more\r\n.\r\n");
    assertThat(d.ended()).isTrue();
    assertThat(d.bare()).isTrue();
    assertThat(d.text()).doesNotContain("more");
  }

  @ParameterizedTest
  @CsvSource({
    "anbrn, arnbrn",
    "an.brn, arn.brn",
    "arrn, arn",
    "arrrnbrn, arnbrn",
    "arbrn, a brn",
    "arrbrn, a brn",
    "arn.n.rn, arnrn.rn",
    "an.rnbrn, arn.rnbrn",
    "nnn, rnrnrn",
    "r, ' '",
  })
  void normalisedTextHasOnlyCrlf(String input, String text) {
    assertThat(decode(BareNewline.NORMALISE, wire(input) + "\r\n.\r\n").text())
        .isEqualTo(input.equals("r") ? "\r\n" : wire(text) + "\r\n");
  }

  @Test
  void nulIsSeenWherever() {
    for (String s : new String[] {"\0\r\n", "a\0b\r\n", "\r\n\0", "aaaaaaaaaaaaaaaaaaaa\0"}) {
      for (BareNewline mode : BareNewline.values()) {
        Decoded d = decode(mode, s + "\r\n.\r\n");
        assertThat(d.nul()).isTrue();
        assertThat(d.ended()).isTrue();
      }
    }
  }

  @Test
  void octetsAreKept() {
    var all = new StringBuilder();
    for (int i = 1; i < 256; i++) {
      if (i != '\r' && i != '\n') {
        all.append((char) i);
      }
    }
    assertThat(decode(BareNewline.REJECT, all + "\r\n.\r\n"))
        .isEqualTo(new Decoded(all + "\r\n", true, "", false, false));
  }

  @Test
  void aLineMayBeAsLongAsTheMessage() {
    byte[] line = new byte[3 << 20];
    Arrays.fill(line, (byte) 'x');
    byte[] end = bytes("\r\n.\r\n");
    byte[] input = Arrays.copyOf(line, line.length + end.length);
    System.arraycopy(end, 0, input, line.length, end.length);
    Decoded d = decode(BareNewline.REJECT, input, 8192);
    assertThat(d.ended()).isTrue();
    assertThat(d.text()).hasSize(line.length + 2);
  }

  /// The decoder against the simplest one that can be written, on random mixtures of the octets
  /// that matter, in random chunks.
  @Test
  void agreesWithThePlainRuleOnNoise() throws IOException {
    var random = new Random(5321);
    byte[] alphabet = bytes("\r\n.a\tb\r\n\r\n.");
    for (int round = 0; round < 20_000; round++) {
      byte[] input = new byte[random.nextInt(60)];
      for (int i = 0; i < input.length; i++) {
        input[i] = alphabet[random.nextInt(alphabet.length)];
      }
      var out = new ByteArrayOutputStream();
      var decoder = new BodyDecoder(BareNewline.NORMALISE, out::write);
      int at = 0;
      while (at < input.length && !decoder.ended()) {
        at = decoder.feed(input, at, Math.min(input.length, at + 1 + random.nextInt(20)));
      }
      String text = new String(input, StandardCharsets.ISO_8859_1);
      int end = text.startsWith(".\r\n") ? 0 : text.indexOf("\r\n.\r\n");
      assertThat(decoder.ended()).as(show(text)).isEqualTo(end >= 0);
      if (end >= 0) {
        assertThat(at).as(show(text)).isEqualTo(end == 0 && text.startsWith(".") ? 3 : end + 5);
        String message = end == 0 && text.startsWith(".") ? "" : text.substring(0, end + 2);
        assertThat(out.toString(StandardCharsets.ISO_8859_1))
            .as(show(text))
            .isEqualTo(plainRule(message));
      }
    }
  }

  private static String plainRule(String message) {
    var unstuffed = new StringBuilder();
    for (int i = 0; i < message.length(); i++) {
      boolean lineStart = i == 0 || message.startsWith("\r\n", i - 2);
      if (!lineStart || message.charAt(i) != '.') {
        unstuffed.append(message.charAt(i));
      }
    }
    return unstuffed
        .toString()
        .replaceAll("\r+\n", "\n")
        .replaceAll("\r+", " ")
        .replace("\n", "\r\n");
  }

  private static String show(String s) {
    return s.replace("\r", "<CR>").replace("\n", "<LF>");
  }
}
