package org.posthorn.mime;

import java.util.ArrayList;
import java.util.List;

/// Reads the address lists of From, To, Cc and their like: RFC 5322 §3.4 with groups and comments,
/// the obsolete forms of §4.4, and what is really written: missing commas and quotes, semicolons
/// between addresses, addresses without a domain or without brackets.
///
/// One pass, no recursion, and never an exception. A display name is kept as written, without its
/// quotes; when there is none, a comment after the address is taken for it, as in `ana@example.test
/// (Ana)`.
public final class AddressList {
  /// Addresses read of one field.
  public static final int MAX_ADDRESSES = 10_000;

  /// A URL in the place of an address.
  private static final String MAILTO = "mailto";

  private final String s;
  private int pos;

  private final List<Address> all = new ArrayList<>();
  private int count;

  // The group being read.
  private String groupName;
  private List<Address.Mailbox> members;

  // The address being read: words and special characters since the last delimiter.
  private final StringBuilder phrase = new StringBuilder();
  private boolean spaceBefore; // white space stood before the next word
  private int wordStart; // of the last word in the phrase
  private boolean quoted; // the phrase holds a quoted string
  private boolean hasAt; // the phrase holds an `@` outside quoted strings
  private String comment;
  private String angle; // what stood in angle brackets

  private boolean unclosedComment;
  private int unclosedQuote = Integer.MAX_VALUE; // from here on no quoted string ends

  private AddressList(String field) {
    this.s = field;
  }

  public static List<Address> parse(String field) {
    return field == null ? List.of() : new AddressList(field).list();
  }

  /// All mailboxes, those in groups too.
  public static List<Address.Mailbox> mailboxes(String field) {
    List<Address.Mailbox> all = new ArrayList<>();
    for (Address a : parse(field)) {
      switch (a) {
        case Address.Mailbox m -> all.add(m);
        case Address.Group g -> all.addAll(g.members());
      }
    }
    return all;
  }

  private List<Address> list() {
    while (pos < s.length() && count < MAX_ADDRESSES) {
      char c = s.charAt(pos);
      switch (c) {
        case ' ', '\t', '\r', '\n' -> {
          spaceBefore = true;
          pos++;
        }
        case '(' -> comment();
        case '"' -> quotedString();
        case '<' -> angleAddress();
        case ',' -> {
          endAddress();
          pos++;
        }
        case ';' -> {
          endAddress(); // also outside a group: Outlook's separator
          endGroup();
          pos++;
        }
        case ':' -> colon();
        case '[' -> domainLiteral();
        default -> word(c);
      }
    }
    endAddress();
    endUnclosedGroup();
    return all;
  }

  /// An ordinary character; one after a closed angle bracket begins the next address.
  private void word(char c) {
    if (angle != null) {
      endAddress(); // the comma is missing
    }
    space();
    phrase.append(c);
    hasAt |= c == '@';
    pos++;
  }

  private void space() {
    if (spaceBefore && !phrase.isEmpty()) {
      phrase.append(' ');
      wordStart = phrase.length();
    }
    spaceBefore = false;
  }

  /// A parenthesis that is never closed is no comment, and neither is any after it: so that each
  /// character is looked at twice at most.
  private void comment() {
    int end = unclosedComment ? -1 : ParameterReader.endOfComment(s, pos);
    if (end < 0) {
      unclosedComment = true;
      word('(');
      return;
    }
    if (comment == null) {
      comment = unescape(s.substring(pos + 1, end - 1)).strip();
    }
    pos = end;
    spaceBefore = true;
  }

  /// A quote that is never closed is passed over.
  private void quotedString() {
    if (angle != null) {
      endAddress();
    }
    space();
    int end = endOfQuoted(s, pos);
    if (end < 0) {
      pos++;
      return;
    }
    String inside = unescape(s.substring(pos + 1, end - 1));
    boolean local = end < s.length() && s.charAt(end) == '@' && wordStart == phrase.length();
    if (local) {
      // Kept with its quotes until the address is taken apart.
      phrase.append(s, pos, end);
    } else {
      phrase.append(inside);
    }
    quoted = true;
    pos = end;
  }

