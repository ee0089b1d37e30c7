package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// RFC 1985.
class EtrnTest extends ServerTest {
  private SmtpTalk offering() {
    return serve(MX.with(Feature.ETRN)).connect();
  }

  @Test
  void announcedWhereItIsOffered() {
    assertThat(offering().say("EHLO bar.com").readReply()).anyMatch(l -> l.endsWith("ETRN"));
    assertThat(mx().say("EHLO bar.com").readReply()).noneMatch(l -> l.endsWith("ETRN"));
    mx().hello().ask("ETRN innosoft.com", "502 5.5.1");
  }

  // RFC 1985 §7
  @Test
  void startsADomain() {
    SmtpTalk t = offering().hello();
    t.say("ETRN InnoSoft.com").expectExactly("250 2.0.0 OK, queuing for node innosoft.com started");
    t.ask("ETRN foo.bar", "459 4.7.1 Node foo.bar not allowed: ");
  }

  @Test
  void whatItDoesNotTake() {
    SmtpTalk t = offering().hello();
    t.say("ETRN").expectExactly("501 5.5.4 Syntax: ETRN domain");
    t.say("ETRN a b").expectExactly("501 5.5.4 Syntax: ETRN domain");
    t.say("ETRN a..b").expectExactly("501 5.5.4 Not a domain");
    t.say("ETRN [192.0.2.1]").expectExactly("501 5.5.4 Not a domain");
    t.ask("ETRN @innosoft.com", "459 4.7.1");
    t.ask("ETRN #uucp", "459 4.7.1");
    // Not within a transaction (RFC 1985 §5).
    t.ask("MAIL FROM:<smith@bar.com>", "250").ask("ETRN innosoft.com", "503");
  }
}
