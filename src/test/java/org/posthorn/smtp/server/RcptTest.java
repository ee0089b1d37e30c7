package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RcptTest extends ServerTest {
  private SmtpTalk mailed() {
    return mx().hello().ask("MAIL FROM:<a@b.c>", "250 2.1.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "TO:<jones@foo.com> | <jones@foo.com>",
        "to: <jones@foo.com> | <jones@foo.com>",
        "TO:jones@foo.com | <jones@foo.com>",
        "TO:<@a,@b:jones@foo.com> | <jones@foo.com>",
        "TO:<postmaster> | <postmaster>",
        "TO:<PostMaster> | <postmaster>",
        "TO:<\"john smith\"@foo.com> | <\"john smith\"@foo.com>",
        "TO:<user%bar.org@foo.com> | <user%bar.org@foo.com>",
      })
  void takes(String argument, String recipient) {
    mailed()
        .ask("RCPT " + argument, "250 2.1.5")
        .say("DATA", ".")
        .expect("354", "250 2.0.0")
        .ask("QUIT", "221 2.0.0");
    assertThat(onlyMessage().to()).containsExactly(recipient);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "TO | 501 5.5.4 Syntax: RCPT TO:<address>",
        "FROM:<a@b.c> | 501 5.5.4 Syntax: RCPT TO:<address>",
        "TO:<> | 501 5.1.3 Malformed address",
        "TO: | 501 5.1.3 Address missing",
        "TO:<jones> | 501 5.1.3 Malformed address",
        "TO:<jones@> | 501 5.1.3 Malformed address",
        "TO:<@foo.com> | 501 5.1.3 Source route without address",
        "TO:<@a:> | 501 5.1.3 Malformed address",
        "TO:<a@foo.com,b@foo.com> | 501 5.1.3 Malformed address",
        "TO:<m\u00fcller@foo.com> | 501 5.1.3 Address is neither ASCII nor UTF-8",
        "TO:<jones@foo.com> NOTIFY=NEVER | 555 5.5.4 Parameter NOTIFY is not known here",
        "TO:<green@foo.com> | 550 5.1.1 No such user here",
        "TO:<@foo.com:far@away.example> | 550 5.7.1 No relaying",
        "TO:<far@away.example> | 550 5.7.1 No relaying",
        "TO:<full@foo.com> | 452 4.2.2 Mailbox full",
      })
  void refuses(String argument, String reply) {
    SmtpTalk t = mailed().say("RCPT " + argument).expectExactly(reply);
    t.ask("RCPT TO:<jones@foo.com>", "250 2.1.5");
  }

  @Test
  void needsMail() {
    mx().hello().ask("RCPT TO:<jones@foo.com>", "503 5.5.1 MAIL first");
  }

  @Test
  void tooManyAreForLater() {
    // RFC 5321 §4.5.3.1.10
    SmtpTalk t = serve(MX.withRecipientsMax(100)).connect().hello();
    t.ask("MAIL FROM:<a@b.c>", "250 2.1.0");
    for (int i = 0; i < 100; i++) {
      t.ask("RCPT TO:<u" + i + "@foo.com>", "250 2.1.5");
    }
    t.say("RCPT TO:<one@foo.com>").expectExactly("452 4.5.3 Too many recipients");
    t.ask("RCPT TO:<two@foo.com>", "452 4.5.3");
    t.say("DATA", ".").expect("354", "250 2.0.0");
    assertThat(onlyMessage().to()).hasSize(100);
  }

  @Test
  void aHundredThousandEndTheSession() {
    SmtpTalk t = serve(MX.withRecipientsMax(100)).connect().hello();
    t.ask("MAIL FROM:<a@b.c>", "250 2.1.0");
    for (int i = 0; i < 10_100; i++) {
      t.ask("RCPT TO:<jones@foo.com>", i < 100 ? "250" : "452 4.5.3");
    }
    t.ask("RCPT TO:<jones@foo.com>", "421 4.7.0 foo.com Too many recipients").expectClosed();
  }

  @Test
  void guessingNamesEndsTheSession() {
    SmtpTalk t = mailed();
    for (int i = 0; i < 100; i++) {
      t.ask("RCPT TO:<green@foo.com>", "550 5.1.1");
    }
    t.ask("RCPT TO:<green@foo.com>", "550 5.1.1")
        .expect("421 4.7.0 foo.com Too many unknown recipients")
        .expectClosed();
  }

  @Test
  void aFailureOfOursIsForLaterAndEndsTheTransaction() {
    mailed()
        .ask("RCPT TO:<broken@foo.com>", "451 4.3.0 Local error, try again later")
        .ask("RCPT TO:<jones@foo.com>", "503 5.5.1 MAIL first");
  }
}
