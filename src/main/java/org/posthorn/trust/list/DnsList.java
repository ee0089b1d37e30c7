package org.posthorn.trust.list;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Resolver;

/// A list in the DNS of hosts or of domains (RFC 5782). Any thread.
///
/// It is asked only while it works: until [#check] has found that it lists what every list has, and
/// does not list what none has, everybody gets [ListAnswer.NoAnswer]. So a list that has ended, and
/// answers everything or nothing, harms nobody.
public final class DnsList {
  private static final System.Logger LOG = System.getLogger("posthorn.trust");

  /// RFC 5782 §5: none lists these.
  private static final String NO_HOST = "127.0.0.1";

  private static final String NO_DOMAIN = "invalid";

  /// The same for lists that have IPv6 addresses alone.
  private static final String TEST_HOST_IPV6 = "2.0.0.0.0.0.f.7.f.f.f.f" + ".0".repeat(20);

  private static final int LOOPBACK = 127;
  private static final int ERRORS = 255;

  /// Of what a list says of somebody. Text for people, and replies have short lines.
  private static final int TEXT_MAX = 200;

  private final ListSettings settings;
  private final Resolver resolver;
  private final Set<String> warned = new HashSet<>(); // guarded by itself; of few kinds of errors
  private volatile boolean works;
  private volatile String trouble = ""; // the last found

  public DnsList(ListSettings settings, Resolver resolver) {
    this.settings = settings;
    this.resolver = resolver;
  }

  public ListSettings settings() {
    return settings;
  }

  /// What the list says of a host (RFC 5782 §2.1, §2.4).
  public ListAnswer host(InetAddress address) {
    return works ? ask(reversed(address.getAddress()), address.getHostAddress()) : notWorking();
  }

  /// What the list says of a domain (RFC 5782 §4).
  public ListAnswer domain(String domain) {
    return works ? ask(domain, domain) : notWorking();
  }

  private ListAnswer notWorking() {
    return new ListAnswer.NoAnswer(settings.name() + " does not work");
  }

  private ListAnswer ask(String entry, String subject) {
    String name = entry + "." + settings.zone();
    return switch (resolver.ipv4(name)) {
      case Answer.Absent<Inet4Address> _ -> new ListAnswer.NotListed();
      case Answer.Failed<Inet4Address> f -> new ListAnswer.NoAnswer(f.text());
      case Answer.Found<Inet4Address> f -> found(f.records(), name, subject);
    };
  }

  private ListAnswer found(List<Inet4Address> codes, String name, String subject) {
    ListHit.Kind worst = null;
    String code = "";
    for (Inet4Address each : codes) {
      byte[] octets = each.getAddress();
      if (error(octets)) {
        String text = each.getHostAddress();
        warn(text);
        return new ListAnswer.NoAnswer(settings.name() + " answers " + text);
      }
      ListHit.Kind kind = settings.codes().meaning(octets);
      if (kind != null && (worst == null || kind.compareTo(worst) < 0)) {
        worst = kind;
        code = each.getHostAddress();
      }
    }
    return worst == null
        ? new ListAnswer.NotListed()
        : new ListAnswer.Listed(new ListHit(settings.name(), worst, subject, code, text(name)));
  }

  /// 127.255.255/24 says that the list does not talk to us, for example because our resolver is a
  /// public one, and so does 127.0.0.1 where nothing else can be said (RFC 5782 §2.3 has lists not
  /// use it). What is not in 127/8 does not come from a list at all: its domain was sold, or a
  /// resolver answers every question with an advertisement (RFC 5782 §2.3, RFC 6471 §3.4).
  private static boolean error(byte[] code) {
    boolean errors = (code[1] & 0xff) == ERRORS && (code[2] & 0xff) == ERRORS;
    boolean own = code[1] == 0 && code[2] == 0 && code[3] == 1;
    return code[0] != LOOPBACK || errors || own;
  }

  private void warn(String code) {
    boolean codeOfLists = code.startsWith(LOOPBACK + ".");
    synchronized (warned) {
      if (!warned.add(codeOfLists ? code : "foreign")) {
        return;
      }
    }
    LOG.log(
        WARNING,
        "list-error list={0} code={1} meaning={2}",
        settings.name(),
        code,
        codeOfLists
            ? "it does not answer us; ask it by a resolver of your own, see its terms"
            : "this is no answer of a list");
  }

  /// The strings are of strangers: what is not plain text is left out.
  private String text(String name) {
    if (!(resolver.txt(name) instanceof Answer.Found<String> found)) {
      return "";
    }
    StringBuilder plain = new StringBuilder();
    String text = found.records().getFirst();
    for (int i = 0; i < text.length() && plain.length() < TEXT_MAX; i++) {
      char c = text.charAt(i);
      plain.append(c >= ' ' && c <= '~' ? c : '?');
    }
    return plain.toString();
  }

  /// Finds out whether the list works, and logs when that has changed. True if it does.
  public boolean check() {
    String found = troubleNow();
    if (found == null) {
      if (!works) {
        LOG.log(INFO, "list-works list={0}", settings.name());
      }
      trouble = "";
      works = true;
      return true;
    }
    if (works || !trouble.equals(found)) {
      LOG.log(WARNING, "list-disabled list={0} reason={1}", settings.name(), found);
    }
    trouble = found;
    works = false;
    return false;
  }

  /// Whether the last [#check] found it working.
  public boolean works() {
    return works;
  }

  private String troubleNow() {
    boolean hosts = settings.of() == ListSettings.Of.HOSTS;
    String no = hosts ? NO_HOST : NO_DOMAIN;
    switch (resolver.ipv4(entry(no))) {
      case Answer.Found<Inet4Address> _ -> {
        return "it lists " + no + ", as if it listed everybody";
      }
      case Answer.Failed<Inet4Address> f -> {
        return f.text();
      }
      case Answer.Absent<Inet4Address> _ -> {}
    }
    String test = settings.test();
    if (test.isEmpty()) {
      return null;
    }
    String why = missing(entry(test));
    boolean six = why != null && hosts && test.equals(ListSettings.TEST_HOST);
    return six && missing(TEST_HOST_IPV6 + "." + settings.zone()) == null ? null : why;
  }

  private String entry(String subject) {
    String entry =
        settings.of() == ListSettings.Of.HOSTS
            ? reversed(InetAddress.ofLiteral(subject).getAddress())
            : subject;
    return entry + "." + settings.zone();
  }

  /// Null if the entry is there.
  private String missing(String name) {
    return switch (resolver.ipv4(name)) {
      case Answer.Absent<Inet4Address> _ -> "it does not list " + settings.test();
      case Answer.Failed<Inet4Address> f -> f.text();
      case Answer.Found<Inet4Address> f -> {
        Inet4Address first = f.records().getFirst();
        yield error(first.getAddress())
            ? "it answers " + first.getHostAddress() + ", which means that it does not answer us"
            : null;
      }
    };
  }

  /// The name of an address without the list's zone.
  static String reversed(byte[] address) {
    StringBuilder out = new StringBuilder();
    for (int i = address.length - 1; i >= 0; i--) {
      int octet = address[i] & 0xff;
      if (address.length == 4) {
        out.append(octet).append('.');
      } else {
        out.append(Character.forDigit(octet & 0xf, 16)).append('.');
        out.append(Character.forDigit(octet >> 4, 16)).append('.');
      }
    }
    return out.substring(0, out.length() - 1);
  }
}
