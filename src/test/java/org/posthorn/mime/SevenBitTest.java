package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SevenBitTest {
  private static String crlf(String s) {
    return s.replace("\n", "\r\n");
  }

  private static SevenBit of(String message) throws IOException {
    byte[] octets = crlf(message).getBytes(StandardCharsets.UTF_8);
    return SevenBit.of(() -> new ByteArrayInputStream(octets));
  }

  private static String rewritten(String message) throws IOException {
    SevenBit s = of(message);
    assertThat(s.possible()).isTrue();
    try (InputStream in = s.open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void textBecomesQuotedPrintable() throws IOException {
    assertThat(
            rewritten(
                """
                Subject: x
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit

                Grüße = \t
                \n.
                From here
                ende\
                """))
        .isEqualTo(
            crlf(
                """
                MIME-Version: 1.0
                Content-Transfer-Encoding: quoted-printable
                Subject: x
                Content-Type: text/plain; charset=utf-8

                Gr=C3=BC=C3=9Fe =3D =09

                .
                From here
                ende\
                """));
  }

  @Test
  void longLinesAreBroken() throws IOException {
    String text = rewritten("MIME-Version: 1.0\n\n" + "ü".repeat(100) + "\n" + "x".repeat(2000));
    assertThat(text.lines()).allMatch(l -> l.length() <= 76);
    String body = text.substring(text.indexOf("\r\n\r\n") + 4).replace("=\r\n", "");
    assertThat(body).isEqualTo("=C3=BC".repeat(100) + "\r\n" + "x".repeat(2000));
  }

  @Test
  void partsOfAMultipartChangeOneByOne() throws IOException {
    assertThat(
            rewritten(
                """
                MIME-Version: 1.0
                Content-Transfer-Encoding: 8bit
                Content-Type: multipart/signed; boundary=b

                vör der Grenze
                --b
                Content-Type: text/plain; charset=utf-8
                content-transfer-encoding: 8BIT

                ü
                --b
                Content-Type: text/html

                <p>plain</p>
                --b
                Content-Type: application/x-odd
                Content-Transfer-Encoding: 8bit

                ü
                ö
                --b
                Content-Type: message/rfc822
                Content-Transfer-Encoding: 8bit

                Subject: inner
                Content-Transfer-Encoding: 8bit

                ä
                --b--
                nach der Grenzé
                """))
        .isEqualTo(
            crlf(
                """
                Content-Transfer-Encoding: 7bit
                MIME-Version: 1.0
                Content-Type: multipart/signed; boundary=b

                v??r der Grenze
                --b
                Content-Transfer-Encoding: quoted-printable
                Content-Type: text/plain; charset=utf-8

                =C3=BC
                --b
                Content-Type: text/html

                <p>plain</p>
                --b
                Content-Transfer-Encoding: base64
                Content-Type: application/x-odd

                w7wNCsO2

                --b
                Content-Transfer-Encoding: 7bit
                Content-Type: message/rfc822

                Content-Transfer-Encoding: quoted-printable
                Subject: inner

                =C3=A4
                --b--
                nach der Grenz??
                """));
  }

  @Test
  void whatIsEncodedAlreadyIsMendedOnly() throws IOException {
    assertThat(
            rewritten(
                """
                Content-Transfer-Encoding: quoted-printable

                a=3Dü
                """))
        .isEqualTo(
            crlf(
                """
                Content-Transfer-Encoding: quoted-printable

                a=3D=C3=BC
                """));
    assertThat(
            rewritten(
                """
                Content-Transfer-Encoding: base64

                eHgéeHg=
                """))
        .isEqualTo(
            crlf(
                """
                Content-Transfer-Encoding: base64

                eHg??eHg=
                """));
  }

  @Test
  void someCannotBeChanged() throws IOException {
    assertThat(of("Content-Type: multipart/mixed\n\nü\n").possible()).isFalse();
    assertThat(of("Content-Transfer-Encoding: x-uuencode\n\nü\n").possible()).isFalse();
    assertThatThrownBy(() -> of("Content-Transfer-Encoding: x-uuencode\n\nü\n").open())
        .isInstanceOf(IllegalStateException.class);
    assertThat(of("Content-Transfer-Encoding: x-uuencode\n\nu\n").possible()).isTrue();
  }

  @Test
  void tellsWhereTheOctetsAre() throws IOException {
    SevenBit header = of("Subject: ü\n\nu\n");
    assertThat(header.headersEightBit()).isTrue();
    assertThat(header.bodiesEightBit()).isFalse();
    SevenBit body = of("Subject: u\n\nü\n");
    assertThat(body.headersEightBit()).isFalse();
    assertThat(body.bodiesEightBit()).isTrue();
    SevenBit inner = of("Content-Type: message/rfc822\n\nSubject: ü\n\nu\n");
    assertThat(inner.headersEightBit()).isTrue();
    assertThat(inner.bodiesEightBit()).isFalse();
    SevenBit none = of("Subject: u\n\nu\n");
    assertThat(none.headersEightBit()).isFalse();
    assertThat(none.bodiesEightBit()).isFalse();
    try (InputStream in = none.open()) {
      assertThat(in.readAllBytes()).isEqualTo(crlf("Subject: u\n\nu\n").getBytes());
    }
  }
}
