package org.posthorn.trust.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Zones;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.dmarc.DmarcResult.Code;
import org.posthorn.trust.dmarc.DmarcResult.Policy;
import org.posthorn.trust.spf.SpfResult;
import org.posthorn.trust.spf.SpfResult.Identity;

/// RFC 9989.
class DmarcTest {
  private final Zones zones = new Zones();
  private final AtomicLong nanos = new AtomicLong();
  private RandomGenerator random = always(0);

  /// Table 1 of §4.4, and B.1.1, B.1.2, with SPF and with DKIM.
  @ParameterizedTest
  @CsvSource({
    "news.example.com, foo.example.com, r, PASS",
    "news.example.com, foo.example.com, s, FAIL",
    "news.example.com, news.example.com, r, PASS",
    "news.example.com, news.example.com, s, PASS",
    "news.example.com, foo.example.net, r, FAIL",
    "example.com, example.com, s, PASS",
    "example.com, child.example.com, r, PASS",
    "child.example.com, example.com, r, PASS",
    "child.example.com, example.net, r, FAIL",
    "example.com, badexample.com, r, FAIL",
  })
  void identifiersFitStrictlyOrByTheirOrganization(
      String author, String identifier, String mode, Code code) {
    record("example.com", "p=reject; adkim=" + mode + "; aspf=" + mode);
    DmarcResult spf = check(author, spf(identifier));
    assertThat(spf.code()).isEqualTo(code);
    assertThat(spf.spfAligned()).isEqualTo(code == Code.PASS);
    assertThat(spf.dkimAligned()).isFalse();
    DmarcResult dkim = check(author, null, dkim(identifier));
    assertThat(dkim.code()).isEqualTo(code);
    assertThat(dkim.dkimAligned()).isEqualTo(code == Code.PASS);
    assertThat(dkim.spfAligned()).isFalse();
    assertThat(dkim.policyDomain()).isEqualTo("example.com");
    assertThat(dkim.domain()).isEqualTo(author);
  }

  @Test
  void onlyWhatPassedCounts() {
    record("example.com", "p=reject");
    for (SpfResult.Code code : SpfResult.Code.values()) {
      var spf = new SpfResult(code, Identity.MAIL_FROM, "example.com", "", "");
      assertThat(check("example.com", spf).spfAligned()).isEqualTo(code == SpfResult.Code.PASS);
    }
    for (DkimResult.Code code : DkimResult.Code.values()) {
      assertThat(check("example.com", null, dkim("example.com", code)).dkimAligned())
          .isEqualTo(code == DkimResult.Code.PASS);
    }
    assertThat(check("example.com", null, dkim("x.example"), dkim("example.com")).code())
        .isEqualTo(Code.PASS);
  }

  @Test
  void withoutARecordThereIsNothingToSay() {
    DmarcResult result = check("a.example.com", spf("a.example.com"));
    assertThat(result.code()).isEqualTo(Code.NONE);
    assertThat(result.asked()).isEqualTo(Policy.NONE);
    record("example.com", "p=reject").txt("_dmarc.example.com", "v=DMARC1; p=none");
    assertThat(check("example.com", null).code()).as("two are none").isEqualTo(Code.NONE);
    zones
        .txt("_dmarc.other.example", "v=spf1 -all")
        .txt("_dmarc.other.example", "v=DMARC1;p=reject");
    assertThat(check("other.example", null).asked()).isEqualTo(Policy.REJECT);
  }

