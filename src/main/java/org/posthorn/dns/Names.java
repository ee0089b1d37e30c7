package org.posthorn.dns;

import java.util.Locale;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/// Domain names between text and wire. Only letters, digits, hyphens, underscores and dots pass:
/// whatever else an answer holds reaches no log, no comparison and no other protocol.
final class Names {
  /// RFC 1035 §2.3.4, as text without the dot at the end.
  private static final int NAME_MAX = 253;

  private static final int LABEL_MAX = 63;

  private Names() {}

  /// Null if no such name can exist.
  static Name wire(String text) {
    String bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    if (!plain(bare)) {
      return null;
    }
    try {
      return Name.fromString(bare + ".");
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
    return plain(text) ? text : null;
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

  private static boolean plain(String text) {
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
        continue;
      }
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_';
      if (!allowed || ++label > LABEL_MAX) {
        return false;
      }
    }
    return label > 0;
  }
}
