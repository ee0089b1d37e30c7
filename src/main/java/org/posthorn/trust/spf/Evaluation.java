package org.posthorn.trust.spf;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Mx;
import org.posthorn.dns.Resolver;
import org.posthorn.trust.spf.MacroText.Place;
import org.posthorn.trust.spf.Spf.Judgement;
import org.posthorn.trust.spf.SpfResult.Code;

/// One check, with all that it may cost (RFC 7208 §4.6.4).
final class Evaluation {
  /// Terms that ask the DNS, in all records together.
  private static final int TERMS_MAX = 10;

  /// Terms that ask for what is not there.
  private static final int VOIDS_MAX = 2;

  /// Hosts of one MX, and names of the client, whose addresses are looked up.
  private static final int HOSTS_MAX = 10;

  private static final Duration TIME_MAX = Duration.ofSeconds(20);

  /// So that it fits into one line of a reply (RFC 5321 §4.5.3.1.5).
  private static final int EXPLANATION_MAX = 400;

  private final Resolver dns;
  private final LongSupplier nanos;
  private final long start;
  private final Subject subject;
  private int terms;
  private int voids;
  private List<String> validated;

  /// What one record comes to.
  ///
  /// @param explanation where the words for the sender are, null without
  /// @param domain whose record decided
  private record Outcome(Code code, MacroText explanation, String domain, String reason) {}

  Evaluation(Resolver dns, LongSupplier nanos, Subject subject) {
    this.dns = dns;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
    this.subject = subject;
  }

  Judgement check() {
    try {
      Outcome o = evaluate(subject.domain());
      return new Judgement(o.code, explanation(o), o.reason);
    } catch (Stopped e) {
      return new Judgement(e.code, "", e.getMessage());
    }
  }

  /// check_host() for one domain (RFC 7208 §4).
  private Outcome evaluate(String domain) {
    String text = null;
    switch (ask(() -> dns.txt(domain))) {
      case Answer.Found<String> found -> {
        List<String> records = found.records().stream().filter(SpfRecord::isOne).toList();
        if (records.size() > 1) {
          throw Stopped.forGood(domain + " has " + records.size() + " SPF records");
        }
        text = records.isEmpty() ? null : records.getFirst();
      }
      case Answer.Absent<String> _ -> {}
      case Answer.Failed<String> failed -> throw unanswered(domain, failed);
    }
    if (text == null) return new Outcome(Code.NONE, null, domain, domain + " has no SPF record");
    SpfRecord record;
    try {
      record = SpfRecord.read(text);
    } catch (Stopped e) {
      throw Stopped.forGood("the SPF record of " + domain + " is wrong: " + e.getMessage());
    }
    for (SpfRecord.Directive directive : record.directives()) {
      if (matches(directive.mechanism(), domain)) {
        String reason = directive.text() + " in the SPF record of " + domain;
        return new Outcome(directive.result(), record.explanation(), domain, reason);
      }
    }
    if (record.redirect() != null) return redirected(record.redirect(), domain);
    String reason = "nothing in the SPF record of " + domain + " speaks of this host";
    return new Outcome(Code.NEUTRAL, null, domain, reason);
  }

  /// RFC 7208 §6.1.
  private Outcome redirected(MacroText redirect, String domain) {
    countTerm();
    if (isUnmatchable(redirect)) {
      String reason = "the SPF record of " + domain + " leads nowhere for this sender";
      return new Outcome(Code.NEUTRAL, null, domain, reason);
    }
    String target = name(redirect, domain);
    Outcome outcome = target == null ? null : evaluate(target);
    if (outcome == null || outcome.code == Code.NONE) {
      throw Stopped.forGood("the SPF record of " + domain + " leads to one that is not there");
    }
    return outcome;
  }

  private boolean matches(Mechanism mechanism, String domain) {
    return switch (mechanism) {
      case Mechanism.All _ -> true;
      case Mechanism.Network network -> network.holds(subject.ip().getAddress());
      case Mechanism.Include i -> {
        countTerm();
        yield !isUnmatchable(i.domain()) && includes(name(i.domain(), domain), domain);
      }
      case Mechanism.Address a -> {
        countTerm();
        String host = target(a.domain(), domain);
        yield host != null && isAmong(counted(addresses(host)), a.prefix4(), a.prefix6());
      }
      case Mechanism.Exchangers m -> {
        countTerm();
        String host = target(m.domain(), domain);
        yield host != null && exchanges(host, m);
      }
      case Mechanism.Pointer p -> {
        countTerm();
        String suffix = target(p.domain(), domain);
        yield suffix != null && points(suffix);
      }
      case Mechanism.Exists e -> {
        countTerm();
        String host = target(e.domain(), domain);
        yield host != null && !counted(found(host, ask(() -> dns.ipv4(host)))).isEmpty();
      }
    };
  }

  /// RFC 7208 §5.2.
  private boolean includes(String target, String domain) {
    Outcome outcome = target == null ? null : evaluate(target);
    if (outcome == null || outcome.code == Code.NONE) {
      throw Stopped.forGood("the SPF record of " + domain + " includes one that is not there");
    }
    return outcome.code == Code.PASS;
  }

