package org.posthorn.mta.filter;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.posthorn.mime.EmailAddress;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Identity;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;

/// Messages to be judged.
final class Letters {
  static final String TEXT = "Subject: Hello\r\nFrom: cy@far.test\r\n\r\nBody\r\n";

  private Letters() {}

  /// From 192.0.2.7, `cy@far.test` to `ana@one.test` and `bo@one.test`.
  static Letter of(String text) {
    return letter(text, "192.0.2.7", null);
  }

  static Letter submitted(String text) {
    return letter(text, "2001:db8::7", () -> "ana@one.test");
  }

  private static Letter letter(String text, String ip, Identity who) {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    Client client =
        new Client(
            "c1",
            new Client.Endpoint(
                new InetSocketAddress(InetAddress.ofLiteral(ip), 4711),
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 25),
                false,
                false,
                false,
                0),
            "mx.far.test",
            true,
            new Client.Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256"),
            who);
    return new Letter(
        "01ABC",
        "mx.one.test",
        client,
        who == null ? "mx.far.test" : "",
        new Sender(new ReversePath(EmailAddress.parse("cy@far.test")), 43, Body.EIGHT_BIT_MIME),
        List.of(
            new ForwardPath(EmailAddress.parse("ana@one.test")),
            new ForwardPath(EmailAddress.parse("bo@one.test"))),
        who != null,
        octets.length,
        () -> new ByteArrayInputStream(octets));
  }

  static Terms terms(Terms.Absent absent) {
    return new Terms("judge", Duration.ofSeconds(20), absent, true);
  }
}
