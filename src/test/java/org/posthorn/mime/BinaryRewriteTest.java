package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.posthorn.mime.BinaryRewrite.Marked;

/// Binary messages made fit for every protocol.
class BinaryRewriteTest {
  private static final String MULTIPART =
      """
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary=b
      Content-Transfer-Encoding: binary

      --b

      plain
      --b
      Content-Type: image/png
      Content-Transfer-Encoding: binary

      NUL\0 and \u00ff
      --b
      Content-Transfer-Encoding: binary
      Content-Type: application/octet-stream

      bare CR\r here
      --b
      Content-Transfer-Encoding: base64

      AAEC
      --b--
      """
          .replace("\n", "\r\n");

  private static String rewritten(String text, Marked marked) {
    try {
      byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
      var out = new ByteArrayOutputStream();
      boolean done =
          BinaryRewrite.write(
              () -> new ByteArrayInputStream(octets), MimeScanner.scan(octets), marked, out);
      return done ? out.toString(StandardCharsets.ISO_8859_1) : null;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsMarkedBinaryIsEncodedAndItsWholeRelabelled() {
    assertThat(rewritten(MULTIPART, Marked.ENCODED))
        .isEqualTo(
            """
            Content-Transfer-Encoding: 8bit
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=b

            --b

            plain
            --b
            Content-Transfer-Encoding: base64
            Content-Type: image/png

            TlVMACBhbmQg/w==
            --b
            Content-Transfer-Encoding: base64
            Content-Type: application/octet-stream

            YmFyZSBDUg0gaGVyZQ==
            --b
            Content-Transfer-Encoding: base64

            AAEC
            --b--
            """
                .replace("\n", "\r\n"));
  }

  @Test
  void orIsKept() {
    String kept = rewritten(MULTIPART, Marked.KEPT);
    assertThat(kept).contains("boundary=b\r\nContent-Transfer-Encoding: binary\r\n");
    assertThat(kept).contains("TlVMACBhbmQg/w==\r\n").contains("bare CR\r here\r\n");
  }

  @Test
  void aMessageWithoutMimeGetsIt() {
    assertThat(rewritten("Subject: x\r\n\r\n\0", Marked.ENCODED))
        .isEqualTo(
            "MIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\nSubject: x\r\n\r\nAA==");
    assertThat(rewritten("Subject: x\r\n\r\na\nb", Marked.ENCODED))
        .isEqualTo("Subject: x\r\n\r\na\r\nb");
  }

  @Test
  void whatCannotBeEncodedIsRefused() {
    assertThat(rewritten("Subject: \0\r\n\r\nx", Marked.ENCODED)).isNull();
    assertThat(rewritten(MULTIPART.replace("AAEC", "AA\0C"), Marked.ENCODED)).isNull();
    assertThat(rewritten(MULTIPART.replace("--b--", "--b--\r\n\0"), Marked.ENCODED)).isNull();
  }
}