  /// The place behind the quoted string that begins here, or -1 if it never ends.
  private int endOfQuoted(String text, int at) {
    if (unclosedQuote <= at) {
      return -1; // found out before: keeps this linear
    }
    for (int i = at + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        return i + 1;
      }
    }
    unclosedQuote = at;
    return -1;
  }

  private static String unescape(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(c == '\\' && i + 1 < text.length() ? text.charAt(++i) : c);
    }
    return out.toString();
  }

  /// `<…>`; brackets within brackets are opened again, a missing one closes at the comma.
  private void angleAddress() {
    if (angle != null) {
      endAddress();
    }
    int start = ++pos;
    while (pos < s.length()) {
      char c = s.charAt(pos);
      if (c == '<') {
        start = pos + 1;
      } else if (c == '"') {
        int end = endOfQuoted(s, pos);
        if (end > 0) {
          pos = end;
          continue;
        }
      } else if (c == '>' || c == ';' || c == ',' && !inRoute(start)) {
        break;
      }
      pos++;
    }
    angle = s.substring(start, pos);
    if (pos < s.length() && s.charAt(pos) == '>') {
      pos++;
    }
    while (pos < s.length() && s.charAt(pos) == '>') {
      pos++;
    }
    spaceBefore = false;
  }

  /// RFC 5322 §4.4: commas may stand in a source route, `<@a,@b:c@d>`.
  private boolean inRoute(int start) {
    return start < s.length() && s.charAt(start) == '@';
  }

  private void colon() {
    // RFC 5322 §3.4: a phrase and a colon begin a group; one that looks like an address does not.
    boolean begins = groupName == null && angle == null && !phrase.isEmpty() && (quoted || !hasAt);
    if (begins && phrase.toString().equalsIgnoreCase(MAILTO)) {
      reset();
      pos++;
    } else if (begins) {
      groupName = phrase.toString();
      members = new ArrayList<>();
      reset();
      pos++;
    } else if (phrase.isEmpty() && angle == null) {
      pos++;
    } else {
      word(':');
    }
  }

  private void domainLiteral() {
    boolean fits = !phrase.isEmpty() && phrase.charAt(phrase.length() - 1) == '@';
    int end = fits ? s.indexOf(']', pos, Math.min(s.length(), pos + EmailAddress.MAX_DOMAIN)) : -1;
    if (end < 0) {
      word('[');
      return;
    }
    phrase.append(s, pos, end + 1);
    spaceBefore = false;
    pos = end + 1;
  }

  /// A phrase with a colon and one address after it, but no semicolon: the colon was part of the
  /// name, and quotes are missing.
  private void endUnclosedGroup() {
    if (groupName != null && members.size() == 1) {
      Address.Mailbox m = members.getFirst();
      String name = groupName + ":" + (m.name() == null ? "" : " " + m.name());
      all.add(new Address.Mailbox(name, m.route(), m.localPart(), m.domain()));
    } else {
      endGroup();
    }
  }

  private void endGroup() {
    if (groupName != null) {
      all.add(new Address.Group(groupName, members));
      count++;
    }
    groupName = null;
    members = null;
  }

  private void endAddress() {
    Address.Mailbox mailbox = angle == null ? bare() : bracketed();
    if (mailbox != null) {
      count++;
      if (members != null) {
        members.add(mailbox);
      } else {
        all.add(mailbox);
      }
    }
    reset();
  }

  private void reset() {
    phrase.setLength(0);
    wordStart = 0;
    spaceBefore = false;
    quoted = false;
    hasAt = false;
    comment = null;
    angle = null;
  }

  private Address.Mailbox bracketed() {
    String name = phrase.isEmpty() ? comment : phrase.toString();
    String address = withoutSpace(angle);
    String route = null;
    int colon = address.startsWith("@") ? address.indexOf(':') : -1;
    if (colon > 0) {
      route = address.substring(0, colon);
      address = address.substring(colon + 1);
    }
    return address.isEmpty() && name == null ? null : mailbox(emptyToNull(name), route, address);
  }

  /// No angle brackets: the word with the `@` is the address, the others are the name.
  private Address.Mailbox bare() {
    if (phrase.isEmpty()) {
      return null;
    }
    String text = phrase.toString();
    int at = text.lastIndexOf('@');
    if (at < 0) {
      return mailbox(emptyToNull(comment), null, text);
    }
    int start = at;
    boolean quotedLocal = at > 0 && text.charAt(at - 1) == '"';
    if (quotedLocal) {
      start = Math.max(0, openingQuote(text, at - 1));
    } else {
      while (start > 0 && (text.charAt(start - 1) != ' ' || text.charAt(start) == '@')) {
        start--;
      }
    }
    int end = at + 1;
    while (end < text.length() && !breaks(text, end)) {
      end++;
    }
    String name = (text.substring(0, start).strip() + " " + text.substring(end).strip()).strip();
    return mailbox(
        emptyToNull(name.isEmpty() ? comment : name),
        null,
        withoutSpace(text.substring(start, end)));
  }

  /// Spaces around dots and the `@` are obsolete syntax within an address (RFC 5322 §4.4).
  private static boolean breaks(String text, int at) {
    if (text.charAt(at) != ' ') {
      return false;
    }
    char before = at > 0 ? text.charAt(at - 1) : ' ';
    char after = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    return before != '.' && before != '@' && after != '.' && after != '@';
  }

  private static int openingQuote(String text, int closing) {
    int i = closing - 1;
    while (i > 0 && (text.charAt(i) != '"' || text.charAt(i - 1) == '\\')) {
      i--;
    }
    return i;
  }

  private static Address.Mailbox mailbox(String name, String route, String address) {
    int at = address.lastIndexOf('@');
    String local = at < 0 ? address : address.substring(0, at);
    String domain = at < 0 ? "" : address.substring(at + 1);
    if (local.startsWith("'") && domain.endsWith("'")) { // Outlook
      local = local.substring(1);
      domain = domain.substring(0, domain.length() - 1);
    }
    if (local.length() > 1 && local.startsWith("\"") && local.endsWith("\"")) {
      local = unescape(local.substring(1, local.length() - 1));
    }
    return new Address.Mailbox(name, route, local, domain);
  }

  private static String emptyToNull(String s) {
    return s == null || s.isEmpty() ? null : s;
  }

  /// Without comments and white space, except in quotes.
  private static String withoutSpace(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean inQuotes = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        inQuotes = !inQuotes;
      } else if (c == '\\' && inQuotes && i + 1 < text.length()) {
        out.append(c);
        c = text.charAt(++i);
      } else if (c == '(' && !inQuotes) {
        int end = ParameterReader.endOfComment(text, i);
        if (end < 0) {
          return out.toString();
        }
        i = end - 1;
        continue;
      }
      if (inQuotes || !ParameterReader.isWhite(c)) {
        out.append(c);
      }
    }
    return out.toString();
  }
}