  /// RFC 7208 §5.4. Hosts without an address are not counted with what is asked for in vain: the
  /// limit is one of terms.
  private boolean exchanges(String domain, Mechanism.Exchangers mechanism) {
    int hosts = 0;
    for (Mx mx : counted(found(domain, ask(() -> dns.mx(domain))))) {
      if (mx.host().isEmpty()) continue; // RFC 7505: no mail
      if (hosts++ == HOSTS_MAX) {
        throw Stopped.forGood(domain + " has more than " + HOSTS_MAX + " mail servers");
      }
      if (isAmong(addresses(mx.host()), mechanism.prefix4(), mechanism.prefix6())) return true;
    }
    return false;
  }

  /// RFC 7208 §5.5.
  private boolean points(String suffix) {
    for (String name : validated()) {
      if (isWithin(name, suffix)) return true;
    }
    return false;
  }

  private static boolean isWithin(String name, String domain) {
    return name.equals(domain) || name.endsWith("." + domain);
  }

  /// Names of the client that lead back to it. Errors of its name servers say nothing about the
  /// domain.
  private List<String> validated() {
    if (validated != null) return validated;
    List<String> names = new ArrayList<>();
    switch (ask(() -> dns.names(subject.ip()))) {
      case Answer.Found<String> found -> {
        for (String each : found.records().stream().limit(HOSTS_MAX).toList()) {
          String name = each.toLowerCase(Locale.ROOT);
          Answer<? extends InetAddress> answer = ask(() -> lookUp(name));
          if (answer instanceof Answer.Found<?> f && f.records().contains(subject.ip())) {
            names.add(name);
          }
        }
      }
      case Answer.Absent<String> _ -> countVoid();
      case Answer.Failed<String> _ -> {}
    }
    validated = List.copyOf(names);
    return validated;
  }

  private Answer<? extends InetAddress> lookUp(String host) {
    return subject.isIpv4() ? dns.ipv4(host) : dns.ipv6(host);
  }

  private List<? extends InetAddress> addresses(String host) {
    return found(host, ask(() -> lookUp(host)));
  }

  private boolean isAmong(List<? extends InetAddress> addresses, int prefix4, int prefix6) {
    int prefix = subject.isIpv4() ? prefix4 : prefix6;
    byte[] ip = subject.ip().getAddress();
    return addresses.stream().anyMatch(a -> Mechanism.sameNetwork(a.getAddress(), ip, prefix));
  }

  private static <T> List<T> found(String name, Answer<T> answer) {
    return switch (answer) {
      case Answer.Found<T> found -> found.records();
      case Answer.Absent<T> _ -> List.of();
      case Answer.Failed<T> failed -> throw unanswered(name, failed);
    };
  }

  private static Stopped unanswered(String name, Answer.Failed<?> failed) {
    return Stopped.forNow("the DNS does not tell about " + name + ": " + failed.text());
  }

  private <T> List<T> counted(List<T> found) {
    if (found.isEmpty()) countVoid();
    return found;
  }

  private void countVoid() {
    if (++voids > VOIDS_MAX) {
      throw Stopped.forGood("the SPF record asks more than twice for what is not there");
    }
  }

  private void countTerm() {
    if (++terms > TERMS_MAX) {
      throw Stopped.forGood("the SPF record asks for more than " + TERMS_MAX + " lookups");
    }
  }

  private <T> T ask(Supplier<T> question) {
    if (nanos.getAsLong() - start > TIME_MAX.toNanos()) {
      throw Stopped.forNow("the DNS took more than " + TIME_MAX.toSeconds() + " seconds");
    }
    return question.get();
  }

  /// RFC 8616 §4: what would need a local part of other characters than ASCII matches nothing.
  private boolean isUnmatchable(MacroText text) {
    return text != null && subject.isInternationalized() && (text.names('s') || text.names('l'));
  }

  /// Null: the term does not match, as there can be no such name.
  private String target(MacroText text, String domain) {
    if (text == null) return domain;
    return isUnmatchable(text) ? null : name(text, domain);
  }

  private String name(MacroText text, String domain) {
    if (validated == null && text.names('p')) countTerm();
    return text.name(letter -> value(letter, domain));
  }

  private String value(char letter, String domain) {
    return switch (letter) {
      case 'd' -> domain;
      case 'p' -> nameOfClient(domain);
      default -> subject.value(letter);
    };
  }

  /// RFC 7208 §7.3, macro `p`.
  private String nameOfClient(String domain) {
    String best = "unknown";
    for (String name : validated()) {
      if (name.equals(domain)) return name;
      boolean better = best.equals("unknown") || isWithin(name, domain) && !isWithin(best, domain);
      best = better ? name : best;
    }
    return best;
  }

  /// RFC 7208 §6.2: whatever goes wrong here, there is none.
  private String explanation(Outcome outcome) {
    if (outcome.code != Code.FAIL || outcome.explanation == null) return "";
    Function<Character, String> values = letter -> value(letter, outcome.domain);
    try {
      terms = 0; // the result stands: limits on what leads to it hold no more
      voids = 0;
      String name = outcome.explanation.name(values);
      if (name == null || isUnmatchable(outcome.explanation)) return "";
      Answer<String> answer = ask(() -> dns.txt(name));
      if (!(answer instanceof Answer.Found<String> found)
          || found.records().size() != 1
          || found.records().getFirst().length() > SpfRecord.OCTETS_MAX) {
        return "";
      }
      MacroText text = MacroText.read(found.records().getFirst(), Place.EXPLANATION);
      String words = text.text(values, EXPLANATION_MAX).strip();
      return words.chars().allMatch(c -> c >= ' ' && c <= '~') ? words : "";
    } catch (Stopped e) {
      return "";
    }
  }
}
