package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransferDecoderTest {
  /// With `~` for a line end, and the same result from pieces of any size.
  private static String decode(String text, String encoding) throws IOException {
    byte[] octets = text.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    byte[] whole =
        TransferDecoder.decode(new ByteArrayInputStream(octets), encoding).readAllBytes();
    byte[] pieces = TransferDecoder.decode(Corpus.trickle(octets, 1), encoding).readAllBytes();
    assertThat(pieces).isEqualTo(whole);
    return new String(whole, StandardCharsets.ISO_8859_1).replace("\r\n", "~");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SGVsbG8=          | Hello
          SGVsbG8           | Hello
          SGVs~bG8=~        | Hello
          S G!V*s b\t G8=   | Hello
          SGVsbG8=SGVsbG8=  | HelloHello
          SGVsbG8==junk     | Hello¹é
          ''                | ''
          =                 | ''
          S                 | ''
          """)
  void base64(String text, String wanted) throws IOException {
    String decoded = decode(text, "BASE64");
    if (wanted.contains("¹")) {
      assertThat(decoded).startsWith("Hello");
    } else {
      assertThat(decoded).isEqualTo(wanted);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      textBlock =
          """
          a=3Db|a=b
          a=3db|a=b
          soft=~ line|soft line
          soft= \t~line|softline
          trailing \t ~x|trailing~x
          trailing \t|trailing
          a=zzb|a=zzb
          a=4|a=4
          a=4~b|a=4~b
          a=|a
          a= |a
          a= b|a= b
          ==41|=A
          a==~b|a=b
          =41=42~=43|AB~C
          """)
  void quotedPrintable(String text, String wanted) throws IOException {
    assertThat(decode(text, "quoted-printable")).isEqualTo(wanted);
  }

  // RFC 2045 §6.7
  @Test
  void rfc2045Section67() throws IOException {
    assertThat(
            decode(
                "Now's the time =~for all folk to come=~ to the aid of their country.",
                "quoted-printable"))
        .isEqualTo("Now's the time for all folk to come to the aid of their country.");
  }

  @Test
  void bareCarriageReturnsStay() throws IOException {
    assertThat(decode("a\rb\r", "quoted-printable")).isEqualTo("a\rb\r");
  }

  @Test
  void endlessWhiteSpaceIsLetThrough() throws IOException {
    String spaces = " ".repeat(100_000);
    assertThat(decode(spaces + "x", "quoted-printable")).isEqualTo(spaces + "x");
    assertThat(decode("=" + spaces + "x", "quoted-printable")).isEqualTo("=" + spaces + "x");
  }

  @Test
  void uuencode() throws IOException {
    assertThat(decode("junk~begin 644 a.txt~%2&5L;&\\~`~end~junk", "x-uuencode"))
        .isEqualTo("Hello");
  }

  @Test
  void othersPassThrough() {
    InputStream in = InputStream.nullInputStream();
    for (String encoding : new String[] {"7bit", "8bit", "binary", "x-whatever", "", null}) {
      assertThat(TransferDecoder.decode(in, encoding)).isSameAs(in);
    }
    assertThat(TransferDecoder.knows("BASE64")).isTrue();
    assertThat(TransferDecoder.knows("x-whatever")).isFalse();
  }

  @Test
  void randomOctetsComeBack() throws IOException {
    Random random = new Random(7);
    byte[] octets = new byte[20_000];
    random.nextBytes(octets);
    String encoded = Base64.getMimeEncoder().encodeToString(octets);
    assertThat(decode(encoded, "base64").replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1))
        .isEqualTo(
            new String(octets, StandardCharsets.ISO_8859_1)
                .replace("~", "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
  }
}
