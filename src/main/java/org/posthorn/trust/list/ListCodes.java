package org.posthorn.trust.list;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What the addresses mean that a list answers with (RFC 5782 §2.3): the first rule that fits
/// decides, and what none fits means nothing.
public record ListCodes(List<Rule> rules) {
  private static final int OCTETS = 4;
  private static final int OCTET_MAX = 255;

  public ListCodes {
    rules = List.copyOf(rules);
  }

  /// @param octets of the address, each within its range
  /// @param kind null: ignored
  public record Rule(List<Octet> octets, ListHit.Kind kind) {
    public Rule {
      octets = List.copyOf(octets);
      if (octets.size() != OCTETS) {
        throw new IllegalArgumentException("an address has four numbers");
      }
    }

    boolean fits(byte[] address) {
      for (int i = 0; i < OCTETS; i++) {
        if (!octets.get(i).fits(address[i] & OCTET_MAX)) {
          return false;
        }
      }
      return true;
    }
  }

  /// One number of an address.
  ///
  /// @param bits any of them must be set; 0 asks for none
  public record Octet(int from, int to, int bits) {
    boolean fits(int value) {
      return from <= value && value <= to && (bits == 0 || (value & bits) != 0);
    }
  }

  /// Whatever it answers means the same.
  public static ListCodes all(ListHit.Kind kind) {
    return parse(List.of("127.*.*.* " + kind.name().toLowerCase(Locale.ROOT)));
  }

  /// Reads rules such as `127.0.0.2 block`, `127.0.0.10-11 weak`, `127.0.*.1-3 welcome`,
  /// `127.0.0.&8 block` (has this bit), `127.0.0.9 ignore`.
  ///
  /// @throws IllegalArgumentException naming what is none
  public static ListCodes parse(List<String> texts) {
    List<Rule> rules = new ArrayList<>();
    for (String text : texts) {
      String[] words = text.strip().split("\\s+");
      if (words.length != 2) {
        throw new IllegalArgumentException(
            "\"" + text + "\" is not an address and what it means, as \"127.0.0.2 block\"");
      }
      rules.add(new Rule(octets(words[0]), kind(words[1])));
    }
    return new ListCodes(rules);
  }

  private static ListHit.Kind kind(String word) {
    return switch (word) {
      case "block" -> ListHit.Kind.BLOCK;
      case "weak" -> ListHit.Kind.WEAK;
      case "welcome" -> ListHit.Kind.WELCOME;
      case "ignore" -> null;
      default ->
          throw new IllegalArgumentException(
              "\"" + word + "\" is none of block, weak, welcome and ignore");
    };
  }

  private static List<Octet> octets(String pattern) {
    try {
      List<Octet> all = Arrays.stream(pattern.split("\\.", -1)).map(ListCodes::octet).toList();
      if (all.size() == OCTETS) {
        return all;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException("\"" + pattern + "\" is no pattern of an IPv4 address");
  }

  private static Octet octet(String part) {
    if (part.equals("*")) {
      return new Octet(0, OCTET_MAX, 0);
    }
    if (part.startsWith("&")) {
      return new Octet(0, OCTET_MAX, number(part.substring(1)));
    }
    int dash = part.indexOf('-');
    int from = number(dash < 0 ? part : part.substring(0, dash));
    return new Octet(from, dash < 0 ? from : number(part.substring(dash + 1)), 0);
  }

  private static int number(String digits) {
    int value = Integer.parseInt(digits);
    if (value < 0 || value > OCTET_MAX) {
      throw new NumberFormatException(digits);
    }
    return value;
  }

  /// Null if the address means nothing.
  ListHit.Kind meaning(byte[] address) {
    for (Rule rule : rules) {
      if (rule.fits(address)) {
        return rule.kind();
      }
    }
    return null;
  }
}
