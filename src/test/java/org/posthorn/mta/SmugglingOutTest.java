package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.mta.SendingHost.Places;
import org.posthorn.smtp.client.PoliteServer;
import org.posthorn.smtp.client.RemoteServer;
import org.posthorn.smtp.client.SmugglingTest;
import org.posthorn.smtp.server.SmtpTalk;

/// Line ends of every kind, from a mail program through our queue to another server: what it reads
/// is octet for octet what the rules make of them, one message for each, and not a command more
/// (VU#302671; B1 to B6).
class SmugglingOutTest {
  private static final String HEADER =
      """
      From: ana@foo.com
      Message-ID: <%d@foo.com>
      Date: Mon, 30 Nov 2026 12:00:00 +0000
      Subject: x

      first\
      """
          .replace("\n", "\r\n");

  private static final String SECOND =
      "MAIL FROM:<boss@foo.com>\r\nRCPT TO:<smith@bar.com>\r\nDATA\r\nsecond";

  private static final String MAIL = "MAIL FROM:<ana@foo.com>";
  private static final Set<String> COMMANDS =
      Set.of("EHLO", "MAIL", "RCPT", "DATA", "BDAT", "QUIT");

  /// RFC 5321 §2.3.8 as we read it for what our own programs send: CRs before a LF belong to it, a
  /// LF ends a line, other CRs are white space.
  private static String lines(String text) {
    return text.replaceAll("\r+\n", "\n").replaceAll("\r+", " ").replace("\n", "\r\n");
  }

  /// The reply.
  private static String data(SmtpTalk t, String text) {
    t.ask("DATA", "354").raw(text.replaceAll("(^|\r\n)\\.", "$1..") + ".\r\n");
    return t.readReply().getFirst();
  }

  /// In chunks that end wherever it is worst. The last reply.
  private static String chunks(SmtpTalk t, String text) {
    int at = 0;
    int length = 1;
    while (at < text.length()) {
      int end = Math.min(text.length(), at + length);
      String last = end == text.length() ? " LAST" : "";
      t.raw("BDAT " + (end - at) + last + "\r\n" + text.substring(at, end));
      String reply = t.readReply().getFirst();
      if (end == text.length()) {
        return reply;
      }
      if (!reply.startsWith("250")) {
        t.ask("RSET", "250");
        return reply;
      }
      at = end;
      length = length % 7 + 1;
    }
    throw new AssertionError("no text");
  }

  @ParameterizedTest
  @CsvSource({"false, PIPELINING", "true, PIPELINING", "false, CHUNKING", "true, CHUNKING"})
  void whatLeavesIsOneMessage(boolean chunks, String offered) throws IOException {
    PoliteServer mx = new PoliteServer(offered, "8BITMIME");
    Places places = new Places();
    List<String> expected = new ArrayList<>();
    try (RemoteServer server = RemoteServer.start(mx);
        SendingHost host = new SendingHost(new MailHost(), places)) {
      places.at("bar.com", new InetSocketAddress(server.address(), server.port()));
      host.mail.account("ana@foo.com");
      SmtpTalk t = host.logIn("ana@foo.com");
      for (String sequence : SmugglingTest.sequences()) {
        String text =
            HEADER.formatted(expected.size()) + sequence + SECOND + sequence + "\r\nend\r\n";
        t.ask("MAIL FROM:<ana@foo.com>", "250").ask("RCPT TO:<smith@bar.com>", "250");
        String reply = chunks ? chunks(t, text) : data(t, text);
        boolean nul = sequence.contains("\0"); // no mail program sends that
        assertThat(reply).startsWith(nul ? "550" : "250");
        if (!nul) {
          expected.add(lines(text));
        }
      }
      host.drained();
      assertThat(mx.taken()).extracting(PoliteServer.Taken::mail).containsOnly(MAIL);
      List<String> read = new ArrayList<>();
      for (PoliteServer.Taken m : mx.taken()) {
        int at = m.octets().indexOf("From: ");
        assertThat(m.octets().substring(0, at)).matches("Received: [^\r\n]+(\r\n\t[^\r\n]+)*\r\n");
        read.add(m.octets().substring(at));
      }
      assertThat(read).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(server.lines())
          .allMatch(l -> COMMANDS.contains(l.split(" ")[0]) && !l.contains("boss"));
    }
  }

  /// RFC 5321 §4.5.3.1.6 promises a thousand octets; who takes less refuses it. To break it would
  /// be to change what its author signed.
  @ParameterizedTest
  @ValueSource(strings = {"PIPELINING", "CHUNKING"})
  void aLineOfAMegabyteLeavesAsItCame(String offered) throws IOException {
    PoliteServer mx = new PoliteServer(offered, "8BITMIME");
    Places places = new Places();
    try (RemoteServer server = RemoteServer.start(mx);
        SendingHost host = new SendingHost(new MailHost(), places)) {
      places.at("bar.com", new InetSocketAddress(server.address(), server.port()));
      host.mail.account("ana@foo.com");
      String text = HEADER.formatted(1) + "\r\n" + "." + "x".repeat(1 << 20) + "\r\n.\r\n";
      SmtpTalk t = host.logIn("ana@foo.com");
      t.ask("MAIL FROM:<ana@foo.com>", "250").ask("RCPT TO:<smith@bar.com>", "250");
      assertThat(data(t, text)).startsWith("250");
      host.drained();
      assertThat(mx.taken()).hasSize(1);
      assertThat(mx.taken().getFirst().octets()).endsWith(text);
    }
  }
}
