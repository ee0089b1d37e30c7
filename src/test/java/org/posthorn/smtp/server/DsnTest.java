package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.smtp.MailOptions.Returned;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Recipient.Notify;

/// What the sender wants to be told (RFC 3461, RFC 6533).
class DsnTest extends ServerTest {
  private SmtpTalk dsn() {
    return serve(MX.with(Feature.DSN)).connect().hello();
  }

  private SmtpTalk mailed(String parameters) {
    return dsn().ask("MAIL FROM:<a@b.c>" + parameters, "250 2.1.0");
  }

  private Recipient recipient(SmtpTalk t) {
    t.say("DATA", ".").expect("354", "250");
    return onlyMessage().recipients().getFirst();
  }

  @Test
  void theExampleOfASubmission() {
    // RFC 3461 §10.1, to the recipients that are here
    SmtpTalk t = dsn();
    assertThat(t.offered()).contains("DSN");
    t.ask("MAIL FROM:<Alice@Example.ORG> RET=HDRS ENVID=QQ314159", "250 ");
    t.ask("RCPT TO:<Bob@foo.com> NOTIFY=SUCCESS ORCPT=rfc822;Bob@Example.COM", "250 ");
    t.ask("RCPT TO:<Carol@foo.com> NOTIFY=FAILURE ORCPT=rfc822;Carol@Ivory.EDU", "250 ");
    t.ask("RCPT TO:<Dana@foo.com> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Dana@Ivory.EDU", "250 ");
    t.ask("RCPT TO:<Eric@foo.com> NOTIFY=FAILURE ORCPT=rfc822;Eric@Bombs.AF.MIL", "250 ");
    t.ask("RCPT TO:<Fred@foo.com> NOTIFY=NEVER", "250 ");
    t.ask("RCPT TO:<George@foo.com> NOTIFY=FAILURE ORCPT=rfc822;George@Tax-ME.GOV", "250 ");
    t.say("DATA", ".").expect("354", "250").ask("QUIT", "221");
    var options = onlyMessage().sender().options();
    assertThat(options.returned()).isEqualTo(Returned.HEADERS);
    assertThat(options.envelopeId()).isEqualTo("QQ314159");
    assertThat(onlyMessage().recipients())
        .extracting(Recipient::told)
        .containsExactly(
            Set.of(Notify.SUCCESS),
            Set.of(Notify.FAILURE),
            Set.of(Notify.SUCCESS, Notify.FAILURE),
            Set.of(Notify.FAILURE),
            Set.of(Notify.NEVER),
            Set.of(Notify.FAILURE));
    assertThat(onlyMessage().recipients())
        .extracting(Recipient::original)
        .containsExactly(
            "rfc822;Bob@Example.COM",
            "rfc822;Carol@Ivory.EDU",
            "rfc822;Dana@Ivory.EDU",
            "rfc822;Eric@Bombs.AF.MIL",
            "",
            "rfc822;George@Tax-ME.GOV");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RET=FULL | FULL",
        "RET=hdrs | HEADERS",
        "ret=Full | FULL",
      })
  void ret(String parameter, Returned returned) {
    recipient(mailed(" " + parameter).ask("RCPT TO:<jones@foo.com>", "250"));
    assertThat(onlyMessage().sender().options().returned()).isEqualTo(returned);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a+2Bb+3Dc+20d | a+b=c d",
        "+2B | +",
        "<x;y>@z | <x;y>@z",
      })
  void envid(String xtext, String id) {
    recipient(mailed(" ENVID=" + xtext).ask("RCPT TO:<jones@foo.com>", "250"));
    assertThat(onlyMessage().sender().options().envelopeId()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RET",
        "RET=",
        "RET=ALL",
        "RET=FULL RET=FULL",
        "ENVID",
        "ENVID=",
        "ENVID=a=b",
        "ENVID=a+",
        "ENVID=a+4",
        "ENVID=a+4x",
        "ENVID=a+2b",
        "ENVID=a+0D+0AX",
        "ENVID=a+7F",
        "ENVID=a+C3+A4",
        "ENVID=\u00c3\u00a4",
        "ENVID=a ENVID=a",
      })
  void malformedParametersOfMail(String parameters) {
    // RFC 3461 §5.1
    dsn().ask("MAIL FROM:<a@b.c> " + parameters, "501 5.5.4").ask("MAIL FROM:<a@b.c>", "250");
  }

  @Test
  void envidIsBounded() {
    // RFC 3461 §4.4
    SmtpTalk t = dsn().ask("MAIL FROM:<a@b.c> ENVID=" + "x".repeat(101), "501 5.5.4");
    t.ask("MAIL FROM:<a@b.c> ENVID=" + "x".repeat(100), "250");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NOTIFY=NEVER | NEVER",
        "NOTIFY=never | NEVER",
        "NOTIFY=Success | SUCCESS",
        "NOTIFY=DELAY,FAILURE,SUCCESS | DELAY,FAILURE,SUCCESS",
        "NOTIFY=FAILURE,FAILURE | FAILURE",
      })
  void toldOf(String parameter, String told) {
    Recipient r = recipient(mailed("").ask("RCPT TO:<jones@foo.com> " + parameter, "250"));
    assertThat(r.told()).extracting(Notify::name).containsExactlyInAnyOrder(told.split(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "rfc822;Bob+2Bx@Example.COM | rfc822;Bob+x@Example.COM",
        "X400;/c=us | ",
        "X400;/c+3Dus/o+3Dmy+20org | X400;/c=us/o=my org",
        "rfc822;\\x{E4}@x | rfc822;\\x{E4}@x",
        "utf-8;j\\x{F6}rg@foo.com | utf-8;jörg@foo.com",
        "UTF-8;\\x{2B}\\x{3D}\\x{5C}\\x{1F4EF}@x | UTF-8;+=\\\uD83D\uDCEF@x",
        "utf-8;ana@foo.com | utf-8;ana@foo.com",
      })
  void orcpt(String value, String original) {
    SmtpTalk t = mailed("");
    if (original == null) {
      t.ask("RCPT TO:<jones@foo.com> ORCPT=" + value, "501 5.5.4");
      return;
    }
    Recipient r = recipient(t.ask("RCPT TO:<jones@foo.com> ORCPT=" + value, "250"));
    assertThat(r.original()).isEqualTo(original);
  }

  @Test
  void orcptInUtf8NeedsSmtpUtf8() {
    // RFC 6533 §3
    SmtpTalk t = mailed("");
    t.askUtf8("RCPT TO:<jones@foo.com> ORCPT=utf-8;jörg@foo.com", "501 5.5.4 ORCPT is not ASCII");
    t.ask("RSET", "250").ask("MAIL FROM:<a@b.c> SMTPUTF8", "250");
    t.askUtf8("RCPT TO:<jones@foo.com> ORCPT=rfc822;jörg@foo.com", "501 5.5.4");
    t.askUtf8("RCPT TO:<jones@foo.com> ORCPT=utf-8;jörg\\x{FC}@foo.com", "250");
    assertThat(recipient(t).original()).isEqualTo("utf-8;jörgü@foo.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOTIFY",
        "NOTIFY=",
        "NOTIFY=ALWAYS",
        "NOTIFY=NEVER,FAILURE",
        "NOTIFY=SUCCESS,NEVER",
        "NOTIFY=NEVER,NEVER",
        "NOTIFY=SUCCESS,",
        "NOTIFY=,SUCCESS",
        "NOTIFY=SUCCESS;FAILURE",
        "NOTIFY=SUCCESS NOTIFY=SUCCESS",
        "ORCPT",
        "ORCPT=",
        "ORCPT=jones@foo.com",
        "ORCPT=;jones@foo.com",
        "ORCPT=rfc822;",
        "ORCPT=rfc 822;a",
        "ORCPT=rfc@822;a",
        "ORCPT=rfc822;a+b",
        "ORCPT=rfc822;a+0D+0AX:+20y",
        "ORCPT=rfc822;a=b",
        "ORCPT=utf-8;\\x{0A}",
        "ORCPT=utf-8;\\x{85}",
        "ORCPT=utf-8;\\x{D800}",
        "ORCPT=utf-8;\\x{2028}",
        "ORCPT=utf-8;\\x{110000}",
        "ORCPT=utf-8;\\x{A}",
        "ORCPT=utf-8;\\x{0000041}",
        "ORCPT=utf-8;\\x{}",
        "ORCPT=utf-8;\\x{xy}",
        "ORCPT=utf-8;\\x{41",
        "ORCPT=utf-8;a\\b",
        "ORCPT=rfc822;a ORCPT=rfc822;a",
      })
  void malformedParametersOfRcpt(String parameters) {
    // RFC 3461 §5.1
    SmtpTalk t = mailed("");
    t.say("RCPT TO:<jones@foo.com> " + parameters);
    assertThat(t.readReply().getFirst()).matches("(501|555) 5\\.5\\.4 .*");
    t.ask("RCPT TO:<jones@foo.com>", "250");
  }

  @Test
  void orcptIsBounded() {
    // RFC 3461 §4.2
    SmtpTalk t = mailed("");
    t.ask("RCPT TO:<jones@foo.com> ORCPT=rfc822;" + "x".repeat(494), "501 5.5.4");
    t.ask("RCPT TO:<jones@foo.com> ORCPT=rfc822;" + "x".repeat(493), "250");
  }

  @Test
  void isNotKnownWhereItIsNotOffered() {
    SmtpTalk t = mx();
    assertThat(t.offered()).doesNotContain("DSN");
    t.ask("MAIL FROM:<a@b.c> ENVID=x", "555 5.5.4 Parameter ENVID is not known here");
    t.ask("MAIL FROM:<a@b.c>", "250").ask("RCPT TO:<jones@foo.com> NOTIFY=NEVER", "555 5.5.4");
  }
}
