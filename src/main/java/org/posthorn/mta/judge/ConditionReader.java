package org.posthorn.mta.judge;

import java.util.ArrayList;
import java.util.List;

/// Reads a condition: tests joined by `&` and `|`, `!` before one, parentheses around some; `&`
/// binds more tightly. A test is a name, or a name with `=`, `!=`, `<`, `<=`, `>`, `>=` and a
/// value, or several values with commas, of which one has to fit.
///
/// A complaint names what is wrong and where it stands.
final class ConditionReader {
  static final int LENGTH_MAX = 2000;

  /// Parentheses and `!` inside each other.
  private static final int DEPTH_MAX = 20;

  private final String text;
  private int pos;
  private int depth;

  private ConditionReader(String text) {
    this.text = text;
  }

  /// @throws IllegalArgumentException when it is none
  static Condition read(String text) {
    if (text.length() > LENGTH_MAX) {
      throw new IllegalArgumentException("is longer than " + LENGTH_MAX + " characters");
    }
    var in = new ConditionReader(text);
    Condition c = in.any();
    if (in.pos < text.length()) {
      throw in.wrong("& or | is missing");
    }
    return c;
  }

  private Condition any() {
    List<Condition> parts = new ArrayList<>();
    do {
      parts.add(all());
    } while (accept('|'));
    return parts.size() == 1 ? parts.getFirst() : new Condition.Any(parts);
  }

  private Condition all() {
    List<Condition> parts = new ArrayList<>();
    do {
      parts.add(one());
    } while (accept('&'));
    return parts.size() == 1 ? parts.getFirst() : new Condition.All(parts);
  }

  private Condition one() {
    if (++depth > DEPTH_MAX) {
      throw wrong("too deep");
    }
    Condition found;
    if (accept('!')) {
      found = new Condition.Not(one());
    } else if (accept('(')) {
      found = any();
      if (!accept(')')) {
        throw wrong(") is missing");
      }
    } else {
      found = test();
    }
    depth--;
    return found;
  }

  private Condition test() {
    int start = skipSpace();
    String name = word();
    if (name.isEmpty()) {
      throw wrong("a name is missing");
    }
    String operator = operator();
    List<String> values = new ArrayList<>();
    if (!operator.isEmpty()) {
      do {
        skipSpace();
        String value = word();
        if (value.isEmpty()) {
          throw wrong("a value is missing");
        }
        values.add(value);
      } while (accept(','));
    }
    try {
      return Terms.test(name, operator, values);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + " (character " + (start + 1) + ")", e);
    }
  }

  private String operator() {
    skipSpace();
    for (String o : Terms.OPERATORS) {
      if (text.startsWith(o, pos)) {
        pos += o.length();
        return o;
      }
    }
    return "";
  }

  /// Letters, digits and what stands in domains, addresses and networks.
  private String word() {
    int from = pos;
    while (pos < text.length() && isWord(text.charAt(pos))) {
      pos++;
    }
    return text.substring(from, pos);
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || ".-_*/:@%+[]".indexOf(c) >= 0;
  }

  private boolean accept(char c) {
    skipSpace();
    if (pos < text.length() && text.charAt(pos) == c) {
      pos++;
      skipSpace();
      return true;
    }
    return false;
  }

  private int skipSpace() {
    while (pos < text.length() && Character.isWhitespace(text.charAt(pos))) {
      pos++;
    }
    return pos;
  }

  private IllegalArgumentException wrong(String what) {
    String where = pos < text.length() ? "at \"" + rest() + "\"" : "at its end";
    return new IllegalArgumentException(what + " " + where + " (character " + (pos + 1) + ")");
  }

  private String rest() {
    return text.substring(pos, Math.min(text.length(), pos + 20));
  }
}
