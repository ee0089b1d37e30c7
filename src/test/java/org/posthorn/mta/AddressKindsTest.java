package org.posthorn.mta;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.posthorn.directory.Addressing;
import org.posthorn.smtp.server.SmtpTalk;

/// What VRFY, EXPN and RCPT say of every kind of address (RFC 5321 §3.4, §3.5).
class AddressKindsTest {
  final MailHost host = new MailHost();

  @BeforeEach
  void addresses() {
    for (String who : List.of("ana", "bo", "carl", "dora")) host.account(who + "@foo.com");
    Addressing a = host.directory.addressing();
    host.directory.addDomainAlias("foo.net", "foo.com");
    host.directory.addBackupDomain("backup.com", List.of("ana"));
    a.addGroup("team@foo.com", List.of("bo@foo.com", "smith@bar.com"), null);
    a.addForward("bo@foo.com", List.of("secret@bar.com"), true);
    a.move("carl@foo.com", "carl@bar.com", false);
    a.move("dora@foo.com", "ana@foo.com", true);
    host.alias("info@foo.com", "ana@foo.com", "team@foo.com");
  }

  @AfterEach
  void close() {
    host.close();
  }

  private SmtpTalk ana() {
    String plain = SmtpTalk.plain("", "ana@foo.com", MailHost.PASSWORD);
    return host.submission().ask("AUTH PLAIN " + plain, "235");
  }

  @Test
  void verify() {
    SmtpTalk t = ana();
    t.say("VRFY ana+x@foo.net").expectExactly("250 2.1.5 <ana+x@foo.net>");
    t.say("VRFY team@foo.com").expectExactly("250 2.1.5 <team@foo.com>");
    t.say("VRFY carl@foo.com").expectExactly("551 5.1.6 User not local; please try <carl@bar.com>");
    t.say("VRFY dora@foo.com")
        .expectExactly("251 2.1.5 User not local; will forward to <ana@foo.com>");
    t.ask("VRFY ana@backup.com", "252 2.1.5");
    t.ask("VRFY bo@backup.com", "550 5.1.1");
  }

  @Test
  void expand() {
    SmtpTalk t = ana();
    t.say("EXPN team@foo.net")
        .expectExactly("250-2.1.5 <bo@foo.com>")
        .expectExactly("250 2.1.5 <smith@bar.com>");
    t.say("EXPN info@foo.com")
        .expectExactly("250-2.1.5 <ana@foo.com>")
        .expectExactly("250 2.1.5 <team@foo.com>");
    // Where bo has his mail sent on to is his own affair.
    t.say("EXPN bo@foo.com").expectExactly("250 2.1.5 <bo@foo.com>");
    t.ask("EXPN carl@foo.com", "551 5.1.6");
    t.ask("EXPN ana@backup.com", "252 2.1.5");
    host.alias("@foo.com", "ana@foo.com");
    t.ask("EXPN anything@foo.com", "252 2.1.5");
  }

  @Test
  void strangersLearnNothing() {
    SmtpTalk t = host.mx();
    for (String who : List.of("ana@foo.com", "team@foo.com", "carl@foo.com", "nobody@foo.com")) {
      t.say("EXPN " + who)
          .expectExactly("252 2.0.0 I do not say, but will try to deliver what you send");
    }
  }

  @Test
  void aTangleIsForLater() {
    String last = "ana@foo.com";
    for (int i = 0; i < 10; i++) {
      host.alias("a" + i + "@foo.com", last);
      last = "a" + i + "@foo.com";
    }
    host.alias("b@foo.com", "ana@foo.com");
    host.alias("a0@foo.com", "b@foo.com"); // one more, from within
    SmtpTalk t = host.mx().ask("MAIL FROM:<smith@bar.com>", "250");
    t.ask("RCPT TO:<a9@foo.com>", "451 4.3.5");
    t.ask("RCPT TO:<a8@foo.com>", "250");
    host.alias("a0@foo.com", "ana@foo.com");
    t.ask("RCPT TO:<a9@foo.com>", "250");
  }

  @Test
  void recipientsWhoHaveMoved() {
    SmtpTalk t = host.mx().ask("MAIL FROM:<smith@bar.com>", "250");
    t.say("RCPT TO:<carl@foo.com>")
        .expectExactly("551 5.1.6 User not local; please try <carl@bar.com>");
    t.ask("RCPT TO:<carl+x@foo.net>", "551 5.1.6");
    t.ask("RCPT TO:<dora@foo.com>", "25");
    t.ask("RCPT TO:<bo@backup.com>", "550 5.1.1");
  }
}
