package org.posthorn.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.posthorn.net.Dialer;
import org.posthorn.net.Ticker;

/// What leaves has one end only, for everybody's idea of a line end (VU#302671).
public class SmugglingTest {
  private static final String SECOND = "MAIL FROM:<boss@example.test>";

  private final Dialer dialer = new Dialer(Ticker.SYSTEM);

  @AfterEach
  void close() {
    dialer.close();
  }

  /// B1 to B5 and their kin.
  public static List<String> sequences() {
    return List.of(
        "\n.\n",
        "\r\n.\n",
        "\n.\r\n",
        "\r.\r",
        "\r\n.\r",
        "\r.\r\n",
        "\r\n.\r\n",
        "\n.\r",
        "\r.\n",
        "\r\r\n.\r\r\n",
        "\n\n.\n\n",
        "\r\n..\r\n",
        "\r\n\0.\r\n",
        "\r\n.\0\r\n",
        "\n\r.\n\r",
        "\r\r.\r\r",
        "\r\n.\r\n.\r\n",
        ".\r\n",
        ".\n",
        "\r\n\r.\r\n",
        "\r\n.\r.\r\n",
        "\r\n.");
  }

  @ParameterizedTest
  @MethodSource("sequences")
  void noSequenceEndsAMessage(String sequence) throws IOException {
    String text = "Subject: x\n\nfirst" + sequence + SECOND + sequence;
    for (String extension : List.of("PIPELINING", "CHUNKING")) {
      String[] wire = {null};
      RemoteServer.Script script =
          peer -> {
            peer.send("220 hello");
            peer.expect("EHLO");
            peer.send("250-mx.remote.test", "250 " + extension);
            peer.expect("MAIL");
            peer.send("250 ok");
            peer.expect("RCPT");
            peer.send("250 ok");
            if (extension.equals("CHUNKING")) {
              String[] words = peer.expect("BDAT").split(" ");
              wire[0] = peer.octets(Integer.parseInt(words[1]));
              assertThat(words[2]).isEqualTo("LAST");
            } else {
              peer.expect("DATA");
              peer.send("354 go");
              wire[0] = peer.data();
            }
            peer.send("250 taken");
            peer.expect("QUIT"); // and nothing before
            peer.send("221 bye");
          };
      try (RemoteServer server = RemoteServer.start(script)) {
        Opening opening =
            SmtpClient.open(dialer, SmtpClientTest.endpoint(server), SmtpClientTest.settings());
        try (SmtpClient client = ((Opening.Ready) opening).client()) {
          Heard heard = client.send(SmtpClientTest.mail(text, "bo@remote.test")).getFirst();
          assertThat(((Heard.Answered) heard).reply().code()).isEqualTo(250);
        }
      }
      String lines = text.replace("\r\n", "\n").replace("\r", "\n");
      lines = lines.endsWith("\n") ? lines : lines + "\n";
      String expected = lines.replace("\n", "\r\n");
      if (extension.equals("PIPELINING")) {
        expected = expected.replace("\r\n.", "\r\n..");
      }
      assertThat(wire[0]).isEqualTo(expected);
    }
  }

  /// The same text in any pieces, into buffers of any size.
  @Test
  void buffersDoNotMatter() throws IOException {
    String text = String.join("a", sequences()) + "\r";
    byte[] octets = text.repeat(700).getBytes(StandardCharsets.ISO_8859_1);
    String expected = normal(octets, octets.length, 1 << 20, true);
    for (int piece : new int[] {1, 2, 3, 7, 16 * 1024 - 1, 16 * 1024}) {
      for (int buffer : new int[] {1, 2, 3, 5, 4096}) {
        assertThat(normal(octets, piece, buffer, true)).isEqualTo(expected);
      }
    }
    assertThat(expected.replace("\r\n", "")).doesNotContain("\r", "\n");
    assertThat(expected).doesNotContain("\r\n.\r\n").endsWith("\r\n");
  }

  static String normal(byte[] octets, int piece, int buffer, boolean dots) throws IOException {
    var from =
        new ByteArrayInputStream(octets) {
          @Override
          public synchronized int read(byte[] b, int off, int len) {
            return super.read(b, off, Math.min(len, piece));
          }
        };
    WireText text = new WireText(from, dots);
    StringBuilder out = new StringBuilder();
    byte[] b = new byte[buffer];
    while (true) {
      int n = text.fill(b);
      out.append(new String(b, 0, n, StandardCharsets.ISO_8859_1));
      boolean end = text.atEnd();
      if (n < buffer || end) {
        assertThat(end).isTrue();
        return out.toString();
      }
    }
  }
}
