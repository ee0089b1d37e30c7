package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailTest extends ServerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "FROM:<smith@bar.com> | <smith@bar.com>",
        "from:<smith@BAR.com> | <smith@bar.com>",
        "FROM: <smith@bar.com> | <smith@bar.com>",
        "FROM:smith@bar.com | <smith@bar.com>",
        "FROM:<> | <>",
        "FROM:<@a,@b.example:smith@bar.com> | <smith@bar.com>",
        "FROM:<smith@bar.com> SIZE=1000 BODY=8BITMIME | <smith@bar.com>",
        "FROM:<smith@bar.com>  body=7bit | <smith@bar.com>",
        "FROM:<smith@[192.0.2.1]> | <smith@[192.0.2.1]>",
        "FROM:<\"a > b\"@bar.com> | <\"a > b\"@bar.com>",
      })
  void takes(String argument, String sender) {
    mx().hello()
        .ask("MAIL " + argument, "250 2.1.0 Sender ok")
        .ask("RCPT TO:<jones@foo.com>", "250 2.1.5")
        .say("DATA", ".")
        .expect("354", "250 2.0.0")
        .ask("QUIT", "221 2.0.0");
    assertThat(onlyMessage().from()).isEqualTo(sender);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "FROM | 501 5.5.4 Syntax: MAIL FROM:<address>",
        "TO:<a@b.c> | 501 5.5.4 Syntax: MAIL FROM:<address>",
        "FROM: | 501 5.1.7 Address missing",
        "FROM:<a@b.c | 501 5.1.7 Missing >",
        "FROM:<\"a@b.c> | 501 5.1.7 Missing >",
        "FROM:<a> | 501 5.1.7 Malformed address",
        "FROM:<postmaster> | 501 5.1.7 Malformed address",
        "FROM:<@a.b> | 501 5.1.7 Source route without address",
        "FROM:<a b@c.d> | 501 5.1.7 Malformed address",
        "FROM:<a@b@c.d> | 501 5.1.7 Malformed address",
        "FROM:<a@b.c>SIZE=1 | 501 5.1.7 Space missing behind the address",
        "FROM:<a@b.c> SIZE=1 SIZE=1 | 501 5.5.4 Parameter SIZE given twice",
        "FROM:<a@b.c> SIZE= | 501 5.5.4 Malformed parameter",
        "FROM:<a@b.c> SIZE | 501 5.5.4 SIZE is not a number",
        "FROM:<a@b.c> SIZE=-1 | 501 5.5.4 SIZE is not a number",
        "FROM:<a@b.c> SIZE=1x | 501 5.5.4 SIZE is not a number",
        "FROM:<a@b.c> SIZE=123456789012345678901 | 501 5.5.4 SIZE is not a number",
        "FROM:<a@b.c> SIZE=9223372036854775808 | 552 5.3.4 Message larger than 52428800 octets",
        "FROM:<a@b.c> SIZE=52428801 | 552 5.3.4 Message larger than 52428800 octets",
        "FROM:<a@b.c> BODY=BINARYMIME | 501 5.5.4 BODY is neither 7BIT nor 8BITMIME",
        "FROM:<a@b.c> RET=FULL | 555 5.5.4 Parameter RET is not known here",
        "FROM:<a@b.c> AUTH=<> | 555 5.5.4 Parameter AUTH is not known here",
        "FROM:<a@b.c> =x | 501 5.5.4 Malformed parameter",
        "FROM:<a@b.c> X=a=b | 501 5.5.4 Malformed parameter",
        "FROM:<m\u00fcller@b.c> | 501 5.1.7 Address is neither ASCII nor UTF-8",
        "FROM:<forbidden@b.c> | 550 5.7.1 Not from you",
        "FROM:<broken@b.c> | 451 4.3.0 Local error, try again later",
      })
  void refuses(String argument, String reply) {
    mx().hello()
        .say("MAIL " + argument)
        .expectExactly(reply)
        .ask("RCPT TO:<jones@foo.com>", "503 5.5.1 MAIL first");
  }

  @Test
  void pathsAreBounded() {
    SmtpTalk t = mx().hello();
    t.say("MAIL FROM:<" + "a".repeat(10_000) + "@b.c>").expectExactly("500 5.5.2 Line too long");
    t.say("MAIL FROM:<" + "a".repeat(253) + "@b.c>")
        .expectExactly("501 5.1.7 Path longer than 256 octets");
    t.say("MAIL FROM:<a@" + "b.".repeat(130) + "c>")
        .expectExactly("501 5.1.7 Path longer than 256 octets");
    t.ask("MAIL FROM:<" + "a".repeat(252) + "@b.c>", "250 2.1.0");
  }

  @Test
  void oneTransactionAtATime() {
    mx().envelope().ask("MAIL FROM:<a@b.c>", "503 5.5.1 Not within a mail transaction");
  }

  @Test
  void worksAfterHelo() {
    mx().ask("HELO bar.com", "250 foo.com").ask("MAIL FROM:<a@b.c>", "250 2.1.0");
  }

  @Test
  void submissionWantsALogin() {
    // RFC 6409 §4.3
    submission().hello().ask("MAIL FROM:<a@b.c>", "530 5.7.0 Log in first");
    SmtpConfig strict = SmtpConfig.submission("foo.com");
    serve(strict).connect().hello().ask("MAIL FROM:<a@b.c>", "530 5.7.0 STARTTLS and log in first");
  }

  @Test
  void authParameterIsKnownWhereAuthIs() {
    // RFC 4954 §5
    submission()
        .hello()
        .logIn("ana", MemoryBackend.PASSWORD)
        .ask("MAIL FROM:<a@b.c> AUTH=<>", "250 2.1.0");
  }
}
