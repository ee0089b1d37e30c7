package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.mta.MailHost.PASSWORD;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.net.NetworkSet;
import org.posthorn.smtp.server.Feature;
import org.posthorn.smtp.server.SmtpConfig;
import org.posthorn.smtp.server.SmtpTalk;
import org.posthorn.store.Account;

/// Messages in pieces, by BDAT and by BURL, from the wire into the mailbox.
class ChunksTest {
  private final MailHost host = new MailHost();

  @BeforeEach
  void people() {
    host.account("ana@foo.com");
    host.account("bo@foo.com");
  }

  @AfterEach
  void checkTheStore() {
    host.close();
  }

  private String inbox(String address) {
    List<String> all = host.inbox(address);
    return all.getLast();
  }

  private static SmtpTalk envelope(SmtpTalk t, String from, String to) {
    return t.ask("MAIL FROM:<" + from + ">", "250").ask("RCPT TO:<" + to + ">", "250");
  }

  @Test
  void aMessageInChunks() {
    SmtpTalk t = envelope(host.mx(), "a@b.c", "ana@foo.com");
    t.raw("BDAT 14\r\nSubject: x\r\n\r\nBDAT 5 LAST\r\n.\r\nhi");
    t.expect("250 2.0.0 14 octets", "250 2.0.0 Delivered as ");
    assertThat(inbox("ana@foo.com")).endsWith("+0000\r\nSubject: x\r\n\r\n.\r\nhi");
  }

  @Test
  void whatASubmissionLacksIsAddedAcrossChunks() {
    SmtpTalk t = host.submission().logIn("ana@foo.com", PASSWORD);
    envelope(t, "ana@foo.com", "bo@foo.com");
    t.raw("BDAT 6\r\nBcc: aBDAT 18 LAST\r\n\r\nSubject: x\r\n\r\nhi").expect("250", "250");
    assertThat(inbox("bo@foo.com"))
        .contains("Subject: x\r\nFrom: ana@foo.com\r\nDate: ")
        .contains("\r\nMessage-ID: <")
        .endsWith("\r\n\r\nhi")
        .doesNotContain("Bcc");
  }

  @Test
  void binaryPartsAreStoredInBase64() {
    // RFC 3030 §3
    SmtpConfig config = SmtpConfig.mx("foo.com").with(Feature.BINARYMIME);
    SmtpTalk t = host.serve(config, host.mta.mx()).connect().hello();
    String text = "MIME-Version: 1.0\r\nContent-Transfer-Encoding: binary\r\n\r\n\0\r\n\r\u00ff";
    t.ask("MAIL FROM:<a@b.c> BODY=BINARYMIME", "250").ask("RCPT TO:<ana@foo.com>", "250");
    t.raw("BDAT " + text.length() + " LAST\r\n" + text).expect("250 2.0.0 Delivered");
    assertThat(inbox("ana@foo.com"))
        .endsWith("Content-Transfer-Encoding: base64\r\nMIME-Version: 1.0\r\n\r\nAA0KDf8=");
    t.ask("MAIL FROM:<a@b.c> BODY=BINARYMIME", "250").ask("RCPT TO:<ana@foo.com>", "250");
    t.raw("BDAT 4 LAST\r\na:\0b").expect("554 5.6.3 The binary parts cannot be converted");
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
  }

  /// A URL of the first message in an INBOX, with a token of its owner.
  private String url(String owner, String rest, String access) {
    Account account =
        host.disk.store.account(host.directory.account(owner).orElseThrow().account());
    String rump =
        "imap://"
            + owner.replace("@", "%40")
            + "@foo.com/INBOX/;uid=1"
            + rest
            + ";urlauth="
            + access;
    return rump + ":internal:" + account.urlKeys().token(account.mailbox("INBOX"), rump);
  }

  private SmtpTalk ana() {
    return envelope(host.submission().logIn("ana@foo.com", PASSWORD), "ana@foo.com", "bo@foo.com");
  }

  @Test
  void aMessageForwardedWithoutDownload() {
    // RFC 4468 §3.2
    MailHost.send(host.mx(), "a@b.c", "ana@foo.com", "Subject: first", "", "Hello", "you");
    SmtpTalk t = ana();
    t.ask("BURL " + url("ana@foo.com", "", "submit+ana@foo.com") + " LAST", "250 2.0.0 Delivered");
    assertThat(inbox("bo@foo.com"))
        .contains("Subject: first\r\n")
        .endsWith("\r\n\r\nHello\r\nyou\r\n");
    envelope(t, "ana@foo.com", "bo@foo.com").raw("BDAT 18\r\nSubject: again\r\n\r\n");
    t.expect("250")
        .ask("BURL " + url("ana@foo.com", "/;section=TEXT", "submit+ANA@foo.com"), "250");
    t.raw("BDAT 2 LAST\r\n:)").expect("250 2.0.0 Delivered");
    assertThat(inbox("bo@foo.com"))
        .contains("Subject: again\r\nFrom: ana@foo.com\r\nDate")
        .endsWith("\r\n\r\nHello\r\nyou\r\n:)");
  }

