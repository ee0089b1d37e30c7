package org.posthorn.mime;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;

/// An envelope address: the Mailbox of RFC 5321 §4.1.2, with the UTF-8 of RFC 6531 §3.3. Two
/// addresses are equal if they differ in case only.
///
/// @param localPart without quoting, as written
/// @param domain lower case A-labels (RFC 5890 §2.3.2.1), or an address literal with its brackets
public record EmailAddress(String localPart, String domain) {
  /// RFC 5321 §4.5.3.1.1 wants 64 accepted; addresses of mailing lists that carry another one
  /// within are longer.
  public static final int MAX_LOCAL_PART = 255;

  /// RFC 5321 §4.5.3.1.2
  public static final int MAX_DOMAIN = 255;

  public EmailAddress {
    if (localPart.isEmpty() || localPart.length() > MAX_LOCAL_PART) {
      throw new IllegalArgumentException("local part of " + localPart.length() + " characters");
    }
    for (int i = 0; i < localPart.length(); i++) {
      if (localPart.charAt(i) < ' ' || localPart.charAt(i) == 0x7f) {
        throw new IllegalArgumentException("control character in a local part");
      }
    }
    if (!isDomain(domain)) {
      throw new IllegalArgumentException("no domain: " + domain);
    }
  }

  /// The address in text such as `ana@example.test`, `"a b"@example.test`, `ana@[192.0.2.1]`; null
  /// if the text is anything else. No angle brackets, no route, no white space around it.
  public static EmailAddress parse(String text) {
    int at = endOfLocalPart(text);
    if (at < 1 || at >= text.length() || text.charAt(at) != '@') {
      return null;
    }
    String local = text.substring(0, at);
    return of(local.charAt(0) == '"' ? unquote(local) : local, text.substring(at + 1));
  }

  /// From a local part without quoting and a domain as somebody wrote it; null if they do not make
  /// a Mailbox.
  public static EmailAddress of(String localPart, String domain) {
    String ascii = normalDomain(domain);
    try {
      return ascii == null ? null : new EmailAddress(localPart, ascii);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /// A domain or address literal as this class keeps it, or null if it is none.
  public static String normalDomain(String domain) {
    if (domain.startsWith("[")) {
      return literal(domain);
    }
    String ascii = DomainNames.toAscii(domain);
    return ascii != null && isDomain(ascii) ? ascii : null;
  }

  public boolean isLiteral() {
    return domain.startsWith("[");
  }

  /// Whether it can be sent without SMTPUTF8.
  public boolean isAscii() {
    return DomainNames.isAscii(localPart);
  }

  /// The same for all addresses that are equal: all in lower case.
  public String key() {
    return localPart.toLowerCase(Locale.ROOT) + "@" + domain;
  }

  public EmailAddress withLocalPart(String other) {
    return new EmailAddress(other, domain);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof EmailAddress a && key().equals(a.key());
  }

  @Override
  public int hashCode() {
    return key().hashCode();
  }

  /// As it stands in an SMTP path, the local part quoted if it must be.
  @Override
  public String toString() {
    return quoteIfNeeded(localPart) + "@" + domain;
  }

  /// RFC 5321 §4.1.2: Dot-string stands as it is, all else in quotes.
  static String quoteIfNeeded(String localPart) {
    if (isDotString(localPart)) {
      return localPart;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < localPart.length(); i++) {
      char c = localPart.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\');
      }
      quoted.append(c);
    }
    return quoted.append('"').toString();
  }

  private static boolean isDotString(String s) {
    boolean dot = true; // none may stand at the front, at the end, or next to another
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '.' ? dot : !isAtext(c)) {
        return false;
      }
      dot = c == '.';
    }
    return !dot;
  }

  /// RFC 5322 §3.2.3, RFC 6531 §3.3.
  static boolean isAtext(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c > 0x9f
        || c > ' ' && "!#$%&'*+-/=?^_`{|}~".indexOf(c) >= 0;
  }

  /// The place behind a Dot-string or Quoted-string, or -1. Dots at odd places are let through, as
  /// some providers hand out such addresses.
  private static int endOfLocalPart(String s) {
    if (s.isEmpty()) {
      return -1;
    }
    int i = 0;
    if (s.charAt(0) != '"') {
      while (i < s.length() && (isAtext(s.charAt(i)) || s.charAt(i) == '.')) {
        i++;
      }
      return i;
    }
    for (i = 1; i < s.length() && s.charAt(i) != '"'; i++) {
      if (s.charAt(i) == '\\') {
        i++;
      }
    }
    return i < s.length() ? i + 1 : -1;
  }

  private static String unquote(String quoted) {
    StringBuilder out = new StringBuilder();
    for (int i = 1; i < quoted.length() - 1; i++) {
      char c = quoted.charAt(i);
      out.append(c == '\\' ? quoted.charAt(++i) : c);
    }
    return out.toString();
  }

  private static boolean isDomain(String domain) {
    if (domain.startsWith("[")) {
      return domain.equals(literal(domain));
    }
    if (domain.isEmpty() || domain.length() > MAX_DOMAIN) {
      return false;
    }
    int label = 0;
    for (int i = 0; i < domain.length(); i++) {
      char c = domain.charAt(i);
      if (c == '.') {
        if (label == 0 || domain.charAt(i - 1) == '-') {
          return false;
        }
        label = 0;
      } else {
        // The underscore is in no RFC and in many host names.
        boolean fits = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_';
        if (!fits && (c != '-' || label == 0) || ++label > 63) {
          return false;
        }
      }
    }
    return label > 0 && !domain.endsWith("-");
  }

  // RFC 5321 §4.1.3; of the general form only the syntax is looked at.
  private static String literal(String s) {
    if (s.length() < 3 || s.length() > MAX_DOMAIN || !s.endsWith("]")) {
      return null;
    }
    String inside = s.substring(1, s.length() - 1).toLowerCase(Locale.ROOT);
    int colon = inside.indexOf(':');
    boolean valid =
        colon < 0
            ? isIpv4(inside)
            : inside.startsWith("ipv6:") ? isIpv6(inside.substring(5)) : isGeneral(inside, colon);
    return valid ? "[" + inside + "]" : null;
  }

  private static boolean isIpv4(String s) {
    int numbers = 1;
    int digits = 0;
    int value = 0;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '.' && digits > 0) {
        numbers++;
        digits = 0;
        value = 0;
      } else if (c >= '0' && c <= '9' && ++digits <= 3) {
        value = 10 * value + c - '0';
        if (value > 255) {
          return false;
        }
      } else {
        return false;
      }
    }
    return numbers == 4 && digits > 0;
  }

  private static boolean isIpv6(String s) {
    if (s.isEmpty()
        || !s.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.')) {
      return false;
    }
    try {
      // A mapped address comes back as IPv4.
      return InetAddress.ofLiteral(s) instanceof Inet6Address || s.indexOf(':') >= 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isGeneral(String s, int colon) {
    boolean tag = colon > 0 && Character.isLetterOrDigit(s.charAt(colon - 1));
    for (int i = 0; i < colon; i++) {
      char c = s.charAt(i);
      tag &= c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-';
    }
    boolean content = colon + 1 < s.length();
    for (int i = colon + 1; i < s.length(); i++) {
      char c = s.charAt(i);
      content &= c > ' ' && c < 0x7f && c != '[' && c != ']' && c != '\\';
    }
    return tag && content;
  }
}
