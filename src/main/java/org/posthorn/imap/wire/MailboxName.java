package org.posthorn.imap.wire;

import java.text.Normalizer;

/// Names of mailboxes as clients write them, and what a new one must look like.
public final class MailboxName {
  public static final char SEPARATOR = '/';
  public static final String INBOX = "INBOX";

  private MailboxName() {}

  /// The name that these octets of a command mean.
  public static String parse(byte[] wire, NameEncoding encoding) {
    return canonical(decode(wire, encoding));
  }

  static String decode(byte[] wire, NameEncoding encoding) {
    String s = encoding.decode(wire);
    if (s == null) {
      throw invalid("name", encoding);
    }
    return s;
  }

  /// RFC 6855 §3: what is not UTF-8 is BAD; what is not modified UTF-7 is a name we do not have.
  static CommandException invalid(String what, NameEncoding encoding) {
    String text = "Mailbox " + what + " is not valid " + encoding;
    return encoding == NameEncoding.UTF8
        ? CommandException.bad(text)
        : CommandException.no("CANNOT", text);
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

  /// Refuses what may not become the name of a mailbox though the store would take it.
  public static String checkNew(String name) {
    if (name.indexOf('*') >= 0 || name.indexOf('%') >= 0) {
      throw CommandException.no("CANNOT", "Mailbox name has a wildcard");
    }
    if (name.startsWith("#")) {
      // RFC 3501 §5.1.2: names with # belong to namespaces
      throw CommandException.no("CANNOT", "Mailbox name may not begin with #");
    }
    return name;
  }
}