  @ParameterizedTest
  @CsvSource({
    "bo@foo.com, authuser, 250 2.0.0",
    "bo@foo.com, anonymous, 250 2.0.0",
    "bo@foo.com, submit+ana@foo.com, 250 2.0.0",
    "bo@foo.com, user+ana@foo.com, 250 2.0.0",
    "bo@foo.com, submit+bo@foo.com, 554 5.7.0",
    "ana@foo.com, submit+bo@foo.com, 554 5.7.0",
    "ana@foo.com, user+bo@foo.com, 554 5.7.0",
    "ana@foo.com, submit+nobody@foo.com, 554 5.7.0",
    "ana@foo.com, stream, 554 5.7.0",
  })
  void aUrlWorksForWhomItNames(String owner, String access, String reply) {
    MailHost.send(host.mx(), "a@b.c", owner, "Subject: first", "", "Hello");
    ana().ask("BURL " + url(owner, "", access) + " LAST", reply);
  }

  @Test
  void urlsThatProveNothing() {
    MailHost.send(host.mx(), "a@b.c", "ana@foo.com", "Subject: first", "", "Hello");
    String good = url("ana@foo.com", "", "submit+ana@foo.com");
    int token = good.lastIndexOf(':') + 1;
    SmtpTalk t = host.submission().logIn("ana@foo.com", PASSWORD);
    String[][] cases = {
      {good.substring(0, token) + "01" + "0".repeat(64), "554 5.7.0"},
      {good.replace("internal", "external"), "554 5.7.0"},
      {good.replace("uid=1", "uid=2"), "554 5.7.0"},
      {good.replace("INBOX", "Nowhere"), "554 5.7.0"},
      {good.replace("ana%40", "nobody%40"), "554 5.7.0"},
      {good.replace("@foo.com/", "@bar.com/"), "554 5.7.0"},
      {url("ana@foo.com", ";expire=2020-01-01T00:00:00Z", "submit+ana@foo.com"), "554 5.7.0"},
      {url("ana@foo.com", "/;section=7", "submit+ana@foo.com"), "554 5.6.6"},
      {good.substring(0, good.indexOf(";urlauth")), "554 5.7.14"},
      {good.substring(0, good.indexOf(":internal")), "554 5.7.14"},
      {"imap://foo.com/INBOX", "554 5.6.6"},
      {"imap://ana@foo.com/INBOX", "554 5.6.6"},
      {"http://foo.com/", "554 5.6.6"},
      {"file:///etc/passwd", "554 5.6.6"},
      {"/INBOX/;uid=1", "554 5.6.6"},
    };
    for (String[] c : cases) {
      envelope(t, "ana@foo.com", "bo@foo.com").ask("BURL " + c[0] + " LAST", c[1]);
    }
    String later = url("ana@foo.com", ";expire=2030-01-01T00:00:00Z", "submit+ana@foo.com");
    envelope(t, "ana@foo.com", "bo@foo.com").ask("BURL " + later + " LAST", "250");
    assertThat(host.inbox("bo@foo.com")).hasSize(1);
  }

  @Test
  void aNetworkRelaysWithoutALogin() {
    SmtpConfig config = SmtpConfig.submission("foo.com").withRelay(NetworkSet.LOOPBACK);
    SmtpTalk t = host.serve(config, host.mta.submission()).connect().hello();
    MailHost.send(t, "scanner@foo.com", "ana@foo.com", "Subject: scan", "", "x");
    SmtpConfig mx = SmtpConfig.mx("foo.com").withRelay(NetworkSet.LOOPBACK);
    SmtpTalk onMx = host.serve(mx, host.mta.mx()).connect().hello();
    MailHost.send(onMx, "scanner@foo.com", "ana@foo.com", "Subject: scan", "", "x");
    assertThat(host.inbox("ana@foo.com")).hasSize(2).allMatch(m -> m.contains("\r\nDate: "));
    host.mx().ask("MAIL FROM:<scanner@foo.com>", "550 5.7.1 Senders of foo.com have to log in");
  }
}
