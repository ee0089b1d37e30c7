package org.posthorn.dns;

import java.util.Locale;
import java.util.function.IntPredicate;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/// Domain names between text and wire. Of answers, only letters, digits, hyphens, underscores and
/// dots pass: whatever else they hold reaches no log, no comparison and no other protocol. Some
/// questions may have other printable ASCII, which macros of SPF make (RFC 7208 §7.3), as `+` of
/// addresses.
final class Names {
  /// RFC 1035 §2.3.4, as text without the dot at the end.
  private static final int NAME_MAX = 253;

  private static final int LABEL_MAX = 63;

  private Names() {}

  /// Null if no such host can exist.
  static Name wire(String text) {
    return wire(text, Names::isPlain);
  }

  /// Null if no such name can exist; other printable ASCII may be in it.
  static Name printable(String text) {
    return wire(text, c -> c >= ' ' && c <= '~');
  }

  private static Name wire(String text, IntPredicate allowed) {
    String bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    if (!isName(bare, allowed)) {
      return null;
    }
    var escaped = new StringBuilder();
    for (char c : bare.toCharArray()) {
      escaped.append(
          c == '.' || isPlain(c)
              ? String.valueOf(c)
              : String.format(Locale.ROOT, "\\%03d", (int) c));
    }
    try {
      return Name.fromString(escaped + ".");
    } catch (TextParseException e) {
      return null;
    }
  }

  /// In lower case without the dot at the end, "" for the root. Null for a name with other
  /// characters.
  static String text(Name name) {
    if (name.equals(Name.root)) {
      return "";
    }
    String text = name.toString(true).toLowerCase(Locale.ROOT);
    return isName(text, Names::isPlain) ? text : null;
  }

  /// The name one label below another.
  static Name below(String label, Name above) {
    try {
      return Name.fromString(label, above);
    } catch (TextParseException e) {
      throw new IllegalArgumentException("no room for a label below " + above, e);
    }
  }

  /// For people and the log: no character but those of US-ASCII that print.
  static String shown(Name name) {
    return name.toString(true);
  }

  /// As [#text], but other characters stand as the escapes of zone files (RFC 1035 §5.1).
  static String escaped(Name name) {
    return name.toString(true).toLowerCase(Locale.ROOT);
  }

  private static boolean isName(String text, IntPredicate allowed) {
    if (text.isEmpty() || text.length() > NAME_MAX) {
      return false;
    }
    int label = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.') {
        if (label == 0) {
          return false;
        }
        label = 0;
      } else if (!allowed.test(c) || ++label > LABEL_MAX) {
        return false;
      }
    }
    return label > 0;
  }

  private static boolean isPlain(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '-'
        || c == '_';
  }
}
