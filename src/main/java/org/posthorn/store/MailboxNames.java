package org.posthorn.store;

import java.text.Normalizer;

/// Rules for mailbox names: NFC, levels parted by `/`, INBOX in any case is INBOX.
public final class MailboxNames {
  /// Octets of the whole name in UTF-8, so that it fits into a key.
  public static final int OCTETS_MAX = 250;

  public static final int LEVELS_MAX = 64;
  public static final char SEPARATOR = '/';

  private MailboxNames() {}

  /// The form in which names are stored and compared.
  public static String normal(String name) {
    String n = ascii(name) ? name : Normalizer.normalize(name, Normalizer.Form.NFC);
    if (n.length() >= 5 && n.regionMatches(true, 0, "INBOX", 0, 5)) {
      if (n.length() == 5) return "INBOX";
      if (n.charAt(5) == SEPARATOR) return "INBOX" + n.substring(5);
    }
    return n;
  }

  private static boolean ascii(String s) {
    for (int i = 0; i < s.length(); i++) if (s.charAt(i) > 127) return false;
    return true;
  }

  /// The normal form of a name that a mailbox may have, else [Refused] with CANNOT.
  public static String valid(String name) {
    String n = normal(name);
    if (n.isEmpty()) throw no("the name is empty");
    if (n.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > OCTETS_MAX) {
      throw no("the name is longer than " + OCTETS_MAX + " octets");
    }
    int levels = 1;
    char before = SEPARATOR;
    for (int i = 0; i < n.length(); i++) {
      char c = n.charAt(i);
      if (c == SEPARATOR) {
        if (before == SEPARATOR) throw no("a level of the name is empty");
        levels++;
      }
      // RFC 9051 §5.1: no controls; also not the line and paragraph separators that clients break
      // on.
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        throw no("the name has a control character");
      }
      if (Character.isSurrogate(c) && !paired(n, i)) throw no("the name is not Unicode");
      before = c;
    }
    if (before == SEPARATOR) throw no("a level of the name is empty");
    if (levels > LEVELS_MAX) throw no("the name has more than " + LEVELS_MAX + " levels");
    return n;
  }

  /// Whether there is room in the name for another level.
  public static boolean canHaveInferiors(String name) {
    int octets = name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    long levels = 1 + name.chars().filter(c -> c == SEPARATOR).count();
    return octets + 2 <= OCTETS_MAX && levels < LEVELS_MAX;
  }

  private static boolean paired(String s, int i) {
    char c = s.charAt(i);
    return Character.isHighSurrogate(c)
        ? i + 1 < s.length() && Character.isLowSurrogate(s.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(s.charAt(i - 1));
  }

  /// The name one level up, or null.
  public static String parent(String name) {
    int slash = name.lastIndexOf(SEPARATOR);
    return slash < 0 ? null : name.substring(0, slash);
  }

  private static Refused no(String text) {
    return new Refused(Refused.Reason.CANNOT, text);
  }
}
