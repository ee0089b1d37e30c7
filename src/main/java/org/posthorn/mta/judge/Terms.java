package org.posthorn.mta.judge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.send.DomainPattern;
import org.posthorn.net.NetworkSet;
import org.posthorn.trust.ReverseName;
import org.posthorn.trust.arc.ArcResult;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.dmarc.DmarcResult;
import org.posthorn.trust.list.ListHit;
import org.posthorn.trust.spf.SpfResult;

/// What rules can ask for, by name.
final class Terms {
  /// Longer ones before their beginnings.
  static final List<String> OPERATORS = List.of("!=", "<=", ">=", "=", "<", ">");

  private static final String NONE = "none";
  private static final String OUTSIDE = "outside.";

  /// A name whose value is one of a few words.
  ///
  /// @param bare the value it has to have where a rule gives none; "" where a rule has to
  private record Word(
      List<String> values, String bare, Function<Case, String> value, Function<Case, String> why) {}

  private static final Map<String, Word> WORDS = words();

  private Terms() {}

  private static Map<String, Word> words() {
    Map<String, Word> all = new TreeMap<>();
    all.put("spf", word(SpfResult.Code.values(), Terms::spf, Terms::spfWords));
    List<String> dkim = lower(DkimResult.Code.values());
    dkim.add(NONE);
    all.put("dkim", new Word(dkim, "", Terms::dkim, Terms::dkimWords));
    all.put("dmarc", word(DmarcResult.Code.values(), Terms::dmarc, Terms::dmarcWords));
    all.put(
        "policy",
        word(
            DmarcResult.Policy.values(),
            c -> c.facts().dmarc() == null ? NONE : c.facts().dmarc().asked().word(),
            Terms::policyWords));
    all.put(
        "arc",
        word(
            ArcResult.Code.values(),
            c -> c.facts().arc() == null ? NONE : c.facts().arc().code().word(),
            c -> c.facts().arc() == null ? "" : "ARC: " + c.facts().arc().reason()));
    List<String> reverse = lower(ReverseName.Code.values());
    reverse.add(NONE);
    all.put("reverse", new Word(reverse, "", Terms::reverse, Terms::reverseWords));
    all.put(
        "known",
        word(
            Standing.Code.values(),
            c -> c.standing().code().name().toLowerCase(Locale.ROOT),
            c -> c.standing().words()));
    all.put(
        "sealed",
        new Word(
            List.of("no", "unsure", "yes"),
            "yes",
            c -> c.sealed().name().toLowerCase(Locale.ROOT),
            Terms::sealedWords));
    all.put("aligned", flag(Terms::aligned, c -> "the author's domain stands for it"));
    all.put("unclear", flag(Case::unclear, c -> "nobody can tell who its author is"));
    all.put("disguised", flag(c -> !c.disguise().isEmpty(), Case::disguise));
    all.put("tls", flag(c -> c.facts().client().tls() != null, c -> ""));
    all.put("bounce", flag(c -> c.facts().sender().path().isNull(), c -> ""));
    all.put(
        "forged",
        new Word(
            List.of("no", "unsure", "yes"),
            "yes",
            c -> c.forgery().code().name().toLowerCase(Locale.ROOT),
            c -> c.forgery().words()));
    return all;
  }

  private static Word word(
      Enum<?>[] values, Function<Case, String> value, Function<Case, String> why) {
    return new Word(lower(values), "", value, why);
  }

  private static Word flag(Predicate<Case> is, Function<Case, String> why) {
    return new Word(List.of("yes", "no"), "yes", c -> is.test(c) ? "yes" : "no", why);
  }

