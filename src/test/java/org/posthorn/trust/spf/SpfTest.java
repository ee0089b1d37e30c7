package org.posthorn.trust.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.dns.Zones;
import org.posthorn.mime.EmailAddress;
import org.posthorn.trust.spf.MacroText.Place;
import org.posthorn.trust.spf.SpfResult.Code;
import org.posthorn.trust.spf.SpfResult.Identity;

/// Macros, identities, bounds, time.
class SpfTest {
  private static final String IP = "192.0.2.3";
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1234567890));

  private final Zones zones = new Zones();
  private final AtomicLong nanos = new AtomicLong();

  /// RFC 7208 §7.4.
  @ParameterizedTest
  @CsvSource({
    "%{s}, strong-bad@email.example.com",
    "%{o}, email.example.com",
    "%{d}, email.example.com",
    "%{d4}, email.example.com",
    "%{d3}, email.example.com",
    "%{d2}, example.com",
    "%{d1}, com",
    "%{dr}, com.example.email",
    "%{d2r}, example.email",
    "%{l}, strong-bad",
    "%{l-}, strong.bad",
    "%{lr}, strong-bad",
    "%{lr-}, bad.strong",
    "%{l1r-}, strong",
    "%{ir}.%{v}._spf.%{d2}, 3.2.0.192.in-addr._spf.example.com",
    "%{lr-}.lp._spf.%{d2}, bad.strong.lp._spf.example.com",
    "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}, bad.strong.lp.3.2.0.192.in-addr._spf.example.com",
    "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}, 3.2.0.192.in-addr.strong.lp._spf.example.com",
    "%{d2}.trusted-domains.example.net, example.com.trusted-domains.example.net",
  })
  void macrosStandForPartsOfTheirValues(String text, String expected) {
    assertThat(name(IP, text)).isEqualTo(expected);
  }

  @Test
  void anAddressOfIpv6HasDotsBetweenItsDigits() {
    assertThat(name("2001:db8::cb01", "%{ir}.%{v}._spf.%{d2}"))
        .isEqualTo("1.0.b.c." + "0.".repeat(20) + "8.b.d.0.1.0.0.2.ip6._spf.example.com");
  }

  private static String name(String ip, String text) {
    var subject =
        new Subject(
            InetAddress.ofLiteral(ip),
            "mx.example.org",
            "strong-bad",
            "email.example.com",
            "host.example",
            CLOCK.instant());
    return MacroText.read(text, Place.DOMAIN)
        .name(letter -> letter == 'd' ? "email.example.com" : subject.value(letter));
  }

  @Test
  void theNullReversePathIsThePostmasterOfHelo() {
    zones.txt("mail.example.org", "v=spf1 exists:%{l}.%{o} -all");
    zones.address("postmaster.mail.example.org", "127.0.0.1");
    SpfResult result = check("Mail.Example.org.", null);
    assertThat(result.code()).isEqualTo(Code.PASS);
    assertThat(result.identity()).isEqualTo(Identity.HELO);
    assertThat(result.domain()).isEqualTo("mail.example.org");
    assertThat(check("[192.0.2.3]", null).code()).isEqualTo(Code.NONE);
    assertThat(check("localhost", null).code()).isEqualTo(Code.NONE);
    assertThat(check("", null).code()).isEqualTo(Code.NONE);
    assertThat(check("a\r\nb.example", null).code()).isEqualTo(Code.NONE);
  }

  @Test
  void internationalDomainsAreAskedForAsALabels() {
    zones.txt("xn--bcher-kva.example", "v=spf1 exists:%{h} -all");
    zones.address("helo.example", "127.0.0.1");
    SpfResult result = check("helo.example", "ana@bücher.example");
    assertThat(result.code()).isEqualTo(Code.PASS);
    assertThat(result.domain()).isEqualTo("xn--bcher-kva.example");
    assertThat(check("bücher.example", null).code()).isEqualTo(Code.FAIL);
  }

  /// RFC 8616 §4.
  @Test
  void localPartsThatAreNoAsciiMatchNothing() {
    zones.txt("example.com", "v=spf1 include:%{l}.example exists:%{L}.example ?exists:%{d} -all");
    zones.address("example.com", "127.0.0.1");
    assertThat(check("helo.example", "añá@example.com").code()).isEqualTo(Code.NEUTRAL);
  }

  @Test
  void reasonsNameTheMechanismAndTheRecord() {
    zones.txt("example.com", "v=spf1 include:_spf.example.net -all exp=why.%{d}");
    zones.txt("_spf.example.net", "v=spf1 ip4:198.51.100.0/24");
    zones.txt("why.example.com", "%{c} at %{t}: not on %{r} for %{S}");
    SpfResult result = check("helo.example", "ana@example.com");
    assertThat(result.reason()).isEqualTo("-all in the SPF record of example.com");
    assertThat(result.explanation())
        .isEqualTo("192.0.2.3 at 1234567890: not on our.example for ana%40example.com");
  }

  @Test
  void explanationsAreShortAndOneLine() {
    zones.txt("example.com", "v=spf1 -all exp=why.%{d}");
    zones.txt("why.example.com", "%{s}".repeat(4000));
    assertThat(check("h.example", "ana@example.com").explanation()).hasSize(400);
    zones.txt("example.net", "v=spf1 -all exp=why.%{d}");
    zones.txt("why.example.net", "a\r\n250 b");
    SpfResult result = check("h.example", "ana@example.net");
    assertThat(result.code()).isEqualTo(Code.FAIL);
    assertThat(result.explanation()).isEmpty();
  }

  /// B24: what a record can ask for is bounded, however long it is.
  @Test
  void recordsThatAreTooLongAreErrors() {
    zones.txt("example.com", "v=spf1 " + "a:x.example ".repeat(90_000) + "+all");
    assertThat(check("h.example", "ana@example.com").code()).isEqualTo(Code.PERMERROR);
  }

  @Test
  void macrosAreOnlyPutTogetherAsFarAsNamesGo() {
    zones.txt("example.com", "v=spf1 -exists:" + "%{S}".repeat(4000) + ".bomb.example ?all");
    SpfResult result = check("h.example", "a".repeat(200) + "@example.com");
    assertThat(result.code()).isEqualTo(Code.NEUTRAL);
  }

  @Test
  void includesEndWhereverTheyLead() {
    zones.txt("example.com", "v=spf1 include:%{d} -all");
    assertThat(check("h.example", "ana@example.com").code()).isEqualTo(Code.PERMERROR);
  }

  @Test
  void afterTwentySecondsNobodyCanTell() {
    zones.txt("example.com", "v=spf1 a:one.example a:two.example -all");
    zones.address("one.example", "127.0.0.1").address("two.example", "127.0.0.1");
    LongSupplier slow = () -> nanos.addAndGet(11_000_000_000L); // with each question
    SpfResult result = check(slow, "h.example", "ana@example.com");
    assertThat(result.code()).isEqualTo(Code.TEMPERROR);
    assertThat(result.reason()).isEqualTo("the DNS took more than 20 seconds");
  }

  private SpfResult check(String helo, String mailFrom) {
    return check(nanos::get, helo, mailFrom);
  }

  private SpfResult check(LongSupplier ticks, String helo, String mailFrom) {
    EmailAddress sender = mailFrom == null ? null : EmailAddress.parse(mailFrom);
    return new Spf(zones, "our.example", CLOCK, ticks)
        .check(InetAddress.ofLiteral(IP), helo, sender);
  }
}
