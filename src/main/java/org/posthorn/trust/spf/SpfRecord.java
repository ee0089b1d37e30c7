package org.posthorn.trust.spf;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.posthorn.trust.IpText;
import org.posthorn.trust.spf.MacroText.Place;
import org.posthorn.trust.spf.SpfResult.Code;

/// What a domain has published, in order (RFC 7208 §4.6.1).
///
/// @param redirect whose record says the rest, null without
/// @param explanation where the words for a sender who fails are, null without
record SpfRecord(List<Directive> directives, MacroText redirect, MacroText explanation) {
  /// The largest in use have four thousand; DNS itself ends at 64 Ki.
  static final int OCTETS_MAX = 16 * 1024;

  private static final String VERSION = "v=spf1";

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]*");

  /// RFC 7208 §5.6, dual-cidr-length: whatever looks like it at the end of a term is it.
  private static final Pattern LENGTHS = Pattern.compile("(?:/([0-9]+))?(?://([0-9]+))?$");

  private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");

  private static final String QNUM = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final Pattern IP4 = Pattern.compile(QNUM + "(?:\\." + QNUM + "){3}");
  private static final Pattern IP6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  /// @param result if the mechanism matches
  /// @param text as published
  record Directive(Code result, Mechanism mechanism, String text) {}

  /// RFC 7208 §4.5.
  static boolean isOne(String text) {
    return text.regionMatches(true, 0, VERSION, 0, VERSION.length())
        && (text.length() == VERSION.length() || text.charAt(VERSION.length()) == ' ');
  }

  /// @throws Stopped there is an error anywhere in the record (RFC 7208 §4.6)
  static SpfRecord read(String text) {
    if (text.length() > OCTETS_MAX) {
      throw Stopped.forGood("the record has more than " + OCTETS_MAX + " octets");
    }
    List<Directive> directives = new ArrayList<>();
    MacroText redirect = null;
    MacroText explanation = null;
    for (String term : text.substring(VERSION.length()).split(" ")) {
      if (term.isEmpty()) {
        continue;
      }
      if (!term.chars().allMatch(c -> c > ' ' && c <= '~')) {
        throw Stopped.forGood("the record has other characters than visible ASCII");
      }
      Matcher name = NAME.matcher(term);
      int end = name.lookingAt() ? name.end() : 0;
      if (end == 0 || end == term.length() || term.charAt(end) != '=') {
        directives.add(directive(term));
        continue;
      }
      String value = term.substring(end + 1);
      switch (term.substring(0, end).toLowerCase(Locale.ROOT)) {
        case "redirect" -> redirect = once(redirect, term, value);
        case "exp" -> explanation = once(explanation, term, value);
        default -> MacroText.read(value, Place.MODIFIER);
      }
    }
    return new SpfRecord(List.copyOf(directives), redirect, explanation);
  }

  private static MacroText once(MacroText before, String term, String value) {
    if (before != null) {
      throw Stopped.forGood("a modifier stands there twice: " + shown(term));
    }
    return domain(term, value);
  }

  private static Directive directive(String term) {
    Code result =
        switch (term.charAt(0)) {
          case '-' -> Code.FAIL;
          case '~' -> Code.SOFTFAIL;
          case '?' -> Code.NEUTRAL;
          default -> Code.PASS;
        };
    String bare = result != Code.PASS || term.charAt(0) == '+' ? term.substring(1) : term;
    int end = 0;
    while (end < bare.length() && bare.charAt(end) != ':' && bare.charAt(end) != '/') {
      end++;
    }
    String rest = bare.substring(end);
    Mechanism mechanism =
        switch (bare.substring(0, end).toLowerCase(Locale.ROOT)) {
          case "all" -> bare.length() > end ? null : new Mechanism.All();
          case "include" -> new Mechanism.Include(domain(term, argument(term, rest)));
          case "exists" -> new Mechanism.Exists(domain(term, argument(term, rest)));
          case "ptr" ->
              new Mechanism.Pointer(rest.isEmpty() ? null : domain(term, argument(term, rest)));
          case "a", "mx" -> hosts(term, bare.charAt(0) == 'a' || bare.charAt(0) == 'A', rest);
          case "ip4" -> network(term, argument(term, rest), IP4, 32);
          case "ip6" -> network(term, argument(term, rest), IP6, 128);
          default -> null;
        };
    if (mechanism == null) {
      throw Stopped.forGood("no mechanism has this form: " + shown(term));
    }
    return new Directive(result, mechanism, shown(term));
  }

  private static Mechanism hosts(String term, boolean address, String rest) {
    Matcher lengths = LENGTHS.matcher(rest);
    if (!lengths.find()) {
      throw new AssertionError("the pattern finds nothing at all, too");
    }
    int prefix4 = prefix(term, lengths.group(1), 32);
    int prefix6 = prefix(term, lengths.group(2), 128);
    String before = rest.substring(0, lengths.start());
    MacroText domain = before.isEmpty() ? null : domain(term, argument(term, before));
    return address
        ? new Mechanism.Address(domain, prefix4, prefix6)
        : new Mechanism.Exchangers(domain, prefix4, prefix6);
  }

  private static Mechanism network(String term, String argument, Pattern form, int bits) {
    int slash = argument.indexOf('/');
    String address = slash < 0 ? argument : argument.substring(0, slash);
    int prefix = prefix(term, slash < 0 ? null : argument.substring(slash + 1), bits);
    if (!form.matcher(address).matches()) {
      throw Stopped.forGood("no such address: " + shown(term));
    }
    try {
      InetAddress ip = InetAddress.ofLiteral(address);
      byte[] octets = bits == 32 ? ((Inet4Address) ip).getAddress() : IpText.sixteen(ip);
      return new Mechanism.Network(octets, prefix);
    } catch (IllegalArgumentException e) {
      throw Stopped.forGood("no such address: " + shown(term));
    }
  }

  private static int prefix(String term, String digits, int max) {
    if (digits == null) {
      return max;
    }
    if (!LENGTH.matcher(digits).matches() || Integer.parseInt(digits) > max) {
      throw Stopped.forGood("no such length of a network: " + shown(term));
    }
    return Integer.parseInt(digits);
  }

  private static String argument(String term, String rest) {
    if (!rest.startsWith(":")) {
      throw Stopped.forGood("no mechanism has this form: " + shown(term));
    }
    return rest.substring(1);
  }

  private static MacroText domain(String term, String text) {
    MacroText domain = MacroText.read(text, Place.DOMAIN);
    if (!domain.endsInDomain()) {
      throw Stopped.forGood("this ends in no domain: " + shown(term));
    }
    return domain;
  }

  /// For people, and not longer than they read.
  private static String shown(String term) {
    return term.length() > 100 ? term.substring(0, 100) + "…" : term;
  }
}
