package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.posthorn.mime.Corpus;
import org.posthorn.smtp.server.SmtpTalk;

/// Every mail of the corpus by LMTP into a mailbox: what comes out is what went in.
class CorpusDeliveryTest {
  @Test
  void whatGoesInComesOut() {
    try (var host = new MailHost()) {
      host.account("ana@foo.com");
      SmtpTalk t = host.lmtp();
      List<String> sent = new ArrayList<>();
      for (Corpus.Mail mail : Corpus.mails()) {
        String text = new String(mail.octets(), StandardCharsets.ISO_8859_1);
        t.say("MAIL FROM:<>", "RCPT TO:<ana@foo.com>", "DATA").expect("250", "250", "354");
        boolean whole = text.isEmpty() || text.endsWith("\r\n");
        String lines = whole ? text : text + "\r\n";
        t.raw(stuffed(lines)).raw(".\r\n");
        if (text.indexOf('\0') >= 0) {
          t.expect("550 5.6.0 Message contains NUL");
        } else {
          t.expect("250 2.0.0");
          sent.add(normalised(lines));
        }
      }
      assertThat(sent).hasSizeGreaterThan(100);
      List<String> inbox = host.inbox("ana@foo.com");
      assertThat(inbox).hasSameSizeAs(sent);
      for (int i = 0; i < sent.size(); i++) {
        assertThat(inbox.get(i)).endsWith(" +0000\r\n" + sent.get(i));
      }
    }
  }

  // RFC 5321 §4.5.2
  private static String stuffed(String text) {
    return (text.startsWith(".") ? "." : "") + text.replace("\r\n.", "\r\n..");
  }

  private static String normalised(String text) {
    return text.replaceAll("\r+\n", "\n").replaceAll("\r+", " ").replace("\n", "\r\n");
  }
}
