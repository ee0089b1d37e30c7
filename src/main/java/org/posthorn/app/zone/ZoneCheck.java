package org.posthorn.app.zone;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.posthorn.app.zone.ZoneRecord.Need;
import org.posthorn.app.zone.ZoneRecord.Type;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Mx;
import org.posthorn.dns.Resolver;
import org.posthorn.dns.Security;
import org.posthorn.dns.Srv;

/// Compares the records that should be there with what the world's DNS says.
public final class ZoneCheck {
  private static final String SPF = "v=spf1";
  private static final String DMARC = "v=DMARC1";
  private static final String STS = "v=STSv1";
  private static final String TLS_REPORTS = "v=TLSRPTv1";

  private final Resolver resolver;
  private final List<ZoneRecord> records;
  private final Predicate<String> spf;

  /// How it is with a record.
  public enum State {
    OK,
    MISSING,
    DIFFERS,
    /// Nobody could tell.
    UNKNOWN
  }

  /// What there is in the place of a record.
  ///
  /// @param found values as in a zone file
  /// @param note for people, "" without
  /// @param harmful others refuse mail, or send none, because of it
  public record Finding(
      ZoneRecord record, State state, List<String> found, String note, boolean harmful) {
    public Finding {
      found = List.copyOf(found);
    }
  }

  private ZoneCheck(Resolver resolver, List<ZoneRecord> records, Predicate<String> spf) {
    this.resolver = resolver;
    this.records = records;
    this.spf = spf;
  }

  /// One finding for each record.
  ///
  /// @param spf whether the SPF record of a domain lets this server send, asked where its text is
  ///   another than ours
  public static List<Finding> run(
      Resolver resolver, List<ZoneRecord> records, Predicate<String> spf) {
    ZoneCheck check = new ZoneCheck(resolver, records, spf);
    return records.stream().map(check::look).toList();
  }

  private Finding look(ZoneRecord r) {
    return switch (r.type()) {
      case A, AAAA -> address(r);
      case MX -> mx(r);
      case PTR -> ptr(r);
      case SRV -> srv(r);
      case TLSA -> tlsa(r);
      case TXT -> txt(r);
    };
  }

  private static Finding finding(ZoneRecord r, State state, List<String> found, String note) {
    boolean harmful = r.need() == Need.REQUIRED && state != State.OK;
    return new Finding(r, state, found, note, harmful);
  }

  private static Finding unknown(ZoneRecord r, Answer.Failed<?> f) {
    return finding(r, State.UNKNOWN, List.of(), f.text());
  }

  private static Finding among(ZoneRecord r, List<String> found) {
    boolean there = found.stream().anyMatch(v -> v.equalsIgnoreCase(r.value()));
    return finding(r, there ? State.OK : State.DIFFERS, found, "");
  }

  // --- hosts

  private Finding address(ZoneRecord r) {
    boolean six = r.type() == Type.AAAA;
    Answer<? extends InetAddress> answer = six ? resolver.ipv6(r.name()) : resolver.ipv4(r.name());
    if (answer instanceof Answer.Absent<?> && r.value().isEmpty()) {
      answer = resolver.ipv6(r.name()); // whose server has an IPv6 address alone
    }
    return switch (answer) {
      case Answer.Failed<?> f -> unknown(r, f);
      case Answer.Absent<?> _ -> finding(r, State.MISSING, List.of(), "");
      case Answer.Found<? extends InetAddress> f -> {
        List<String> found = f.records().stream().map(InetAddress::getHostAddress).toList();
        yield r.value().isEmpty()
            ? finding(r, State.OK, found, "whether it is this machine's, only you know")
            : among(r, found);
      }
    };
  }

  private Finding mx(ZoneRecord r) {
    String host = r.value().substring(r.value().indexOf(' ') + 1);
    return switch (resolver.mx(r.name())) {
      case Answer.Failed<Mx> f -> unknown(r, f);
      case Answer.Absent<Mx> _ -> finding(r, State.MISSING, List.of(), "");
      case Answer.Found<Mx> f -> {
        List<String> found =
            f.records().stream().map(m -> m.preference() + " " + m.host() + ".").toList();
        boolean there = found.stream().anyMatch(v -> v.endsWith(" " + host));
        String note = there && found.size() > 1 ? "other servers take mail for it, too" : "";
        yield finding(r, there ? State.OK : State.DIFFERS, found, note);
      }
    };
  }

  private Finding ptr(ZoneRecord r) {
    String host = r.value().substring(0, r.value().length() - 1);
    List<InetAddress> addresses = addresses(host);
    addresses.removeIf(a -> known() && !DomainZone.reverse(a).equals(r.name()));
    if (addresses.isEmpty()) {
      return finding(r, State.UNKNOWN, List.of(), "no address to ask for");
    }
    List<String> found = new ArrayList<>();
    State state = State.OK;
    for (InetAddress a : addresses) {
      switch (resolver.names(a)) {
        case Answer.Failed<String> f -> {
          return unknown(r, f);
        }
        case Answer.Absent<String> _ -> state = worse(state, State.MISSING);
        case Answer.Found<String> f -> {
          f.records().forEach(n -> found.add(n + "."));
          state = worse(state, f.records().contains(host) ? State.OK : State.DIFFERS);
        }
      }
    }
    return finding(r, state, found, "");
  }

