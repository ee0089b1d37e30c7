package org.posthorn.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Zones;
import org.posthorn.trust.ReverseName.Code;

/// RFC 8601 §2.7.3, §3.
class ReverseLookupTest {
  private static final String IP4 = "192.0.2.7";
  private static final String IP6 = "2001:db8::7";

  private final Zones zones = new Zones();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void aNameThatLeadsBackPasses() {
    zones.name(IP4, "other.example").address("other.example", "192.0.2.8");
    zones.name(IP4, "Mail.Example").address("mail.example", IP4);
    zones.name(IP6, "mail.example").address("mail.example", IP6);
    assertThat(check(IP4)).extracting("code", "name").containsExactly(Code.PASS, "mail.example");
    assertThat(check(IP6)).extracting("code", "name").containsExactly(Code.PASS, "mail.example");
  }

  @Test
  void anAddressInTheFormOfIpv6IsTheOneItIs() {
    zones.name(IP4, "mail.example").address("mail.example", IP4);
    assertThat(check("::ffff:" + IP4).code()).isEqualTo(Code.PASS);
  }

  @Test
  void noNameIsPermanentAndOneThatLeadsElsewhereFails() {
    assertThat(check(IP4).code()).isEqualTo(Code.PERMERROR);
    zones.name(IP4, "mail.example");
    assertThat(check(IP4).code()).as("no address").isEqualTo(Code.FAIL);
    zones.address("mail.example", "192.0.2.8").address("mail.example", IP6);
    assertThat(check(IP4).code()).isEqualTo(Code.FAIL);
  }

  @Test
  void whatNobodyCanTellIsTemporary() {
    zones.name(IP4, "mail.example").name(IP4, "other.example");
    zones.breaks("mail.example", Answer.Reason.TIMEOUT);
    assertThat(check(IP4).code()).isEqualTo(Code.TEMPERROR);
    zones.address("other.example", IP4);
    assertThat(check(IP4).code()).as("another name leads back").isEqualTo(Code.PASS);
  }

  @Test
  void onlyTenNamesAreLookedAt() {
    for (int i = 1; i <= 10; i++) {
      zones.name(IP4, "n" + i + ".example");
    }
    zones.name(IP4, "mail.example").address("mail.example", IP4);
    assertThat(check(IP4).code()).isEqualTo(Code.FAIL);
  }

  private ReverseName check(String ip) {
    return new ReverseLookup(zones, nanos::get).check(InetAddress.ofLiteral(ip));
  }
}
