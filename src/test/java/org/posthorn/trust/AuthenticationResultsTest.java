package org.posthorn.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.posthorn.mime.EmailAddress;
import org.posthorn.trust.AuthenticationResults.Property;
import org.posthorn.trust.AuthenticationResults.Result;
import org.posthorn.trust.arc.ArcResult;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.dmarc.DmarcResult;
import org.posthorn.trust.spf.SpfResult;
import org.posthorn.trust.spf.SpfResult.Identity;

/// RFC 8601.
class AuthenticationResultsTest {
  private static final InetAddress IP4 = InetAddress.ofLiteral("192.0.2.200");
  private static final AuthenticationResults NONE = new AuthenticationResults("mail.example.org");

  @Test
  void allOfItStandsInOneField() {
    String field =
        NONE.withReverse(new ReverseName(ReverseName.Code.PASS, "mx.example.net", ""), IP4)
            .withSpf(spf(SpfResult.Code.PASS, "example.net", "ip4 in its record"))
            .withDkim(
                List.of(
                    dkim(DkimResult.Code.PASS, "example.net", "good"),
                    dkim(DkimResult.Code.FAIL, "list.example", "the body was changed")))
            .withDmarc(dmarc(DmarcResult.Code.PASS, "example.net"))
            .withArc(new ArcResult(ArcResult.Code.NONE, List.of(), List.of(), ""), IP4)
            .field();
    assertThat(field)
        .isEqualTo(
            """
            Authentication-Results: mail.example.org;
            \tiprev=pass (mx.example.net) policy.iprev=192.0.2.200;
            \tspf=pass smtp.mailfrom=example.net;
            \tdkim=pass header.d=example.net header.s=sel header.a=rsa-sha256
            \theader.b="ab/d+fg=";
            \tdkim=fail reason="the body was changed" header.d=list.example header.s=sel
            \theader.a=rsa-sha256 header.b="ab/d+fg=";
            \tdmarc=pass header.from=example.net;
            \tarc=none smtp.remote-ip=192.0.2.200
            """
                .replace("\n", "\r\n"));
  }

  /// RFC 8601 Appendix B.2.
  @Test
  void nothingLookedAtIsNone() {
    assertThat(NONE.field()).isEqualTo("Authentication-Results: mail.example.org; none\r\n");
    assertThat(NONE.withSpf(null).withDkim(null).withDmarc(null).withArc(null, IP4))
        .isEqualTo(NONE);
    assertThat(NONE.withDkim(List.of()).field()).contains("\tdkim=none\r\n");
  }

  @Test
  void thePolicyStandsWhereItFailed() {
    assertThat(NONE.withDmarc(dmarc(DmarcResult.Code.FAIL, "example.net")).field())
        .contains(
            "dmarc=fail reason=why policy.dmarc=quarantine header.from=example.net"
                .replace("why", "\"why\""));
  }

  @Test
  void addressesAndSpecialsAreWrittenAsTheyMustBe() {
    EmailAddress odd = EmailAddress.parse("\"a b\"@example.net");
    String field =
        NONE.withLogin(EmailAddress.parse("ana@example.net"))
            .withLogin(odd)
            .withReverse(
                new ReverseName(ReverseName.Code.FAIL, "", ""),
                InetAddress.ofLiteral("2001:db8::1"))
            .withSpf(new SpfResult(SpfResult.Code.NONE, Identity.HELO, "", "", "no domain"))
            .field();
    assertThat(field)
        .contains("auth=pass smtp.auth=ana@example.net;")
        .contains("auth=pass smtp.auth=\"a b\"@example.net;")
        .contains("iprev=fail policy.iprev=\"2001:db8::1\";")
        .contains("spf=none reason=\"no domain\"\r\n");
  }

  @Test
  void nothingThatOthersWriteBreaksOut() {
    String evil = "x\r\nBcc: all\"; spf=pass (\\ \u00e9\u0000";
    AuthenticationResults results =
        NONE.withSpf(spf(SpfResult.Code.FAIL, evil, evil))
            .with(
                new Result("dkim", "fail", evil, evil, List.of(new Property("header", "d", evil))));
    String field = results.field();
    assertThat(field.split("\r\n")).allMatch(line -> line.matches("[\\t -~]+"));
    assertThat(field.substring(1).split("\r\n(?![ \t])")).hasSize(1);
    AuthenticationResults again = AuthenticationResults.parse(value(field));
    assertThat(again.results()).extracting(Result::method).containsExactly("spf", "dkim");
    assertThat(again.results()).extracting(Result::result).containsExactly("fail", "fail");
    assertThat(again.results().getFirst().property("smtp", "mailfrom"))
        .isEqualTo("x Bcc: all\"; spf=pass (\\ ??");
  }

