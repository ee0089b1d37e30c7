package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.ReversePath;

class TraceLinesTest {
  private static final OffsetDateTime AT = OffsetDateTime.parse("2026-11-23T05:13:00Z");

  private static Client client(String hello, String ip, Client.Tls tls) {
    try {
      var remote = new InetSocketAddress(InetAddress.getByName(ip), 1);
      var endpoint = new Client.Endpoint(remote, remote, false, false, false, 0);
      return new Client("c", endpoint, hello, true, tls, null);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static String head(Client client, String only) {
    var from = new ReversePath(EmailAddress.parse("smith@bar.com"));
    byte[] received =
        TraceLines.received("mx.foo.com", client, MailOptions.NONE, QueueId.parse("ID1"), only, AT);
    byte[] all = TraceLines.head(from, EmailAddress.parse("jones@foo.com"), received);
    return new String(all, StandardCharsets.US_ASCII);
  }

  @Test
  void saysWhoGaveItToWhom() {
    var tls = new Client.Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384");
    assertThat(head(client("bar.com", "192.0.2.1", tls), "<jones@foo.com>"))
        .isEqualTo(
            """
            Return-Path: <smith@bar.com>
            Delivered-To: jones@foo.com
            Received: from bar.com ([192.0.2.1])
            \tby mx.foo.com (Posthorn) with ESMTPS (TLSv1.3 TLS_AES_256_GCM_SHA384)
            \tid ID1
            \tfor <jones@foo.com>;
            \tMon, 23 Nov 2026 05:13:00 +0000
            """
                .replace("\n", "\r\n"));
  }

  @Test
  void withSeveralRecipientsNoneIsNamed() {
    assertThat(head(client("bar.com", "192.0.2.1", null), null))
        .contains("with ESMTP\r\n\tid ID1;\r\n")
        .doesNotContain("for");
  }

  @Test
  void aStrangeNameIsACommentAndForgesNothing() {
    assertThat(head(client("a(b)\\c", "2001:db8::1", null), null))
        .contains("Received: from [IPv6:2001:db8:0:0:0:0:0:1] (as a?b??c)\r\n");
    assertThat(head(client("[192.0.2.9]", "192.0.2.1", null), null))
        .contains("Received: from [192.0.2.9] ([192.0.2.1])\r\n");
  }

  @Test
  void theLongestFits() {
    String domain = "d".repeat(60) + ".example";
    Client client = client("h".repeat(255), "192.0.2.1", null);
    var from = new ReversePath(EmailAddress.parse("f".repeat(64) + "@" + domain));
    String only = "<" + "t".repeat(250) + ">";
    byte[] received =
        TraceLines.received("mx", client, MailOptions.NONE, new QueueId(1L << 62), only, AT);
    EmailAddress to = EmailAddress.parse("x".repeat(64) + "@" + domain);
    assertThat(TraceLines.head(from, to, received).length).isLessThan(2000);
  }
}
