package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.smtp.server.SmtpTalk.base64;
import static org.posthorn.smtp.server.SmtpTalk.plain;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthTest extends ServerTest {
  private static final String PASSWORD = MemoryBackend.PASSWORD;

  @Test
  void plainWithInitialResponse() {
    SmtpTalk t = submission().hello();
    t.say("AUTH PLAIN " + plain("", "ana", PASSWORD)).expectExactly("235 2.7.0 Logged in");
    assertThat(backend.events).containsExactly("auth |ana");
  }

  @Test
  void plainInSteps() {
    SmtpTalk t = submission().hello();
    t.say("auth plain").expectExactly("334 ");
    t.say(plain("bo", "ana", PASSWORD)).expectExactly("235 2.7.0 Logged in");
    assertThat(backend.events).containsExactly("auth bo|ana");
  }

  @Test
  void login() {
    SmtpTalk t = submission().hello();
    t.say("AUTH LOGIN").expectExactly("334 VXNlcm5hbWU6");
    t.say(base64("ana")).expectExactly("334 UGFzc3dvcmQ6");
    t.say(base64(PASSWORD)).expectExactly("235 2.7.0 Logged in");
  }

  @Test
  void loginWithInitialResponse() {
    SmtpTalk t = submission().hello();
    t.say("AUTH LOGIN " + base64("ana")).expectExactly("334 UGFzc3dvcmQ6");
    t.say(base64(PASSWORD)).expect("235 2.7.0");
  }

  @Test
  void offeredNoMoreAfterwards() {
    SmtpTalk t = submission().hello().logIn("ana", PASSWORD);
    t.ask("AUTH PLAIN " + plain("", "ana", PASSWORD), "503 5.5.1 Logged in already");
    assertThat(t.offered()).noneMatch(l -> l.startsWith("AUTH"));
    t.ask("MAIL FROM:<>", "250 2.1.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AUTH | 501 5.5.4 Syntax: AUTH mechanism [initial-response]",
        "AUTH PLAIN a b | 501 5.5.4 Syntax: AUTH mechanism [initial-response]",
        "AUTH CRAM-MD5 | 504 5.5.4 Mechanism not known",
        "AUTH PLAIN !!!! | 501 5.5.2 Malformed authentication response",
        "AUTH PLAIN AGE | 501 5.5.2 Malformed authentication response",
        "AUTH PLAIN = | 501 5.5.2 Malformed authentication response",
        "AUTH PLAIN YW5h | 501 5.5.2 Malformed authentication response",
        "AUTH PLAIN AAAA | 501 5.5.2 Malformed authentication response",
        "AUTH LOGIN = | 501 5.5.2 Malformed authentication response",
      })
  void malformed(String line, String reply) {
    SmtpTalk t = submission().hello();
    t.say(line).expectExactly(reply);
    t.logIn("ana", PASSWORD);
  }

  @Test
  void cancelled() {
    SmtpTalk t = submission().hello();
    t.ask("AUTH PLAIN", "334 ").say("*").expectExactly("501 5.7.0 Authentication cancelled");
    t.ask("AUTH LOGIN", "334").ask(base64("ana"), "334").ask("*", "501 5.7.0");
    t.logIn("ana", PASSWORD);
  }

  @Test
  void aMegabyteIsTooLong() {
    SmtpTalk t = submission().hello();
    t.say("AUTH PLAIN " + "A".repeat(900_000)).expectExactly("500 5.5.2 Line too long");
    t.ask("AUTH PLAIN", "334");
    t.say("A".repeat(900_000)).expectExactly("500 5.5.6 Authentication exchange line is too long");
    t.logIn("ana", PASSWORD);
  }

  @Test
  void refusedTriesAreCounted() {
    SmtpTalk t = submission().hello();
    String wrong = "AUTH PLAIN " + plain("", "ana", "wrong");
    t.say(wrong).expectExactly("535 5.7.8 Wrong name or password");
    t.ask("MAIL FROM:<>", "530 5.7.0");
    t.ask(wrong, "535 5.7.8");
    t.ask(wrong, "535 5.7.8").expect("421 4.7.0 foo.com Too many failed logins").expectClosed();
  }

  @Test
  void temporaryTroubleIsNoRefusal() {
    SmtpTalk t = submission().hello();
    t.say("AUTH PLAIN " + plain("", "busy", "x"))
        .expectExactly("454 4.7.0 Too many failures, try again in 30 s");
    t.say("AUTH PLAIN " + plain("", "down", "x"))
        .expectExactly("454 4.7.0 Login is not possible now, try again later");
  }

  @Test
  void notInClearWhereThatIsForbidden() {
    SmtpTalk t = serve(SmtpConfig.submission("foo.com")).connect().hello();
    t.say("AUTH PLAIN " + plain("", "ana", PASSWORD))
        .expectExactly("538 5.7.11 Encryption required, use STARTTLS");
    assertThat(backend.events).isEmpty();
  }

  @Test
  void notOnPort25() {
    mx().hello()
        .say("AUTH PLAIN " + plain("", "ana", PASSWORD))
        .expectExactly("502 5.5.1 AUTH is not offered here");
  }

  @Test
  void notWithinATransactionAndNotBeforeEhlo() {
    submission().ask("AUTH PLAIN", "503 5.5.1 Say EHLO first");
    SmtpConfig open = MX.withAuthentication(SmtpConfig.Authentication.CLEARTEXT);
    serve(open).connect().envelope().ask("AUTH PLAIN", "503 5.5.1 Not within a mail transaction");
  }

  @Test
  void theSessionEndsQuietlyWhenTheClientGoes() {
    submission().hello().ask("AUTH PLAIN", "334 ").close();
  }
}