  private static State worse(State a, State b) {
    return a == State.OK ? b : a;
  }

  /// Whether the machine's addresses are known here.
  private boolean known() {
    return records.stream().anyMatch(ZoneCheck::isKnown);
  }

  private static boolean isKnown(ZoneRecord r) {
    return (r.type() == Type.A || r.type() == Type.AAAA) && !r.value().isEmpty();
  }

  /// Those known here, else those in the DNS.
  private List<InetAddress> addresses(String host) {
    List<InetAddress> all = new ArrayList<>();
    for (ZoneRecord r : records) {
      if (isKnown(r) && r.name().equals(host)) {
        all.add(InetAddress.ofLiteral(r.value()));
      }
    }
    if (all.isEmpty()) {
      if (resolver.ipv4(host) instanceof Answer.Found<? extends InetAddress> f) {
        all.addAll(f.records());
      }
      if (resolver.ipv6(host) instanceof Answer.Found<Inet6Address> f) {
        all.addAll(f.records());
      }
    }
    return all;
  }

  private Finding srv(ZoneRecord r) {
    return switch (resolver.srv(r.name())) {
      case Answer.Failed<Srv> f -> unknown(r, f);
      case Answer.Absent<Srv> _ -> finding(r, State.MISSING, List.of(), "");
      case Answer.Found<Srv> f -> {
        List<String> found =
            f.records().stream()
                .map(s -> s.priority() + " " + s.weight() + " " + s.port() + " " + s.host() + ".")
                .toList();
        String end = r.value().substring(r.value().indexOf(' ', 2)); // port and host count
        boolean there = found.stream().anyMatch(v -> v.endsWith(end));
        yield finding(r, there ? State.OK : State.DIFFERS, found, "");
      }
    };
  }

  /// A record that names another key keeps mail away from whoever heeds it (RFC 7672 §2.2).
  private Finding tlsa(ZoneRecord r) {
    return switch (resolver.tlsa(r.name())) {
      case Answer.Failed<?> f -> unknown(r, f);
      case Answer.Absent<?> _ -> finding(r, State.MISSING, List.of(), "");
      case Answer.Found<?> f -> {
        List<String> found = f.records().stream().map(Object::toString).toList();
        boolean there = found.stream().anyMatch(v -> v.equalsIgnoreCase(r.value()));
        boolean secure = f.security() == Security.SECURE;
        String note = secure || !resolver.validates() ? "" : "without DNSSEC nobody heeds it";
        State state = there ? State.OK : State.DIFFERS;
        yield new Finding(r, state, found, note, !there && (secure || !resolver.validates()));
      }
    };
  }

  // --- texts

  private Finding txt(ZoneRecord r) {
    return switch (resolver.txt(r.name())) {
      case Answer.Failed<String> f ->
          r.need() == Need.DELETABLE
              ? new Finding(r, State.OK, List.of(), "", false)
              : unknown(r, f);
      case Answer.Absent<String> _ ->
          finding(r, r.need() == Need.DELETABLE ? State.OK : State.MISSING, List.of(), "");
      case Answer.Found<String> f -> {
        if (r.need() == Need.DELETABLE) {
          yield finding(r, State.DIFFERS, f.records(), "nothing needs it any more: delete it");
        }
        if (r.name().contains("._domainkey.")) {
          yield dkim(r, f.records());
        }
        yield only(r, f.records(), r.value().split("[ ;]")[0]);
      }
    };
  }

  private static Finding dkim(ZoneRecord r, List<String> found) {
    String key = TagText.key(r.value());
    boolean there = found.stream().anyMatch(t -> TagText.key(t).equals(key));
    boolean several = found.size() > 1;
    return finding(
        r,
        there && !several ? State.OK : State.DIFFERS,
        found,
        several ? "there may be only one of these" : "");
  }

  /// A text of which there may be one among others of the name: SPF, DMARC, TLS-RPT.
  ///
  /// @param version by which it begins
  private Finding only(ZoneRecord r, List<String> all, String version) {
    String begin = version.toLowerCase(Locale.ROOT);
    List<String> found =
        all.stream().filter(t -> t.toLowerCase(Locale.ROOT).startsWith(begin)).toList();
    if (found.isEmpty()) {
      return finding(r, State.MISSING, all, "");
    }
    if (found.size() > 1) {
      return finding(r, State.DIFFERS, found, "there may be only one of these");
    }
    if (found.getFirst().equals(r.value())) {
      return finding(r, State.OK, found, "");
    }
    return switch (version) {
      case SPF ->
          spf.test(r.name())
              ? finding(r, State.OK, found, "")
              : finding(r, State.DIFFERS, found, "it does not let this server send");
      case DMARC -> dmarc(r, found);
      case STS, TLS_REPORTS -> finding(r, State.OK, found, "");
      default -> finding(r, State.DIFFERS, found, "");
    };
  }

  private static Finding dmarc(ZoneRecord r, List<String> found) {
    String policy = TagText.tag(found.getFirst(), "p").toLowerCase(Locale.ROOT);
    return switch (policy) {
      case "quarantine", "reject" -> finding(r, State.OK, found, "");
      case "none" -> finding(r, State.OK, found, "it asks nobody to do anything yet");
      default -> finding(r, State.DIFFERS, found, "it has no policy");
    };
  }
}
