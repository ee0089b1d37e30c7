package org.posthorn.trust.spf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// A text with macros (RFC 7208 §7), checked when it is read.
///
/// @param endsInDomain it may be a domain-spec: it ends in a macro, or in a dot and a top label
record MacroText(List<Piece> pieces, boolean endsInDomain) {
  /// RFC 7208 §7.3
  static final int NAME_MAX = 253;

  private static final String LETTERS = "slodiphv";
  private static final String EXPLANATION_LETTERS = LETTERS + "crt";
  private static final String DELIMITERS = ".-+,/_=";

  /// RFC 3986 §2.3, beside letters and digits
  private static final String UNRESERVED = "-._~";

  /// As many parts as no value has.
  private static final int ALL = Integer.MAX_VALUE;

  sealed interface Piece {
    record Literal(String text) implements Piece {}

    /// @param letter in lower case
    /// @param escape it was written in upper case
    /// @param parts how many of the right are taken
    /// @param delimiters at which the value is cut; "" if it is taken as it is
    record Macro(char letter, boolean escape, int parts, boolean reverse, String delimiters)
        implements Piece {}
  }

  /// Where it stands, which says what it may hold.
  enum Place {
    /// In a record, to become a name.
    DOMAIN(LETTERS),
    /// In a record, of a modifier that nobody knows.
    MODIFIER(EXPLANATION_LETTERS),
    /// The text for the sender, which may have spaces.
    EXPLANATION(EXPLANATION_LETTERS);

    final String letters;

    Place(String letters) {
      this.letters = letters;
    }
  }

  /// @throws Stopped it breaks the grammar of RFC 7208 §7.1
  static MacroText read(String text, Place place) {
    List<Piece> pieces = new ArrayList<>();
    var literal = new StringBuilder();
    boolean endsInMacro = false;
    for (int i = 0; i < text.length(); ) {
      char c = text.charAt(i);
      if (c != '%') {
        if (c > '~' || c < '!' && !(c == ' ' && place == Place.EXPLANATION)) {
          throw Stopped.forGood("there are other characters than visible ASCII");
        }
        literal.append(c);
        endsInMacro = false;
        i++;
        continue;
      }
      endsInMacro = true;
      char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
      i += 2;
      switch (next) {
        case '%' -> literal.append('%');
        case '_' -> literal.append(' ');
        case '-' -> literal.append("%20");
        case '{' -> {
          int close = text.indexOf('}', i);
          if (close < 0) throw Stopped.forGood("a macro without an end");
          if (!literal.isEmpty()) pieces.add(new Piece.Literal(literal.toString()));
          literal.setLength(0);
          pieces.add(macro(text.substring(i, close), place));
          i = close + 1;
        }
        default -> throw Stopped.forGood("a % that stands for nothing");
      }
    }
    boolean domain = endsInMacro || endsInTopLabel(literal);
    if (!literal.isEmpty()) pieces.add(new Piece.Literal(literal.toString()));
    return new MacroText(List.copyOf(pieces), domain);
  }

  private static Piece.Macro macro(String inside, Place place) {
    char letter = inside.isEmpty() ? 0 : inside.charAt(0);
    char lower = Character.toLowerCase(letter);
    if (letter >= 0x80 || place.letters.indexOf(lower) < 0) {
      throw Stopped.forGood("a macro of an unknown letter");
    }
    int i = 1;
    int parts = 0;
    while (i < inside.length() && inside.charAt(i) >= '0' && inside.charAt(i) <= '9') {
      parts = Math.min(parts * 10 + inside.charAt(i) - '0', NAME_MAX);
      i++;
    }
    if (i > 1 && parts == 0) throw Stopped.forGood("a macro that takes no part");
    boolean reverse = i < inside.length() && (inside.charAt(i) | 0x20) == 'r';
    String delimiters = inside.substring(reverse ? i + 1 : i);
    for (int d = 0; d < delimiters.length(); d++) {
      if (DELIMITERS.indexOf(delimiters.charAt(d)) < 0) {
        throw Stopped.forGood("a macro of the wrong form");
      }
    }
    boolean whole = i == 1 && !reverse && delimiters.isEmpty();
    return new Piece.Macro(
        lower,
        letter != lower,
        parts == 0 ? ALL : parts,
        reverse,
        whole ? "" : delimiters.isEmpty() ? "." : delimiters);
  }

  /// RFC 7208 §7.1, domain-end.
  private static boolean endsInTopLabel(CharSequence literal) {
    String text = literal.toString();
    if (text.endsWith(".")) text = text.substring(0, text.length() - 1);
    int dot = text.lastIndexOf('.');
    String label = text.substring(dot + 1);
    return dot >= 0
        && !label.isEmpty()
        && !label.startsWith("-")
        && !label.endsWith("-")
        && label.chars().allMatch(c -> c == '-' || isAlphanumeric(c))
        && !label.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean isAlphanumeric(int c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  boolean names(char letter) {
    return pieces.stream().anyMatch(p -> p instanceof Piece.Macro m && m.letter == letter);
  }

  /// The name that it stands for, without a dot at the end. What is longer than names can be loses
  /// labels on the left (RFC 7208 §7.3); null if no name can be made of it.
  ///
  /// @param values of the letters
  String name(Function<Character, String> values) {
    // Only the right end counts: whatever a record repeats, no more than that is put together.
    var end = new StringBuilder();
    for (int i = pieces.size() - 1; i >= 0 && end.length() <= NAME_MAX + 1; i--) {
      end.insert(0, expanded(pieces.get(i), values));
    }
    String name = end.toString();
    if (name.endsWith(".")) name = name.substring(0, name.length() - 1);
    if (name.length() > NAME_MAX) {
      int dot = name.indexOf('.', name.length() - NAME_MAX - 1);
      name = dot < 0 ? "" : name.substring(dot + 1);
    }
    return isName(name) ? name.toLowerCase(Locale.ROOT) : null;
  }

  /// Labels of 1 to 63 characters of ASCII, spaces among them.
  static boolean isName(String text) {
    if (text.isEmpty() || text.length() > NAME_MAX) return false;
    int label = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.') {
        if (label == 0) return false;
        label = 0;
      } else if (c < ' ' || c > '~' || ++label > 63) {
        return false;
      }
    }
    return label > 0;
  }

  /// The text that it stands for, cut off behind `max` characters.
  String text(Function<Character, String> values, int max) {
    var text = new StringBuilder();
    for (Piece piece : pieces) {
      text.append(expanded(piece, values));
      if (text.length() >= max) {
        text.setLength(max);
        break;
      }
    }
    return text.toString();
  }

  private static String expanded(Piece piece, Function<Character, String> values) {
    return switch (piece) {
      case Piece.Literal(String text) -> text;
      case Piece.Macro m -> {
        String value = transformed(values.apply(m.letter), m);
        yield m.escape ? escaped(value) : value;
      }
    };
  }

  private static String transformed(String value, Piece.Macro m) {
    if (m.delimiters.isEmpty()) return value;
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= value.length(); i++) {
      if (i == value.length() || m.delimiters.indexOf(value.charAt(i)) >= 0) {
        parts.add(value.substring(from, i));
        from = i + 1;
      }
    }
    if (m.reverse) Collections.reverse(parts);
    return String.join(
        ".", parts.subList(parts.size() - Math.min(m.parts, parts.size()), parts.size()));
  }

  private static String escaped(String value) {
    var out = new StringBuilder();
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (isAlphanumeric(c) || UNRESERVED.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return out.toString();
  }

  @Override
  public String toString() {
    return Arrays.toString(pieces.toArray());
  }
}
