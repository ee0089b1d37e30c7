package org.posthorn.smtp;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;

/// The ESMTP parameters behind a path in MAIL and RCPT (RFC 5321 §4.1.2).
///
/// @param values by keyword in upper case, in the order sent; "" for one without value. A value may
///   hold Unicode: who reads it says whether it may
public record Parameters(SequencedMap<String, String> values) {
  /// More than any set of extensions defines.
  private static final int COUNT_MAX = 20;

  public static final Parameters NONE = new Parameters(new LinkedHashMap<>());

  public static Parameters parse(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    var values = new LinkedHashMap<String, String>();
    for (String word : text.split(" +")) {
      int equals = word.indexOf('=');
      String keyword = (equals < 0 ? word : word.substring(0, equals)).toUpperCase(Locale.ROOT);
      String value = equals < 0 ? "" : Utf8Text.decode(word.substring(equals + 1));
      if (!isKeyword(keyword) || (equals >= 0 && !isValue(value))) {
        throw new Refused(501, "5.5.4", "Malformed parameter");
      }
      if (values.putIfAbsent(keyword, value) != null) {
        throw new Refused(501, "5.5.4", "Parameter " + keyword + " given twice");
      }
      if (values.size() > COUNT_MAX) {
        throw new Refused(501, "5.5.4", "Too many parameters");
      }
    }
    return new Parameters(values);
  }

  /// Refuses parameters that are not among `known`. RFC 5321 §4.1.1.11.
  public void allow(Set<String> known) {
    for (String keyword : values.keySet()) {
      if (!known.contains(keyword)) {
        throw new Refused(555, "5.5.4", "Parameter " + keyword + " is not known here");
      }
    }
  }

  /// The value, or null if the parameter is absent.
  public String get(String keyword) {
    return values.get(keyword);
  }

  // esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
  private static boolean isKeyword(String s) {
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      boolean ok = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c == '-' && i > 0);
      if (!ok) {
        return false;
      }
    }
    return !s.isEmpty();
  }

  /// Whether the parameter is there. It takes no value.
  public boolean flag(String keyword) {
    String value = values.get(keyword);
    if (value != null && !value.isEmpty()) {
      throw new Refused(501, "5.5.4", keyword + " takes no value");
    }
    return value != null;
  }

  // esmtp-value = 1*(%d33-60 / %d62-126), and UTF8-non-ascii of RFC 6531 §3.3
  private static boolean isValue(String s) {
    if (s == null) {
      return false;
    }
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c <= ' ' || c == '=' || c == 0x7f) {
        return false;
      }
    }
    return !s.isEmpty();
  }
}
