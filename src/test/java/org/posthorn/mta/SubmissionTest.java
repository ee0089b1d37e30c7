package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.mta.MailHost.PASSWORD;
import static org.posthorn.mta.MailHost.send;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.posthorn.directory.token.TestIssuer;
import org.posthorn.net.sasl.ScramClient;
import org.posthorn.smtp.server.SmtpTalk;

/// Mail from our own people.
class SubmissionTest {
  private final MailHost host = new MailHost();

  @BeforeEach
  void people() {
    host.account("ana@foo.com");
    host.account("bo@foo.com");
    host.alias("boss@foo.com", "ana@foo.com");
  }

  @AfterEach
  void checkTheStore() {
    host.close();
  }

  private SmtpTalk ana() {
    return host.submission().logIn("ana@foo.com", PASSWORD);
  }

  private SmtpTalk scram(String name, String password, boolean right) {
    SmtpTalk t = host.submission();
    var client = new ScramClient("SHA-256", "n,,", new byte[0], name, "abc", password);
    t.say("AUTH SCRAM-SHA-256 " + ScramClient.base64(client.first()));
    String first = ScramClient.unbase64(t.readReply().getFirst().substring(4));
    t.say(ScramClient.base64(client.last(first)));
    if (!right) return t.expectExactly("535 5.7.8 Wrong name or password");
    t.expectExactly("334 " + ScramClient.base64(client.expectedEnd()));
    return t.say("").expectExactly("235 2.7.0 Logged in"); // RFC 4954 §4
  }

  @Test
  void logsInByScram() {
    assertThat(host.submission().offered()).contains("AUTH SCRAM-SHA-256 SCRAM-SHA-1 PLAIN LOGIN");
    scram("ana@foo.com", PASSWORD, true).ask("MAIL FROM:<ana@foo.com>", "250 2.1.0");
    scram("ana@foo.com", "wrong", false).ask("MAIL FROM:<ana@foo.com>", "530 5.7.0");
    scram("nobody@foo.com", PASSWORD, false);
    host.submission()
        .say("AUTH SCRAM-SHA-256 " + ScramClient.base64("p=tls-exporter,,n=a,r=b"))
        .expectExactly("535 5.7.8 Channel binding does not fit");
  }

  @Test
  void logsInByToken() {
    TestIssuer issuer = new TestIssuer();
    try (MailHost tokens = new MailHost(issuer.tokens(TestIssuer.RULES))) {
      tokens.account("ana@foo.com");
      SmtpTalk t = tokens.submission();
      assertThat(t.offered())
          .contains("AUTH SCRAM-SHA-256 SCRAM-SHA-1 OAUTHBEARER XOAUTH2 PLAIN LOGIN");
      // RFC 7628 §4.4
      t.say("AUTH OAUTHBEARER " + ScramClient.base64("n,a=ana@foo.com,\1auth=Bearer junk\1\1"));
      t.expectExactly("334 " + ScramClient.base64("{\"status\":\"invalid_token\"}"));
      t.say("AQ==").expectExactly("535 5.7.8 Wrong name or password");
      String token = issuer.token(TestIssuer.claims("ana@foo.com"));
      t.say(
          "AUTH XOAUTH2 " + ScramClient.base64("user=ana@foo.com\1auth=Bearer " + token + "\1\1"));
      t.expectExactly("235 2.7.0 Logged in").ask("MAIL FROM:<ana@foo.com>", "250 2.1.0");
    }
  }

  @Test
  void addsWhatIsMissingAndTakesOutBcc() {
    send(ana(), "ana@foo.com", "bo@foo.com", "Subject: x", "Bcc: eve@foo.com", "", "Hi");
    String text = host.inbox("bo@foo.com").getFirst();
    assertThat(text)
        .contains("with ESMTPA\r\n")
        .contains(
            "Subject: x\r\n"
                + "From: ana@foo.com\r\n"
                + "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
                + "Message-ID: <")
        .endsWith("@mx.foo.com>\r\n\r\nHi\r\n")
        .doesNotContain("Bcc")
        .doesNotContain("eve");
  }

  @Test
  void leavesAWholeMessageAlone() {
    String[] lines = {
      "Date: d", "From: ana@foo.com", "Message-ID: <m@x>", "Subject: x", "", "Bcc: in the text"
    };
    send(ana(), "ana@foo.com", "bo@foo.com", lines);
    assertThat(host.inbox("bo@foo.com").getFirst())
        .endsWith("+0000\r\n" + String.join("\r\n", lines) + "\r\n");
  }

  @Test
  void sendsOnlyAsOneself() {
    SmtpTalk t = ana();
    for (String own :
        new String[] {"ana@foo.com", "ANA@foo.com", "ana+x@foo.com", "boss@foo.com"}) {
      t.ask("MAIL FROM:<" + own + ">", "250 2.1.0").ask("RSET", "250");
    }
    t.ask("MAIL FROM:<>", "250 2.1.0").ask("RSET", "250");
    t.say("MAIL FROM:<bo@foo.com>").expectExactly("550 5.7.1 You may not send as bo@foo.com");
    t.say("MAIL FROM:<x@bar.com>").expectExactly("550 5.7.1 You may not send as x@bar.com");
  }

  @Test
  void wrongPasswordsAreRefused() {
    SmtpTalk t = host.submission();
    t.ask("AUTH PLAIN " + SmtpTalk.plain("", "ana@foo.com", "no"), "535 5.7.8");
    t.ask("AUTH PLAIN " + SmtpTalk.plain("", "nobody@foo.com", PASSWORD), "535 5.7.8");
    t.ask("MAIL FROM:<ana@foo.com>", "530 5.7.0");
  }

  @Test
  void nobodyActsForAnother() {
    SmtpTalk t = host.submission();
    t.ask("AUTH PLAIN " + SmtpTalk.plain("bo@foo.com", "ana@foo.com", PASSWORD), "535 5.7.8");
    t.ask("AUTH PLAIN " + SmtpTalk.plain("ana@foo.com", "ana@foo.com", PASSWORD), "235 2.7.0");
  }

  @Test
  void verifiesAndExpands() {
    host.alias("all@foo.com", "ana@foo.com", "bo@foo.com");
    SmtpTalk t = ana();
    t.say("VRFY bo@foo.com").expectExactly("250 2.1.5 <bo@foo.com>");
    t.say("VRFY nobody@foo.com").expectExactly("550 5.1.1 No such user here");
    t.ask("VRFY smith@bar.com", "252 2.1.5 ");
    t.say("EXPN all@foo.com")
        .expectExactly("250-2.1.5 <ana@foo.com>")
        .expectExactly("250 2.1.5 <bo@foo.com>");
    t.say("EXPN nobody@foo.com").expectExactly("550 5.1.1 No such user here");
  }

  @Test
  void bareNewlinesAreMended() {
    SmtpTalk t = ana().ask("MAIL FROM:<ana@foo.com>", "250").ask("RCPT TO:<bo@foo.com>", "250");
    t.ask("DATA", "354")
        .raw("Date: d\nMessage-ID: <m>\nFrom: ana@foo.com\nBcc: x\n y\n\na\n.\nb\r\n.\r\n")
        .expect("250");
    assertThat(host.inbox("bo@foo.com").getFirst())
        .endsWith(
            "+0000\r\nDate: d\r\nMessage-ID: <m>\r\nFrom: ana@foo.com\r\n\r\na\r\n.\r\nb\r\n");
  }
}
