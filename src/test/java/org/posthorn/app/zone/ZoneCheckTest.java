package org.posthorn.app.zone;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.posthorn.app.zone.DomainZone.Published;
import org.posthorn.app.zone.ZoneCheck.Finding;
import org.posthorn.app.zone.ZoneRecord.Type;
import org.posthorn.directory.SigningKey.State;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Zones;
import org.posthorn.trust.spf.Spf;

/// What should be published, how it is written down, and what is found in its place.
class ZoneCheckTest {
  private static final String KEY =
      "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
  private static final String DIGEST = "ab".repeat(32);
  private static final Site SITE =
      new Site(
          "mail.example.org",
          List.of(InetAddress.ofLiteral("192.0.2.25")),
          Map.of("imaps", 993, "imap", 0),
          List.of(DIGEST),
          "20261130",
          false);
  private static final List<ZoneRecord> RECORDS =
      DomainZone.own(SITE, "example.org", List.of(new Published("a", KEY, State.ACTIVE)));

  private final Zones zones = new Zones();

  /// As the zone says it should be.
  private void publish() {
    zones
        .mx("example.org", 10, "mail.example.org")
        .address("mail.example.org", "192.0.2.25")
        .name("192.0.2.25", "mail.example.org")
        .txt("example.org", "v=spf1 mx ~all")
        .txt("example.org", "something=else")
        .txt("mail.example.org", "v=spf1 a -all")
        .txt("a._domainkey.example.org", KEY)
        .txt("_dmarc.example.org", "v=DMARC1; p=quarantine; rua=mailto:postmaster@example.org")
        .txt("_mta-sts.example.org", "v=STSv1; id=20261130")
        .address("mta-sts.example.org", "192.0.2.25")
        .txt("_smtp._tls.example.org", "v=TLSRPTv1; rua=mailto:postmaster@example.org")
        .tlsa("_25._tcp.mail.example.org", "3 1 1 " + DIGEST)
        .srv("_imaps._tcp.example.org", 0, 1, 993, "mail.example.org")
        .srv("_imap._tcp.example.org", 0, 0, 0, "");
  }

  private List<Finding> look(List<ZoneRecord> records) {
    Spf spf = new Spf(zones, "mail.example.org", InstantSource.system(), System::nanoTime);
    return ZoneCheck.run(zones, records, new SpfLook(zones, SITE, spf)::lets);
  }

  /// `state TYPE name` of what is not as it should be, `!` before what does harm.
  private List<String> wrong(List<ZoneRecord> records) {
    List<String> all = new ArrayList<>();
    for (Finding f : look(records)) {
      if (f.state() != ZoneCheck.State.OK) {
        String mark = f.harmful() ? "!" : "";
        all.add(mark + f.state() + " " + f.record().type() + " " + f.record().name());
      }
    }
    return all;
  }

  @Test
  void whatIsPublishedAsPrintedIsInOrder() {
    publish();
    assertThat(wrong(RECORDS)).isEmpty();
  }

  @Test
  void whatIsMissingIsNamedAndWhatMailNeedsDoesHarm() {
    assertThat(wrong(RECORDS))
        .containsExactly(
            "!MISSING MX example.org",
            "!MISSING A mail.example.org",
            "!MISSING PTR 25.2.0.192.in-addr.arpa",
            "!MISSING TXT example.org",
            "MISSING TXT mail.example.org",
            "!MISSING TXT a._domainkey.example.org",
            "!MISSING TXT _dmarc.example.org",
            "MISSING TXT _mta-sts.example.org",
            "MISSING A mta-sts.example.org",
            "MISSING TXT _smtp._tls.example.org",
            "MISSING TLSA _25._tcp.mail.example.org",
            "MISSING SRV _imaps._tcp.example.org",
            "MISSING SRV _imap._tcp.example.org");
  }

  @Test
  void anotherHostAnotherKeyAndAnotherAddressAreTold() {
    publish();
    zones
        .remove("example.org")
        .mx("example.org", 10, "mx.old.test")
        .txt("example.org", "v=spf1 mx ~all");
    zones.remove("mail.example.org").address("mail.example.org", "192.0.2.99");
    zones.remove("a._domainkey.example.org").txt("a._domainkey.example.org", "v=DKIM1; p=AAAA");
    zones.remove("_25._tcp.mail.example.org").tlsa("_25._tcp.mail.example.org", "3 1 1 00");
    assertThat(wrong(RECORDS))
        .contains(
            "!DIFFERS MX example.org",
            "!DIFFERS A mail.example.org",
            "!DIFFERS TXT a._domainkey.example.org",
            "!DIFFERS TLSA _25._tcp.mail.example.org");
    Finding mx = look(RECORDS).getFirst();
    assertThat(mx.found()).containsExactly("10 mx.old.test.");
  }

  @Test
  void anotherTextOfSpfIsFineIfItLetsUsSend() {
    publish();
    zones.remove("example.org").mx("example.org", 5, "mail.example.org");
    zones.txt("example.org", "v=spf1 ip4:192.0.2.0/24 include:elsewhere.test -all");
    assertThat(wrong(RECORDS)).isEmpty();
    zones.remove("example.org").mx("example.org", 5, "mail.example.org");
    zones.txt("example.org", "v=spf1 ip4:198.51.100.0/24 -all");
    assertThat(wrong(RECORDS)).containsExactly("!DIFFERS TXT example.org");
    zones.txt("example.org", "v=spf1 mx ~all");
    assertThat(look(RECORDS))
        .anyMatch(f -> f.harmful() && f.note().equals("there may be only one of these"));
  }