  @Test
  void linesAreFoldedWhereTheyCanBe() {
    String reason = "a word and ".repeat(40);
    String field = NONE.withSpf(spf(SpfResult.Code.FAIL, "example.net", reason)).field();
    assertThat(field.split("\r\n")).allMatch(line -> line.length() <= 78);
    assertThat(AuthenticationResults.parse(value(field)).results().getFirst().reason())
        .isEqualTo(reason.substring(0, 320).strip());
    String name = "a".repeat(63) + "." + "b".repeat(63) + ".example";
    assertThat(NONE.withSpf(spf(SpfResult.Code.PASS, name, "")).field())
        .contains("\r\n\tsmtp.mailfrom=" + name + "\r\n");
  }

  @Test
  void theSameValueGoesIntoAnArcSet() {
    String field =
        NONE.withSpf(spf(SpfResult.Code.PASS, "example.net", ""))
            .field("ARC-Authentication-Results", "i=2;");
    assertThat(field)
        .isEqualTo(
            "ARC-Authentication-Results: i=2; mail.example.org;\r\n"
                + "\tspf=pass smtp.mailfrom=example.net\r\n");
  }

  /// RFC 8601 Appendix B.4 and B.6.
  @Test
  void fieldsOfOthersAreRead() {
    assertThat(
            AuthenticationResults.parse(
                """
                example.com;
                          auth=pass (cram-md5) smtp.auth=sender@example.net;
                          spf=pass smtp.mailfrom=example.net
                """))
        .isEqualTo(
            new AuthenticationResults(
                "example.com",
                List.of(
                    result("auth", "pass", "", new Property("smtp", "auth", "sender@example.net")),
                    result("spf", "pass", "", new Property("smtp", "mailfrom", "example.net")))));
    assertThat(
            AuthenticationResults.parse(
                    " example.com; dkim=pass reason=\"good signature\"\r\n"
                        + "   header.i=@mail-router.example.net; dkim=fail reason=\"bad"
                        + " signature\"\r\n"
                        + "   header.i=@newyork.example.com")
                .results())
        .containsExactly(
            result(
                "dkim",
                "pass",
                "good signature",
                new Property("header", "i", "@mail-router.example.net")),
            result(
                "dkim",
                "fail",
                "bad signature",
                new Property("header", "i", "@newyork.example.com")));
  }

  /// RFC 8601 Appendix B.7, B.2.
  @Test
  void commentsMayStandAnywhere() {
    assertThat(
            AuthenticationResults.parse(
                """
                foo.example.net (foobar) 1 (baz);
                  dkim (Because I like it) / 1 (One yay) = (wait for it) fail
                    policy (A dot can go here) . (like that) expired
                    (this surprised me) = (as I wasn't expecting it) 1362471462
                """))
        .isEqualTo(
            new AuthenticationResults(
                "foo.example.net",
                List.of(
                    result("dkim", "fail", "", new Property("policy", "expired", "1362471462")))));
    assertThat(AuthenticationResults.parse("example.org 1; none").results()).isEmpty();
  }

  @Test
  void unknownVersionsAreNotRead() {
    assertThat(AuthenticationResults.parse("example.org 2; spf=pass")).isNull();
    assertThat(AuthenticationResults.parse("example.org; spf/2=pass; dkim=fail").results())
        .extracting(Result::method)
        .containsExactly("dkim");
    assertThat(AuthenticationResults.parse("; spf=pass")).isNull();
    assertThat(AuthenticationResults.parse("(never closed example.org; spf=pass")).isNull();
  }

  @Test
  void whatCannotBeReadIsLeftOut() {
    assertThat(
            AuthenticationResults.parse(
                "example.org; spf; =pass; spf=pass ; x=\"y\"; dkim=pass !!! header.d=a.example; ;"))
        .isEqualTo(
            new AuthenticationResults(
                "example.org",
                List.of(
                    result("spf", "pass", ""),
                    result("dkim", "pass", "", new Property("header", "d", "a.example")))));
    assertThat(AuthenticationResults.parse("(".repeat(100_000))).isNull();
  }

  private static Result result(String method, String result, String reason, Property... all) {
    return new Result(method, result, reason, "", List.of(all));
  }

  private static String value(String field) {
    return field.substring(field.indexOf(':') + 1);
  }

  private static SpfResult spf(SpfResult.Code code, String domain, String reason) {
    return new SpfResult(code, Identity.MAIL_FROM, domain, "", reason);
  }

  private static DkimResult dkim(DkimResult.Code code, String domain, String reason) {
    return new DkimResult(
        code, domain, "sel", "@" + domain, "rsa-sha256", "ab/d+fg=", false, reason);
  }

  private static DmarcResult dmarc(DmarcResult.Code code, String domain) {
    return new DmarcResult(
        code,
        domain,
        domain,
        DmarcResult.Policy.REJECT,
        DmarcResult.Policy.QUARANTINE,
        false,
        false,
        "why");
  }
}
