package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 8970 §3.3.
class PreviewTest {
  private static String of(byte[] message, Part structure) throws IOException {
    return Preview.of(
        structure,
        (from, length) ->
            new ByteArrayInputStream(message, (int) from, (int) (message.length - from)));
  }

  private static String of(String message) throws IOException {
    byte[] b = message.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    return of(b, MimeScanner.scan(b));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          Hello,\\n\\n  how  are\\tyou?\\n               | Hello, how are you?
          > quoted\\n> more\\n\\nAnswer.\\n              | Answer.
          On Monday Ana wrote:\\n> quoted\\n\\nYes!\\n    | Yes!
          I like these:\\n- a\\n- b\\n                   | I like these: - a - b
          Text\\n-- \\nAna\\nExample Inc.\\n              | Text
          > only\\n> quotes\\n                           | only quotes
          =======\\nTitle\\n=======\\n                    | === Title ===
          -----BEGIN PGP MESSAGE-----\\n\\nhQEMA\\n      | ~~
          \\n\\n                                         | ~~
          """)
  void plain(String body, String expected) throws IOException {
    assertThat(of("Subject: x\n\n" + body.replace("\\n", "\n").replace("\\t", "\t")))
        .isEqualTo(expected);
  }

  @Test
  void signed() throws IOException {
    assertThat(
            of(
                """
                Subject: x

                -----BEGIN PGP SIGNED MESSAGE-----
                Hash: SHA256

                Signed words.
                -----BEGIN PGP SIGNATURE-----

                iQIzBA
                """))
        .isEqualTo("Signed words.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          <html><head><title>No</title><style>p{}</style></head><body><p>One</p><p>two</p> | One two
          a<b>b</b>c<br>d<!-- <p>no</p> -->e                             | abc de
          <blockquote>old<blockquote>older</blockquote></blockquote>new  | new
          Gr&uuml;&szlig;e &amp; 1 &lt; 2 &#8364; &#x20ac; &nbsp;&foo;   | Grüße & 1 < 2 € € &foo;
          1 < 2 <3 <                                                     | 1 < 2 <3 <
          <p>cut <a href="x                                              | cut
          <head>never closed<body>seen                                   | seen
          &zwnj;&#847;&#8199;&shy;padded&#8203;                          | padded
          <script>var a = "<p>";</script>after                           | after
          &#0;&#1114112;&#x;&#xffffffffff;                               | &#0;&#1114112;&#x;&#xffffffffff;
          """)
  void html(String html, String expected) throws IOException {
    assertThat(of("Content-Type: text/html; charset=utf-8\n\n" + html)).isEqualTo(expected);
  }

  @Test
  void alternativesAndAttachments() throws IOException {
    String mail =
        """
        Content-Type: multipart/mixed; boundary=a

        --a
        Content-Type: text/plain
        Content-Disposition: attachment

        not this
        --a
        Content-Type: multipart/alternative; boundary=b

        --b
        Content-Type: text/plain

        PLAIN
        --b
        Content-Type: text/html

        <p>html</p>
        --b--
        --a--
        """;
    assertThat(of(mail.replace("PLAIN", "plain"))).isEqualTo("plain");
    assertThat(of(mail.replace("PLAIN", ""))).isEqualTo("html");
    assertThat(of("Content-Type: message/rfc822\n\nSubject: x\n\nforwarded")).isEmpty();
    assertThat(of("Content-Type: image/png\n\nx")).isEmpty();
  }

  @Test
  void encodingsAndLength() throws IOException {
    String long1 = "Content-Type: text/plain; charset=utf-8\n\n" + "\uD83D\uDE00".repeat(300);
    assertThat(of(long1)).isEqualTo("\uD83D\uDE00".repeat(200));
    assertThat(
            of(
                "Content-Type: text/plain; charset=iso-8859-1\n"
                    + "Content-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe"))
        .isEqualTo("Grüße");
    assertThat(of("Content-Transfer-Encoding: base64\n\nSGVsbG8=")).isEqualTo("Hello");
  }

  /// What an old row keeps is enough to make the same preview, and none is too long.
  @Test
  void corpus() throws IOException {
    for (Corpus.Mail mail : Corpus.mails()) {
      Part scanned = MimeScanner.scan(mail.octets());
      String preview = of(mail.octets(), scanned);
      assertThat(preview.codePointCount(0, preview.length()))
          .as(mail.name())
          .isLessThanOrEqualTo(Preview.CHARACTERS_MAX);
      assertThat(preview).as(mail.name()).doesNotContainPattern("[\\x00-\\x1f\\x7f]|  ");
      assertThat(of(mail.octets(), PartTable.decode(PartTable.encode(scanned))))
          .as(mail.name())
          .isEqualTo(preview);
    }
  }
}
