package org.posthorn.imap.wire;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/// Names of mailboxes as clients write them, and what a new one must look like.
public final class MailboxName {
  public static final char SEPARATOR = '/';
  public static final String INBOX = "INBOX";

  /// Octets of a name in UTF-8; it has to fit a key of the store.
  public static final int OCTETS_MAX = 200;

  private static final int LEVELS_MAX = 32;

  private MailboxName() {}

  /// The name that these octets of a command mean.
  public static String parse(byte[] wire) {
    String s = ModifiedUtf7.decode(wire);
    if (s == null) {
      throw CommandException.no("CANNOT", "Mailbox name is not valid modified UTF-7");
    }
    return canonical(s);
  }

  /// NFC, and INBOX in upper case also as the root of a tree (RFC 3501 §5.1).
  public static String canonical(String name) {
    String s = Normalizer.normalize(name, Normalizer.Form.NFC);
    if (s.regionMatches(true, 0, INBOX, 0, INBOX.length())
        && (s.length() == INBOX.length() || s.charAt(INBOX.length()) == SEPARATOR)) {
      return INBOX + s.substring(INBOX.length());
    }
    return s;
  }

  /// Refuses what may not become the name of a mailbox.
  public static String checkNew(String name) {
    if (name.getBytes(StandardCharsets.UTF_8).length > OCTETS_MAX) {
      throw CommandException.no("LIMIT", "Mailbox name is longer than " + OCTETS_MAX + " octets");
    }
    int levels = 1;
    boolean empty = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == SEPARATOR) {
        if (empty) {
          throw CommandException.no("CANNOT", "Mailbox name has an empty level");
        }
        levels++;
        empty = true;
        continue;
      }
      empty = false;
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029' || c == '*' || c == '%') {
        throw CommandException.no("CANNOT", "Mailbox name has a character that is not allowed");
      }
    }
    if (empty) {
      throw CommandException.no("CANNOT", "Mailbox name has an empty level");
    }
    if (levels > LEVELS_MAX) {
      throw CommandException.no("LIMIT", "Mailbox name has more than " + LEVELS_MAX + " levels");
    }
    if (name.charAt(0) == '#') {
      // RFC 3501 §5.1.2: names with # belong to namespaces
      throw CommandException.no("CANNOT", "Mailbox name may not begin with #");
    }
    return name;
  }
}