  @Test
  void anyPolicyOfDmarcWillDo() {
    publish();
    zones.remove("_dmarc.example.org").txt("_dmarc.example.org", "v=DMARC1; p=reject");
    assertThat(wrong(RECORDS)).isEmpty();
    zones.remove("_dmarc.example.org").txt("_dmarc.example.org", "v=DMARC1; p=none");
    assertThat(look(RECORDS)).anyMatch(f -> f.note().startsWith("it asks nobody"));
    zones.remove("_dmarc.example.org").txt("_dmarc.example.org", "v=DMARC1; p=");
    assertThat(wrong(RECORDS)).containsExactly("!DIFFERS TXT _dmarc.example.org");
  }

  @Test
  void whatNobodyCanTellIsNotInOrder() {
    publish();
    zones.breaks("example.org", Answer.Reason.TIMEOUT);
    zones.breaks("_imaps._tcp.example.org", Answer.Reason.SERVER_FAILURE);
    assertThat(wrong(RECORDS))
        .containsExactly(
            "!UNKNOWN MX example.org",
            "!UNKNOWN TXT example.org",
            "UNKNOWN SRV _imaps._tcp.example.org");
  }

  @Test
  void otherTlsaRecordsOfAnUnsignedZoneDoNoHarm() {
    publish();
    zones.signed("elsewhere.test"); // the resolver validates
    zones.remove("_25._tcp.mail.example.org").tlsa("_25._tcp.mail.example.org", "3 1 1 00");
    assertThat(wrong(RECORDS)).containsExactly("DIFFERS TLSA _25._tcp.mail.example.org");
    zones.signed("example.org");
    assertThat(wrong(RECORDS)).containsExactly("!DIFFERS TLSA _25._tcp.mail.example.org");
  }

  @Test
  void recordsOfOldKeysStayAndGo() {
    List<ZoneRecord> keys =
        DomainZone.keys(
            "example.org",
            List.of(
                new Published("old", KEY, State.RETIRED),
                new Published("gone", "", State.FORGOTTEN)));
    assertThat(wrong(keys)).containsExactly("MISSING TXT old._domainkey.example.org");
    zones.txt("old._domainkey.example.org", KEY).txt("gone._domainkey.example.org", KEY);
    assertThat(wrong(keys)).containsExactly("DIFFERS TXT gone._domainkey.example.org");
  }

  @Test
  void ofADomainThatOthersAreForOnlyTheWayToUsIsOurs() {
    List<ZoneRecord> backup = DomainZone.backup(SITE, "example.net");
    assertThat(backup)
        .extracting(r -> r.type() + " " + r.name() + " " + r.value())
        .containsExactly(
            "MX example.net 20 mail.example.org.",
            "A mail.example.org 192.0.2.25",
            "PTR 25.2.0.192.in-addr.arpa mail.example.org.");
    publish();
    zones.mx("example.net", 10, "mx.example.net").mx("example.net", 20, "mail.example.org");
    assertThat(wrong(backup)).isEmpty();
  }

  @Test
  void withoutAKnownAddressTheDnsIsAskedForIt() {
    Site site = new Site("mail.example.org", List.of(), Map.of(), List.of(), "", false);
    List<ZoneRecord> records = DomainZone.own(site, "example.org", List.of());
    publish();
    assertThat(wrong(records)).isEmpty();
    assertThat(ZoneText.of(records)).contains("; mail.example.org.\t3600\tIN\tA\t...");
    zones.name("192.0.2.26", "other.example.org").address("mail.example.org", "192.0.2.26");
    assertThat(wrong(records)).containsExactly("!DIFFERS PTR (address).in-addr.arpa");
  }

  @Test
  void zonesAreTextThatNameServersRead() {
    String rsa = "v=DKIM1; k=rsa; p=" + "A".repeat(390);
    List<ZoneRecord> keys =
        DomainZone.keys("example.org", List.of(new Published("rsa", rsa, State.ACTIVE)));
    List<String> lines = ZoneText.of(keys);
    assertThat(lines)
        .allMatch(l -> l.startsWith("; ") || l.startsWith("rsa._domainkey.example.org."));
    assertThat(lines.getLast())
        .isEqualTo(
            "rsa._domainkey.example.org.\t3600\tIN\tTXT\t( \""
                + rsa.substring(0, 255)
                + "\" \""
                + rsa.substring(255)
                + "\" )");
    assertThat(ZoneText.of(RECORDS))
        .contains(
            "example.org.\t3600\tIN\tMX\t10 mail.example.org.",
            "; 25.2.0.192.in-addr.arpa.\t3600\tIN\tPTR\tmail.example.org.",
            "_imap._tcp.example.org.\t3600\tIN\tSRV\t0 0 0 .")
        .allMatch(l -> l.length() < 300);
    assertThat(RECORDS).filteredOn(r -> r.type() == Type.TXT).allMatch(r -> !r.why().isEmpty());
  }

  @Test
  void addressesHaveNamesInTheReverseZones() {
    assertThat(DomainZone.reverse(InetAddress.ofLiteral("2001:db8::1")))
        .isEqualTo("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
  }
}
