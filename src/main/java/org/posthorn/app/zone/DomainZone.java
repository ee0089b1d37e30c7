package org.posthorn.app.zone;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.app.zone.ZoneRecord.Need;
import org.posthorn.app.zone.ZoneRecord.Type;
import org.posthorn.directory.SigningKey;

/// The records that a domain of ours should have, in the order in which somebody would publish
/// them.
public final class DomainZone {
  private static final int OURS = 10;

  /// Behind the servers that a domain's owner has.
  private static final int BACKUP = 20;

  private final Site site;
  private final String domain;
  private final List<ZoneRecord> records = new ArrayList<>();

  /// @param site null where only keys are asked for
  private DomainZone(Site site, String domain) {
    this.site = site;
    this.domain = domain;
  }

  /// A key by which mail of the domain is signed.
  ///
  /// @param text of its record; not needed of one that is forgotten
  public record Published(String selector, String text, SigningKey.State state) {}

  /// Of a domain whose mail is for us.
  public static List<ZoneRecord> own(Site site, String domain, List<Published> keys) {
    DomainZone zone = new DomainZone(site, domain);
    zone.mx(
        OURS, "Mail for " + domain + " comes to the server that this record names: to this one.");
    zone.host();
    zone.spf();
    keys.forEach(zone::dkim);
    zone.dmarc();
    zone.sts();
    zone.reports();
    zone.dane();
    zone.services();
    return List.copyOf(zone.records);
  }

  /// Its keys alone.
  public static List<ZoneRecord> keys(String domain, List<Published> keys) {
    DomainZone zone = new DomainZone(null, domain);
    keys.forEach(zone::dkim);
    return List.copyOf(zone.records);
  }

  /// Of a domain that others are for.
  public static List<ZoneRecord> backup(Site site, String domain) {
    DomainZone zone = new DomainZone(site, domain);
    zone.mx(
        BACKUP,
        "Mail for "
            + domain
            + " waits here while the domain's own servers cannot take it. Their numbers have to be"
            + " smaller than this one.");
    zone.host();
    return List.copyOf(zone.records);
  }

  private void add(String name, Type type, String value, Need need, String why) {
    records.add(new ZoneRecord(name, type, value, need, why));
  }

  private void mx(int preference, String why) {
    add(domain, Type.MX, preference + " " + site.hostname() + ".", Need.REQUIRED, why);
  }

  private void host() {
    String why =
        "Where this server is. "
            + (site.addresses().isEmpty()
                ? "Put in its public address, and with AAAA its IPv6 address if it has one."
                : "The address has to be reachable from everywhere.");
    if (site.addresses().isEmpty()) {
      add(site.hostname(), Type.A, "", Need.REQUIRED, why);
    }
    for (InetAddress a : site.addresses()) {
      Type type = a instanceof Inet6Address ? Type.AAAA : Type.A;
      add(site.hostname(), type, a.getHostAddress(), Need.REQUIRED, why);
    }
    String reverse =
        "The way back from the address to the name. Who gave you the address sets it, often on a"
            + " page of his; without it, many servers refuse your mail.";
    if (site.addresses().isEmpty()) {
      add("(address).in-addr.arpa", Type.PTR, site.hostname() + ".", Need.REQUIRED, reverse);
    }
    for (InetAddress a : site.addresses()) {
      add(reverse(a), Type.PTR, site.hostname() + ".", Need.REQUIRED, reverse);
    }
  }

  /// RFC 1035 §3.5, RFC 3596 §2.5.
  static String reverse(InetAddress address) {
    byte[] octets = address.getAddress();
    var name = new StringBuilder();
    for (int i = octets.length - 1; i >= 0; i--) {
      int b = octets[i] & 0xFF;
      if (address instanceof Inet6Address) {
        name.append(Character.forDigit(b & 15, 16)).append('.');
        name.append(Character.forDigit(b >> 4, 16)).append('.');
      } else {
        name.append(b).append('.');
      }
    }
    return name + (address instanceof Inet6Address ? "ip6.arpa" : "in-addr.arpa");
  }

