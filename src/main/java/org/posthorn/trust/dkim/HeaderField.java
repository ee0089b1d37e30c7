package org.posthorn.trust.dkim;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// One field of a header, octet by octet as it came.
public final class HeaderField {
  private final byte[] octets;
  private final int from;
  private final int to;
  private final int colon;
  private final int nameEnd;
  private final String name;

  private HeaderField(byte[] octets, int from, int to, int colon) {
    this.octets = octets;
    this.from = from;
    this.to = to;
    this.colon = colon;
    int end = colon;
    while (end > from && isWhite(octets[end - 1])) {
      end--;
    }
    nameEnd = end;
    name = text(octets, from, end).toLowerCase(Locale.ROOT);
  }

  /// Null if what lies there does not begin with a name and a colon (RFC 5322 §2.2, white space
  /// between them by §4.5).
  static HeaderField of(byte[] octets, int from, int to) {
    int at = from;
    while (at < to && octets[at] > ' ' && octets[at] != ':' && octets[at] != 0x7f) {
      at++;
    }
    int colon = at;
    while (colon < to && isWhite(octets[colon])) {
      colon++;
    }
    boolean field = at > from && colon < to && octets[colon] == ':';
    return field ? new HeaderField(octets, from, to, colon) : null;
  }

  /// A field of our own making, in ASCII or UTF-8, with or without the line end behind it.
  public static HeaderField of(String text) {
    byte[] b = text.getBytes(StandardCharsets.UTF_8);
    HeaderField field = of(b, 0, b.length);
    if (field == null) {
      throw new IllegalArgumentException("no field");
    }
    return field;
  }

  /// In lower case, without white space.
  public String name() {
    return name;
  }

  /// What stands behind the colon up to the line end, folded as it is, one char an octet.
  public String value() {
    return text(octets, colon + 1, end());
  }

  byte[] octets() {
    return octets;
  }

  int from() {
    return from;
  }

  int nameEnd() {
    return nameEnd;
  }

  int colon() {
    return colon;
  }

  /// Where its last line end begins.
  int end() {
    int end = to;
    if (end > from && octets[end - 1] == '\n') {
      end--;
      if (end > from && octets[end - 1] == '\r') {
        end--;
      }
    }
    return end;
  }

  static boolean isWhite(byte b) {
    return b == ' ' || b == '\t';
  }

  private static String text(byte[] b, int from, int to) {
    return new String(b, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