  private static List<String> lower(Enum<?>[] values) {
    return Arrays.stream(values)
        .map(v -> v.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /// @param operator "" for a name that stands alone
  /// @throws IllegalArgumentException for people
  static Condition test(String written, String operator, List<String> values) {
    String name = written.toLowerCase(Locale.ROOT);
    Condition.Question question = question(name, operator, values);
    Condition.Test test = new Condition.Test(name, question);
    return operator.equals("!=") ? new Condition.Not(test) : test;
  }

  private static Condition.Question question(String name, String operator, List<String> values) {
    Word word = WORDS.get(name);
    if (word != null) {
      return wordTest(name, word, operator, values);
    }
    if (name.equals("spam")) {
      return spam(operator, values);
    }
    List<String> lower = values.stream().map(v -> v.toLowerCase(Locale.ROOT)).toList();
    if (name.equals("listed") || name.equals("welcome")) {
      equality(name, operator, true);
      ListHit.Kind kind = name.equals("listed") ? ListHit.Kind.BLOCK : ListHit.Kind.WELCOME;
      return asking(c -> hit(c, kind, lower) != null, c -> words(hit(c, kind, lower)));
    }
    equality(name, operator, false);
    if (name.equals("client")) {
      NetworkSet networks = NetworkSet.of(values);
      return asking(
          c -> networks.contains(c.facts().client().endpoint().remote().getAddress()), c -> "");
    }
    if (name.equals("outside") || name.startsWith(OUTSIDE)) {
      return outside(name, lower);
    }
    List<DomainPattern> patterns =
        switch (name) {
          case "from", "sender", "helo" -> values.stream().map(DomainPattern::parse).toList();
          default -> throw new IllegalArgumentException(unknown(name));
        };
    return switch (name) {
      case "from" -> asking(c -> c.authors().stream().anyMatch(a -> fits(patterns, a)), c -> "");
      case "sender" ->
          asking(
              c ->
                  !c.facts().sender().path().isNull()
                      && fits(patterns, c.facts().sender().path().address()),
              c -> "");
      default -> asking(c -> fits(patterns, c.facts().client().hello()), c -> "");
    };
  }

  private static Condition.Question asking(Predicate<Case> holds, Function<Case, String> words) {
    return new Condition.Question() {
      @Override
      public boolean holds(Case c) {
        return holds.test(c);
      }

      @Override
      public String words(Case c) {
        return words.apply(c);
      }
    };
  }

  private static void equality(String name, String operator, boolean mayStandAlone) {
    boolean fine =
        operator.isEmpty() ? mayStandAlone : operator.equals("=") || operator.equals("!=");
    if (!fine) {
      throw new IllegalArgumentException(
          operator.isEmpty()
              ? name + " needs a value: " + name + "=…"
              : name + " is compared by = or !=, not by " + operator);
    }
  }

  private static Condition.Question wordTest(
      String name, Word word, String operator, List<String> values) {
    if (operator.isEmpty() && word.bare().isEmpty()) {
      throw new IllegalArgumentException(
          name + " needs a value: one of " + String.join(", ", word.values()));
    }
    equality(name, operator, true);
    Set<String> wanted = new LinkedHashSet<>();
    for (String v : operator.isEmpty() ? List.of(word.bare()) : values) {
      String value = v.toLowerCase(Locale.ROOT);
      if (!word.values().contains(value)) {
        throw new IllegalArgumentException(
            name + " is never " + v + ", but one of " + String.join(", ", word.values()));
      }
      wanted.add(value);
    }
    return asking(c -> wanted.contains(word.value().apply(c)), word.why());
  }

  private static String unknown(String name) {
    List<String> known = new ArrayList<>(WORDS.keySet());
    known.addAll(
        List.of("client", "from", "helo", "listed", "outside", "sender", "spam", "welcome"));
    known.sort(null);
    return name + " is nothing that a rule can ask for; there are " + String.join(", ", known);
  }

  // --- what is asked

  private static Condition.Question spam(String operator, List<String> values) {
    String digits = values.size() == 1 ? values.getFirst().replaceFirst("%$", "") : "";
    boolean number = digits.matches("[0-9]{1,3}") && Integer.parseInt(digits) <= 100;
    if (!number || operator.equals("=") || operator.equals("!=")) {
      throw new IllegalArgumentException("spam is compared with a percentage: spam>=90");
    }
    int limit = Integer.parseInt(digits);
    Predicate<Integer> fits =
        switch (operator) {
          case ">=" -> p -> p >= limit;
          case ">" -> p -> p > limit;
          case "<=" -> p -> p <= limit;
          default -> p -> p < limit;
        };
    return asking(
        c -> c.likeness().known() && fits.test(c.likeness().percent()), c -> c.likeness().words());
  }

  private static Condition.Question outside(String name, List<String> values) {
    String judge = name.equals("outside") ? "" : name.substring(OUTSIDE.length());
    List<String> advices = lower(Verdict.Action.values());
    for (String v : values) {
      if (!advices.contains(v)) {
        throw new IllegalArgumentException(
            name + " is never " + v + ", but one of " + String.join(", ", advices));
      }
    }
    Function<Case, Opinion> first =
        c ->
            c.facts().opinions().stream()
                .filter(o -> judge.isEmpty() || o.judge().equals(judge))
                .filter(o -> values.contains(o.advice().name().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElse(null);
    return asking(
        c -> first.apply(c) != null,
        c -> first.apply(c).judge() + " says: " + first.apply(c).words());
  }

  private static ListHit hit(Case c, ListHit.Kind kind, List<String> lists) {
    for (ListHit h : c.facts().hits()) {
      if (h.kind() == kind
          && (lists.isEmpty() || lists.contains(h.list().toLowerCase(Locale.ROOT)))) {
        return h;
      }
    }
    return null;
  }

  private static String words(ListHit hit) {
    String text = hit.text().isEmpty() ? "" : ": " + hit.text();
    return hit.subject() + " is in the list " + hit.list() + text;
  }

  private static boolean fits(List<DomainPattern> patterns, EmailAddress address) {
    return fits(patterns, address.domain());
  }

  private static boolean fits(List<DomainPattern> patterns, String domain) {
    String name = domain.toLowerCase(Locale.ROOT);
    return patterns.stream().anyMatch(p -> p.fits(name));
  }

  private static String spf(Case c) {
    return c.facts().spf() == null ? NONE : c.facts().spf().code().word();
  }

  private static String spfWords(Case c) {
    SpfResult spf = c.facts().spf();
    return spf == null ? "" : "SPF of " + spf.domain() + ": " + spf.reason();
  }

  /// The best of all signatures.
  private static String dkim(Case c) {
    DkimResult best = best(c);
    return best == null ? NONE : best.code().word();
  }

  private static DkimResult best(Case c) {
    DkimResult best = null;
    for (DkimResult d : c.facts().dkim()) {
      if (best == null || rank(d.code()) < rank(best.code())) {
        best = d;
      }
    }
    return best;
  }

  private static int rank(DkimResult.Code code) {
    return switch (code) {
      case PASS -> 0;
      case TEMPERROR -> 1;
      case POLICY -> 2;
      case FAIL -> 3;
      case NEUTRAL, PERMERROR -> 4;
    };
  }

  private static String dkimWords(Case c) {
    DkimResult best = best(c);
    return best == null ? "" : "DKIM of " + best.domain() + ": " + best.reason();
  }

  private static String sealedWords(Case c) {
    return switch (c.sealed()) {
      case NO -> "";
      case UNSURE -> "whether trusted forwarders found it good cannot be found out now";
      case YES -> "trusted forwarders found it good";
    };
  }

  private static String dmarc(Case c) {
    return c.facts().dmarc() == null ? NONE : c.facts().dmarc().code().word();
  }

  private static String dmarcWords(Case c) {
    DmarcResult d = c.facts().dmarc();
    return d == null ? "" : "DMARC of " + d.domain() + ": " + d.reason();
  }

  private static String policyWords(Case c) {
    DmarcResult d = c.facts().dmarc();
    return d == null || d.asked() == DmarcResult.Policy.NONE
        ? ""
        : d.policyDomain() + " asks to " + d.asked().word() + " such mail";
  }

  private static String reverse(Case c) {
    return c.facts().reverse() == null ? NONE : c.facts().reverse().code().word();
  }

  private static String reverseWords(Case c) {
    ReverseName r = c.facts().reverse();
    return r == null ? "" : "the address of the host: " + r.reason();
  }

  private static boolean aligned(Case c) {
    return !c.authors().isEmpty()
        && c.authors().stream()
            .allMatch(a -> Proof.of(a.domain(), c.facts(), d -> false) == Proof.Code.PROVEN);
  }
}
