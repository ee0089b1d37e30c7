package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.net.TlsMode;

/// HELO, EHLO and LHLO.
class HelloTest extends ServerTest {
  @Test
  void theGreetingNamesUs() {
    serve(MX).connectSilently().expectExactly("220 foo.com ESMTP Posthorn");
    serve(LMTP).connectSilently().expectExactly("220 foo.com LMTP Posthorn");
  }

  @Test
  void heloGetsOneLine() {
    mx().say("HELO bar.com").expectExactly("250 foo.com");
  }

  @Test
  void ehloListsWhatWeCan() {
    mx().say("EHLO bar.com")
        .expectExactly("250-foo.com greets bar.com")
        .expectExactly("250-PIPELINING")
        .expectExactly("250-SIZE 52428800")
        .expectExactly("250-ENHANCEDSTATUSCODES")
        .expectExactly("250-8BITMIME")
        .expectExactly("250-CHUNKING")
        .expectExactly("250-SMTPUTF8")
        .expectExactly("250-LIMITS RCPTMAX=1000 MAILMAX=10000")
        .expectExactly("250 HELP");
  }

  @Test
  void submissionOffersAuthOnlyWhereAPasswordIsSafe() {
    assertThat(submission().offered()).contains("AUTH PLAIN LOGIN");
    SmtpConfig strict = SmtpConfig.submission("foo.com");
    assertThat(serve(strict).connect().offered()).noneMatch(l -> l.startsWith("AUTH"));
    SmtpConfig local = strict.withAuthentication(SmtpConfig.Authentication.TLS_OR_LOOPBACK);
    assertThat(serve(local).connect().offered()).contains("AUTH PLAIN LOGIN");
  }

  @Test
  void starttlsIsOfferedWhereThereIsACertificate() {
    assertThat(serveTls(MX, TlsMode.STARTTLS).connect().offered()).contains("STARTTLS");
  }

  @Test
  void mxOffersNoAuth() {
    assertThat(mx().offered()).noneMatch(l -> l.startsWith("AUTH"));
  }

  @Test
  void lhloIsForLmtpAndEhloIsNot() {
    // RFC 2033 §4.1
    SmtpTalk t = lmtp();
    t.ask("EHLO bar.com", "500 5.5.1 This is LMTP, say LHLO");
    t.ask("HELO bar.com", "500 5.5.1 This is LMTP, say LHLO");
    t.ask("MAIL FROM:<>", "503 5.5.1 Say LHLO first");
    t.say("LHLO bar.com").expectLine("250-foo.com greets bar.com");
    mx().ask("LHLO bar.com", "500 5.5.1 This is SMTP");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bar.com",
        "localhost",
        "under_score",
        "xn--mller-kva.example",
        "[192.0.2.1]",
        "[IPv6:2001:db8::1]",
        "[fe80::1%en0]",
        "192.0.2.1",
        "a-."
      })
  void takesWhatClientsCallThemselves(String name) {
    mx().say("EHLO " + name).expectLine("250-foo.com greets " + name);
  }

  @Test
  void refusesNamesThatAreNone() {
    SmtpTalk t = mx();
    t.ask("EHLO", "501 5.5.4 Syntax: EHLO domain");
    t.ask("HELO ", "501 5.5.4 Syntax: HELO domain");
    t.ask("EHLO a b", "501 5.5.4 Name is not one word of ASCII");
    t.ask("EHLO m\u00fcller", "501 5.5.4 Name is not one word of ASCII");
    t.ask("EHLO [", "501 5.5.4 Malformed address literal");
    t.ask("EHLO []", "501 5.5.4 Malformed address literal");
    t.ask("EHLO [<x>]", "501 5.5.4 Malformed address literal");
    t.ask("EHLO [1.2.3.4", "501 5.5.4 Malformed address literal");
    t.ask("EHLO " + "a".repeat(256), "501 5.5.4 Name longer than 255 octets");
    t.ask("MAIL FROM:<a@b.c>", "503 5.5.1 Say EHLO first");
    t.say("EHLO " + "a".repeat(255)).expectLine("250-foo.com greets aaa");
  }

  @Test
  void aSecondEhloForgetsTheTransaction() {
    // RFC 5321 §4.1.4
    mx().envelope().hello().ask("DATA", "503 5.5.1 MAIL first");
  }
}
