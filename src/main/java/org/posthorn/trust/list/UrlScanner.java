package org.posthorn.trust.list;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.posthorn.mime.EmailAddress;

/// Finds the hosts of URLs in text and HTML as mail programs would make links of them, also where
/// they are disguised: character references, percent-encoding, user names in front, backslashes.
/// Addresses in numbers are left out: no list of domains has them.
///
/// Every text is gone through once.
final class UrlScanner {
  private static final int AUTHORITY_MAX = 300;
  private static final int REFERENCE_MAX = 9;
  private static final String ENDS = "/?#\"'<>()[]{}|,;`";

  /// Second-level names under which countries let people register.
  private static final Set<String> SECOND_LEVELS =
      Set.of(
          "ac", "art", "asn", "biz", "blog", "co", "com", "ed", "edu", "gen", "go", "gob", "gouv",
          "gov", "gv", "id", "in", "info", "ltd", "me", "mil", "name", "ne", "net", "nhs", "nic",
          "nom", "or", "org", "plc", "pro", "sch", "school", "tm", "web");

  private final int max;
  private final Set<String> hosts = new LinkedHashSet<>();

  UrlScanner(int max) {
    this.max = max;
  }

  boolean full() {
    return hosts.size() >= max;
  }

  List<String> hosts() {
    return new ArrayList<>(hosts);
  }

  void scan(String raw, boolean html) {
    String text = (html ? resolved(raw) : raw).replace('\\', '/');
    for (int at = text.indexOf("//"); at >= 0 && !full(); at = text.indexOf("//", at)) {
      boolean begins = at > 0 && (html ? ":\"'=( " : ":").indexOf(text.charAt(at - 1)) >= 0;
      while (at < text.length() && text.charAt(at) == '/') {
        at++; // browsers take any number of them
      }
      if (begins) {
        add(authority(text, at));
      }
    }
    for (int at = www(text, 0); at >= 0 && !full(); at = www(text, at + 4)) {
      boolean begins = at == 0 || !partOfWord(text.charAt(at - 1));
      if (begins) {
        add(authority(text, at));
      }
    }
  }

  private static int www(String text, int from) {
    for (int i = text.indexOf('.', from); i >= 0; i = text.indexOf('.', i + 1)) {
      if (i >= from + 3 && text.regionMatches(true, i - 3, "www", 0, 3)) {
        return i - 3;
      }
    }
    return -1;
  }

  private static boolean partOfWord(char c) {
    return Character.isLetterOrDigit(c) || ".-_/@:".indexOf(c) >= 0;
  }

  /// Numeric character references as what they stand for (HTML 13.2.5.80).
  private static String resolved(String html) {
    int at = html.indexOf("&#");
    if (at < 0) {
      return html;
    }
    StringBuilder out = new StringBuilder(html.length());
    int done = 0;
    while (at >= 0) {
      out.append(html, done, at);
      boolean hex = html.regionMatches(true, at + 2, "x", 0, 1);
      int i = at + (hex ? 3 : 2);
      int value = 0;
      int digits = 0;
      while (i < html.length() && digits < REFERENCE_MAX) {
        int digit = Character.digit(html.charAt(i), hex ? 16 : 10);
        if (digit < 0 || html.charAt(i) > '~') {
          break;
        }
        value = Math.min(value * (hex ? 16 : 10) + digit, Character.MAX_CODE_POINT);
        digits++;
        i++;
      }
      if (digits > 0 && value > 0 && (value < 0xd800 || value > 0xdfff)) {
        out.appendCodePoint(value);
        done = i < html.length() && html.charAt(i) == ';' ? i + 1 : i;
      } else {
        out.append("&#");
        done = at + 2;
      }
      at = html.indexOf("&#", done);
    }
    return out.append(html, done, html.length()).toString();
  }

  /// What stands for the host, with the user before it and the port behind.
  private static String authority(String text, int from) {
    int end = from;
    int last = Math.min(text.length(), from + AUTHORITY_MAX);
    while (end < last && text.charAt(end) > ' ' && ENDS.indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return text.substring(from, end);
  }

  private void add(String authority) {
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    int port = host.indexOf(':');
    host = decoded(port < 0 ? host : host.substring(0, port));
    while (host.endsWith(".") || host.endsWith("!") || host.endsWith("*")) {
      host = host.substring(0, host.length() - 1);
    }
    String domain = host.isEmpty() ? null : EmailAddress.normalDomain(host);
    String registered = domain == null ? null : registered(domain);
    if (registered != null) {
      hosts.add(registered);
    }
  }

  /// Percent-encoding undone (RFC 3986 §3.2.2), as far as it is ASCII.
  private static String decoded(String host) {
    if (host.indexOf('%') < 0) {
      return host;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      int value = c == '%' && i + 2 < host.length() ? hex(host, i + 1) : -1;
      if (value > ' ' && value <= '~') {
        out.append((char) value);
        i += 2;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static int hex(String s, int at) {
    int high = Character.digit(s.charAt(at), 16);
    int low = Character.digit(s.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /// The end of a name that somebody can have registered: two labels, or three in countries that
  /// register below `co` and the like. Null for what cannot be a name in the DNS.
  static String registered(String domain) {
    String[] labels = domain.split("\\.", -1);
    int n = labels.length;
    if (n < 2) {
      return null;
    }
    for (String label : labels) {
      if (!label(label)) {
        return null;
      }
    }
    String top = labels[n - 1];
    if (top.length() < 2 || top.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    boolean country = top.length() == 2 && SECOND_LEVELS.contains(labels[n - 2]);
    if (country && n == 2) {
      return null;
    }
    String two = labels[n - 2] + "." + top;
    return country ? labels[n - 3] + "." + two : two;
  }

  private static boolean label(String label) {
    return !label.isEmpty()
        && label.length() <= 63
        && label
            .chars()
            .allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_');
  }
}
