package org.posthorn.app.zone;

/// Lists of tags, as the records of DKIM and DMARC are (RFC 6376 §3.2).
final class TagText {
  private TagText() {}

  /// The value of a tag, "" without.
  static String tag(String text, String name) {
    for (String part : text.split(";")) {
      int equals = part.indexOf('=');
      if (equals > 0 && part.substring(0, equals).strip().equals(name)) {
        return part.substring(equals + 1).strip();
      }
    }
    return "";
  }

  /// The public key of a record, without what it may be folded by.
  static String key(String text) {
    return tag(text, "p").replaceAll("\\s", "");
  }
}
