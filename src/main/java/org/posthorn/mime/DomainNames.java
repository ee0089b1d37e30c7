package org.posthorn.mime;

import java.net.IDN;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Internationalised domain names (RFC 5891), with the mapping that browsers use: compatibility
/// forms and case are folded, ß and final sigma stay what they are.
public final class DomainNames {
  private static final int MAX_LABEL = 63;

  // RFC 3492 §5
  private static final int BASE = 36;
  private static final int T_MIN = 1;
  private static final int T_MAX = 26;
  private static final int SKEW = 38;
  private static final int DAMP = 700;
  private static final int FIRST_BIAS = 72;
  private static final int FIRST_CODE = 128;

  private DomainNames() {}

  /// The name in lower case with A-labels; null if a label cannot be one. Other rules of host names
  /// are not looked at.
  public static String toAscii(String name) {
    if (name.length() > EmailAddress.MAX_DOMAIN) {
      return null;
    }
    if (isAscii(name)) {
      return name.toLowerCase(Locale.ROOT);
    }
    String folded = Normalizer.normalize(name, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    folded = Normalizer.normalize(folded, Normalizer.Form.NFC);
    List<String> labels = new ArrayList<>();
    for (String label : folded.replace('\u3002', '.').split("\\.", -1)) { // RFC 3490 §3.1
      String encoded = isAscii(label) ? label : isLabel(label) ? "xn--" + punycode(label) : null;
      if (encoded == null || encoded.length() > MAX_LABEL) {
        return null;
      }
      labels.add(encoded);
    }
    return String.join(".", labels);
  }

  /// For people to read; a label that is no A-label stays as it is.
  public static String toUnicode(String name) {
    return IDN.toUnicode(name, IDN.ALLOW_UNASSIGNED);
  }

  static boolean isAscii(String s) {
    for (int i = 0; i < s.length(); i++) {
      if (s.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /// Letters, digits, marks and the joiners of RFC 5892 §2, no mark in front.
  private static boolean isLabel(String label) {
    int first = label.codePointAt(0);
    int type = Character.getType(first);
    if (type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || label.startsWith("-")
        || label.endsWith("-")) {
      return false;
    }
    return label
        .codePoints()
        .allMatch(c ->
            Character.isLetterOrDigit(c)
                || c == '-'
                || "\u200c\u200d\u00b7\u0375\u05f3\u05f4\u30fb".indexOf(c) >= 0
                || Character.getType(c) == Character.NON_SPACING_MARK
                || Character.getType(c) == Character.COMBINING_SPACING_MARK);
  }

  // RFC 3492 §6.3
  private static String punycode(String label) {
    int[] points = label.codePoints().toArray();
    StringBuilder out = new StringBuilder();
    for (int p : points) {
      if (p < FIRST_CODE) {
        out.append((char) p);
      }
    }
    int basic = out.length();
    int handled = basic;
    if (basic > 0) {
      out.append('-');
    }
    int n = FIRST_CODE;
    int delta = 0;
    int bias = FIRST_BIAS;
    while (handled < points.length) {
      int next = Integer.MAX_VALUE;
      for (int p : points) {
        next = p >= n && p < next ? p : next;
      }
      delta += (next - n) * (handled + 1); // at most 255 points: no overflow
      n = next;
      for (int p : points) {
        if (p < n) {
          delta++;
        } else if (p == n) {
          appendNumber(out, delta, bias);
          bias = adapt(delta, handled + 1, handled == basic);
          delta = 0;
          handled++;
        }
      }
      delta++;
      n++;
    }
    return out.toString();
  }

  private static void appendNumber(StringBuilder out, int number, int bias) {
    int q = number;
    for (int k = BASE; ; k += BASE) {
      int t = Math.clamp(k - bias, T_MIN, T_MAX);
      if (q < t) {
        out.append(digit(q));
        return;
      }
      out.append(digit(t + (q - t) % (BASE - t)));
      q = (q - t) / (BASE - t);
    }
  }

  private static char digit(int d) {
    return (char) (d < 26 ? 'a' + d : '0' + d - 26);
  }

  private static int adapt(int delta, int points, boolean first) {
    int d = first ? delta / DAMP : delta / 2;
    d += d / points;
    int k = 0;
    while (d > (BASE - T_MIN) * T_MAX / 2) {
      d /= BASE - T_MIN;
      k += BASE;
    }
    return k + (BASE - T_MIN + 1) * d / (d + SKEW);
  }
}