  /// §4.10.1.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "example.com      | p=reject                        | REJECT",
        "example.com      | p=quarantine; sp=reject         | QUARANTINE",
        "sub.example.com  | p=reject                        | REJECT",
        "sub.example.com  | p=reject; sp=quarantine         | QUARANTINE",
        "sub.example.com  | p=reject; sp=quarantine; np=none| QUARANTINE",
        "gone.example.com | p=reject                        | REJECT",
        "gone.example.com | p=none; sp=quarantine           | QUARANTINE",
        "gone.example.com | p=none; np=reject               | REJECT",
        "gone.example.com | p=none; sp=quarantine; np=reject| REJECT",
        "sub.example.com  | rua=mailto:a@b.example          | NONE",
        "sub.example.com  | p=x; sp=reject; rua=mailto:a@b.example | NONE",
      })
  void thePolicyIsThatForTheDomainOrForThoseBelow(String author, String tags, Policy policy) {
    record("example.com", tags);
    zones.address("sub.example.com", "192.0.2.1");
    DmarcResult result = check(author, null);
    assertThat(result.code()).isEqualTo(Code.FAIL);
    assertThat(result.published()).isEqualTo(policy);
    assertThat(result.asked()).isEqualTo(policy);
  }

  @Test
  void aRecordThatLeavesOpenWhatIsWantedIsAnError() {
    record("example.com", "p=often");
    assertThat(check("example.com", spf("example.com")).code()).isEqualTo(Code.PERMERROR);
  }

  /// §4.7, t; A.6.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "p=reject; t=y               | QUARANTINE",
        "p=quarantine; t=y           | NONE",
        "p=none; t=y                 | NONE",
        "p=reject; t=n               | REJECT",
        "p=reject; t=n; pct=0        | REJECT",
        "p=reject; pct=0             | QUARANTINE",
        "p=quarantine; pct=0         | NONE",
        "p=reject; pct=40            | REJECT",
        "p=reject; pct=39            | QUARANTINE",
        "p=reject; pct=100           | REJECT",
        "p=reject; pct=x             | REJECT",
      })
  void whatIsOnlyTriedOutIsAskedForMoreSoftly(String tags, Policy asked) {
    random = always(39);
    record("example.com", tags);
    assertThat(check("example.com", null).asked()).isEqualTo(asked);
    assertThat(check("example.com", spf("example.com")).asked()).isEqualTo(Policy.NONE);
  }

  /// B.4.1.
  @Test
  void theOrganizationIsTheHighestWithARecord() {
    record("example.com", "p=reject");
    record("signing.example.com", "p=none");
    DmarcFinding finding =
        finding(List.of("a@example.com"), spf("example.com"), dkim("signing.example.com"));
    assertThat(finding.result().spfAligned()).isTrue();
    assertThat(finding.result().dkimAligned()).isTrue();
    assertThat(finding.organization()).isEqualTo("example.com");
  }

  /// B.4.2, and the list of names in §4.10.
  @Test
  void longNamesAreCutToSevenLabels() {
    record("example.com", "p=reject");
    record("signing.example.com", "p=none");
    DmarcResult result =
        check("a.b.c.d.e.f.g.h.i.j.k.example.com", spf("example.com"), dkim("signing.example.com"));
    assertThat(result.policyDomain()).isEqualTo("example.com");
    assertThat(result.spfAligned()).isTrue();
    assertThat(result.dkimAligned()).isTrue();
    record("f.g.h.i.j.k.example.net", "p=reject"); // eight labels: nobody asks for it
    assertThat(check("a.b.c.d.e.f.g.h.i.j.k.example.net", null).code()).isEqualTo(Code.NONE);
    record("g.h.i.j.k.example.net", "p=reject");
    assertThat(check("a.b.c.d.e.f.g.h.i.j.k.example.net", null).policyDomain())
        .isEqualTo("g.h.i.j.k.example.net");
  }

  /// B.4.3.
  @Test
  void belowAPublicSuffixEveryDomainIsAnOrganization() {
    record("bank.example", "p=reject; psd=y");
    record("giant.bank.example", "p=quarantine");
    DmarcResult result =
        check("giant.bank.example", spf("mail.giant.bank.example"), dkim("mail.mega.bank.example"));
    assertThat(result.policyDomain()).isEqualTo("giant.bank.example");
    assertThat(result.spfAligned()).isTrue();
    assertThat(result.dkimAligned()).isFalse();
    DmarcResult other = check("mail.mega.bank.example", spf("giant.bank.example"));
    assertThat(other.code()).isEqualTo(Code.FAIL);
    assertThat(other.policyDomain())
        .as("the suffix speaks for who does not")
        .isEqualTo("bank.example");
    assertThat(check("bank.example", spf("a.bank.example")).code()).isEqualTo(Code.FAIL);
  }

  /// §4.10.2.
  @Test
  void anOrganizationCanEndTheWalk() {
    record("example.com", "p=reject");
    record("mail.example.com", "p=quarantine; psd=n");
    DmarcFinding finding =
        finding(List.of("x@a.mail.example.com"), spf("example.com"), dkim("mail.example.com"));
    assertThat(finding.organization()).isEqualTo("mail.example.com");
    assertThat(finding.result().policyDomain()).isEqualTo("mail.example.com");
    assertThat(finding.result().spfAligned()).isFalse();
    assertThat(finding.result().dkimAligned()).isTrue();
    record("com", "p=none; psd=y");
    assertThat(check("a.b.example.com", null).policyDomain()).isEqualTo("example.com");
    assertThat(check("a.example2.com", null).policyDomain()).isEqualTo("com");
  }

  /// §5.3.1.
  @Test
  void internationalDomainsAreComparedAsALabels() {
    record("xn--bcher-kva.example", "p=reject");
    DmarcResult result = check("Bücher.Example", spf("xn--bcher-kva.example"));
    assertThat(result.code()).isEqualTo(Code.PASS);
    assertThat(result.domain()).isEqualTo("xn--bcher-kva.example");
  }

  @Test
  void whoHasNoAuthorCannotBeJudged() {
    for (List<String> from :
        List.of(
            List.<String>of(),
            List.of(""),
            List.of("nobody"),
            List.of("undisclosed:;"),
            List.of("a@[192.0.2.1]"),
            List.of("a@b..c"))) {
      DmarcResult result = finding(from, spf("example.com")).result();
      assertThat(result.code()).as("%s", from).isEqualTo(Code.PERMERROR);
      assertThat(result.domain()).isEmpty();
    }
  }

  /// §11.5.
  @Test
  void ofSeveralDomainsTheStrictestDecides() {
    record("bank.example", "p=reject");
    record("evil.example", "p=none");
    List<List<String>> ways =
        List.of(
            List.of("a@evil.example, b@bank.example"),
            List.of("a@evil.example", "b@bank.example"),
            List.of("b@bank.example", "a@evil.example"),
            List.of("all: a@evil.example, b@bank.example;"));
    for (List<String> from : ways) {
      DmarcResult result = finding(from, spf("evil.example")).result();
      assertThat(result.code()).isEqualTo(Code.FAIL);
      assertThat(result.asked()).isEqualTo(Policy.REJECT);
      assertThat(result.domain()).isEmpty();
    }
    assertThat(finding(List.of("a@evil.example, b@evil.example"), spf("evil.example")).result())
        .extracting("code", "domain")
        .containsExactly(Code.PASS, "evil.example");
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 5; i++) many.add("a@d" + i + ".example");
    assertThat(finding(many, null).result().code()).isEqualTo(Code.PERMERROR);
  }

  /// §5.3.6.
  @Test
  void whatNobodyCanTellIsNoVerdict() {
    record("example.com", "p=reject");
    zones.breaks("_dmarc.sub.example.com", Answer.Reason.TIMEOUT);
    assertThat(check("sub.example.com", spf("example.net")).code()).isEqualTo(Code.TEMPERROR);
    assertThat(check("example.com", spf("sub.example.com")).code()).isEqualTo(Code.TEMPERROR);
    assertThat(check("example.com", spf("sub.example.com"), dkim("example.com")).code())
        .as("another identifier fits")
        .isEqualTo(Code.PASS);
    assertThat(check("example.com", spf("other.test")).code())
        .as("it could not fit in any case")
        .isEqualTo(Code.FAIL);
    record("example.net", "p=none; np=reject");
    zones.breaks("sub.example.net", Answer.Reason.SERVER_FAILURE);
    assertThat(check("sub.example.net", null).code()).isEqualTo(Code.TEMPERROR);
    zones.breaks("_dmarc.com", Answer.Reason.SERVER_FAILURE);
    assertThat(check("example.com", spf("example.com")).code())
        .as("nobody has to ask for it")
        .isEqualTo(Code.PASS);
  }

  /// RFC 7489 §6.6.2: what the DNS did not tell may have stood for the message.
  @Test
  void whatCouldNotBeCheckedIsNoFailure() {
    record("example.com", "p=reject");
    DmarcResult signed = check("example.com", null, temporary("news.example.com"));
    assertThat(signed.code()).isEqualTo(Code.TEMPERROR);
    assertThat(signed.asked()).isEqualTo(Policy.REJECT);
    SpfResult spf =
        new SpfResult(SpfResult.Code.TEMPERROR, Identity.MAIL_FROM, "example.com", "", "");
    assertThat(check("example.com", spf).code()).isEqualTo(Code.TEMPERROR);
    assertThat(check("example.com", spf, dkim("example.com")).code()).isEqualTo(Code.PASS);
    assertThat(check("example.com", null, temporary("evil.example")).code())
        .as("it could not stand for it in any case")
        .isEqualTo(Code.FAIL);
  }

  @Test
  void afterTwentySecondsNobodyCanTell() {
    record("example.com", "p=reject");
    LongSupplier slow = () -> nanos.addAndGet(11_000_000_000L);
    DmarcFinding finding =
        new Dmarc(zones, random, slow).check(List.of("a@b.example.com"), null, List.of());
    assertThat(finding.result().code()).isEqualTo(Code.TEMPERROR);
  }

  private Zones record(String domain, String tags) {
    return zones.txt("_dmarc." + domain, "v=DMARC1; " + tags);
  }

  private DmarcResult check(String author, SpfResult spf, DkimResult... dkim) {
    return finding(List.of("\"A, B\" <a@" + author + ">"), spf, dkim).result();
  }

  private DmarcFinding finding(List<String> from, SpfResult spf, DkimResult... dkim) {
    return new Dmarc(zones, random, nanos::get).check(from, spf, Arrays.asList(dkim));
  }

  private static SpfResult spf(String domain) {
    return new SpfResult(SpfResult.Code.PASS, Identity.MAIL_FROM, domain, "", "");
  }

  private static DkimResult dkim(String domain) {
    return dkim(domain, DkimResult.Code.PASS);
  }

  private static DkimResult temporary(String domain) {
    return dkim(domain, DkimResult.Code.TEMPERROR);
  }

  private static DkimResult dkim(String domain, DkimResult.Code code) {
    return new DkimResult(code, domain, "s", "@" + domain, "rsa-sha256", "abcdefgh", false, "");
  }

  /// Gives the same number each time.
  private static RandomGenerator always(int number) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        return number;
      }

      @Override
      public int nextInt(int bound) {
        return number;
      }
    };
  }
}