  private void spf() {
    String others =
        site.smarthosts()
            ? " Your mail leaves by way of other servers: put in what their owner says, such as"
                + " include:spf.example.net."
            : " If others send for the domain, too, such as a newsletter service, put them in.";
    add(
        domain,
        Type.TXT,
        "v=spf1 mx ~all",
        Need.REQUIRED,
        "SPF: says which servers send mail of the domain, namely those that receive it." + others);
    if (site.hostname().equals(domain)) {
      return; // one record for both
    }
    add(
        site.hostname(),
        Type.TXT,
        "v=spf1 a -all",
        Need.ADVISED,
        "SPF for the server's own name, by which it greets others and sends notices.");
  }

  private void dkim(Published key) {
    String name = key.selector() + "._domainkey." + domain;
    switch (key.state()) {
      case NEW ->
          add(
              name,
              Type.TXT,
              key.text(),
              Need.REQUIRED,
              "DKIM, a new key: it signs from when this record can be seen.");
      case ACTIVE ->
          add(
              name,
              Type.TXT,
              key.text(),
              Need.REQUIRED,
              "DKIM: the public keys by which others verify that mail is from "
                  + domain
                  + " and was not changed on its way.");
      case RETIRED ->
          add(
              name,
              Type.TXT,
              key.text(),
              Need.KEPT,
              "DKIM, an old key: it signs no more, but mail that it signed may be under way. Leave"
                  + " the record for a week.");
      case FORGOTTEN ->
          add(name, Type.TXT, "", Need.DELETABLE, "DKIM, a key of the past: delete this record.");
    }
  }

  private void dmarc() {
    add(
        "_dmarc." + domain,
        Type.TXT,
        "v=DMARC1; p=quarantine; rua=mailto:postmaster@" + domain,
        Need.REQUIRED,
        "DMARC: asks others to distrust mail that says it is from "
            + domain
            + " and is neither signed by it nor sent by its servers, and to report about it. Begin"
            + " with p=none if others send for the domain and you are not sure of them; end with"
            + " p=reject.");
  }

  /// RFC 8461 §3.
  private void sts() {
    if (site.policy().isEmpty()) {
      return;
    }
    String why =
        "MTA-STS: others send to you only under TLS with a certificate that names this server. The"
            + " policy is fetched from https://mta-sts."
            + domain
            + "/, for which this server needs a certificate, too.";
    add("_mta-sts." + domain, Type.TXT, "v=STSv1; id=" + site.policy(), Need.ADVISED, why);
    for (InetAddress a : site.addresses()) {
      Type type = a instanceof Inet6Address ? Type.AAAA : Type.A;
      add("mta-sts." + domain, type, a.getHostAddress(), Need.ADVISED, why);
    }
    if (site.addresses().isEmpty()) {
      add("mta-sts." + domain, Type.A, "", Need.ADVISED, why);
    }
  }

  private void reports() {
    add(
        "_smtp._tls." + domain,
        Type.TXT,
        "v=TLSRPTv1; rua=mailto:postmaster@" + domain,
        Need.ADVISED,
        "TLS-RPT: others report to you when they could not send to you under TLS.");
  }

  private void dane() {
    for (String digest : site.certificates()) {
      add(
          "_25._tcp." + site.hostname(),
          Type.TLSA,
          "3 1 1 " + digest,
          Need.ADVISED,
          "DANE: the key of this server's certificate, so that nobody can stand in between. It"
              + " counts only where the zone of "
              + site.hostname()
              + " is signed with DNSSEC. When the certificate gets another key, publish that one"
              + " first, and beside the old one.");
    }
  }

  private void services() {
    for (String service : List.of("submissions", "submission", "imaps", "imap", "pop3s", "pop3")) {
      Integer port = site.services().get(service);
      if (port == null) {
        continue;
      }
      String where = port == 0 ? "0 0 0 ." : "0 1 " + port + " " + site.hostname() + ".";
      add(
          "_" + service + "._tcp." + domain,
          Type.SRV,
          where,
          Need.ADVISED,
          "By these, mail programs find the server when somebody types in his address (RFC 6186,"
              + " RFC 8314); a dot says that there is no such service.");
    }
  }
}
