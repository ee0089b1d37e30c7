package org.posthorn.imap.wire;

import java.util.Arrays;

/// RFC 3501 §6.3.8: a mailbox name with wildcards: `*` any characters, `%` any but the separator.
///
/// Matching walks the set of reachable places in the pattern once over the name: time is bounded by
/// the product of the lengths, whatever the pattern (`%*%*%*…`).
public final class ListPattern {
  private static final int OCTETS_MAX = 1000;

  private static final int INBOX_LENGTH = MailboxName.INBOX.length();

  private final String pattern;

  /// Characters a name must have at least.
  private final int literals;

  private ListPattern(String pattern) {
    this.pattern = pattern;
    this.literals = (int) pattern.chars().filter(c -> c != '*' && c != '%').count();
  }

  /// Null if no name can match: such a pattern is passed over in silence (RFC 9051 §6.3.9).
  ///
  /// @param reference RFC 3501 §6.3.8: what the pattern is relative to; here it is put before it
  public static ListPattern of(NameEncoding names, byte[] reference, byte[] pattern) {
    if (reference.length + pattern.length > OCTETS_MAX) {
      return null;
    }
    String r = names.decode(reference);
    String p = names.decode(pattern);
    if (r != null && p != null) {
      return of(r + p);
    }
    if (names == NameEncoding.UTF8) {
      throw MailboxName.invalid("pattern", names); // no pattern at all
    }
    return null;
  }

  public static ListPattern of(String pattern) {
    // A run of wildcards is one: "*" if there is one in it.
    String p = MailboxName.canonical(pattern).replaceAll("[*%]*\\*[*%]*", "*");
    return new ListPattern(p.replaceAll("%+", "%"));
  }

  public boolean matches(String name) {
    if (name.length() < literals) {
      return false;
    }
    if (pattern.equals("*")) { // the usual one
      return true;
    }
    // INBOX is INBOX in any case, also as a part of a pattern: "inb*".
    boolean inbox =
        name.equals(MailboxName.INBOX)
            || name.startsWith(MailboxName.INBOX + MailboxName.SEPARATOR);
    int m = pattern.length();
    boolean[] at = new boolean[m + 1];
    boolean[] next = new boolean[m + 1];
    at[0] = true;
    skipWildcards(at);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      Arrays.fill(next, false);
      for (int j = 0; j < m; j++) {
        if (!at[j]) {
          continue;
        }
        char p = pattern.charAt(j);
        if (p == '*' || (p == '%' && c != MailboxName.SEPARATOR)) {
          next[j] = true;
        } else if (p == c || (inbox && i < INBOX_LENGTH && Character.toUpperCase(p) == c)) {
          next[j + 1] = true;
        }
      }
      skipWildcards(next);
      boolean[] before = at;
      at = next;
      next = before;
    }
    return at[m];
  }

  private void skipWildcards(boolean[] at) {
    for (int j = 0; j < pattern.length(); j++) {
      char p = pattern.charAt(j);
      if (at[j] && (p == '*' || p == '%')) {
        at[j + 1] = true;
      }
    }
  }

  @Override
  public String toString() {
    return pattern;
  }
}
