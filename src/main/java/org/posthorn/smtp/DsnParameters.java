package org.posthorn.smtp;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.posthorn.smtp.MailOptions.Returned;
import org.posthorn.smtp.Recipient.Notify;

/// The parameters of RFC 3461, by which a sender says of what it wants to be told. Each method
/// takes the value of a parameter, null if it was not given, and refuses with 501 what is none.
public final class DsnParameters {
  /// RFC 3461 §4.4.
  static final int ENVELOPE_ID_MAX = 100;

  /// RFC 3461 §4.2.
  static final int ORIGINAL_MAX = 500;

  private static final String UTF8_TYPE = "utf-8";
  private static final String EMBEDDED = "\\x{";

  /// RFC 6533 §3.
  private static final int HEXPOINT_MIN = 2;

  private static final int HEXPOINT_MAX = 6;

  private DsnParameters() {}

  /// RET. RFC 3461 §4.3.
  public static Returned returned(String value) {
    if (value == null) {
      return null;
    }
    return switch (value.toUpperCase(Locale.ROOT)) {
      case "FULL" -> Returned.FULL;
      case "HDRS" -> Returned.HEADERS;
      default -> throw malformed("RET is neither FULL nor HDRS");
    };
  }

  /// ENVID. RFC 3461 §4.4.
  public static String envelopeId(String value) {
    if (value == null) {
      return "";
    }
    String id = value.length() > ENVELOPE_ID_MAX ? null : Xtext.decode(value);
    if (id == null || id.isEmpty()) {
      throw malformed("ENVID is not xtext of at most " + ENVELOPE_ID_MAX + " characters");
    }
    return id;
  }

  /// NOTIFY. RFC 3461 §4.1.
  public static Set<Notify> notify(String value) {
    Set<Notify> told = EnumSet.noneOf(Notify.class);
    if (value == null) {
      return told;
    }
    for (String word : value.split(",", -1)) {
      told.add(
          switch (word.toUpperCase(Locale.ROOT)) {
            case "NEVER" -> Notify.NEVER;
            case "SUCCESS" -> Notify.SUCCESS;
            case "FAILURE" -> Notify.FAILURE;
            case "DELAY" -> Notify.DELAY;
            default -> throw malformed("NOTIFY is not made of SUCCESS, FAILURE and DELAY");
          });
    }
    if (told.contains(Notify.NEVER) && value.indexOf(',') >= 0) {
      throw malformed("NOTIFY=NEVER stands alone");
    }
    return told;
  }

  /// ORCPT. RFC 3461 §4.2, and RFC 6533 §3 for addresses that are not ASCII.
  ///
  /// @param utf8 the client said SMTPUTF8, and may send such an address as it is
  public static String original(String value, boolean utf8) {
    if (value == null) {
      return "";
    }
    int semicolon = value.indexOf(';');
    String type = semicolon < 0 ? "" : value.substring(0, semicolon);
    if (!isAtom(type) || value.getBytes(StandardCharsets.UTF_8).length > ORIGINAL_MAX) {
      throw malformed("ORCPT is not type;address of at most " + ORIGINAL_MAX + " octets");
    }
    String text = value.substring(semicolon + 1);
    if (!utf8 && !Utf8Text.isAscii(text)) {
      throw malformed("ORCPT is not ASCII, which needs SMTPUTF8");
    }
    String address = type.equalsIgnoreCase(UTF8_TYPE) ? unitext(text) : Xtext.decode(text);
    if (address == null || address.isEmpty()) {
      throw malformed("ORCPT has an address that is not well encoded");
    }
    return type + ";" + address;
  }

  /// The value of ORCPT for what [#original] gave: xtext, or the form of RFC 6533 §3 that is ASCII
  /// and that every server takes, whether it offers SMTPUTF8 or not.
  public static String encodeOriginal(String original) {
    int address = original.indexOf(';') + 1;
    String type = original.substring(0, address);
    String text = original.substring(address);
    return type + (type.equalsIgnoreCase(UTF8_TYPE + ";") ? embedded(text) : Xtext.encode(text));
  }

  private static String embedded(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (c > ' ' && c < 0x7f && "\\+=".indexOf(c) < 0) {
            out.append((char) c);
          } else {
            out.append(EMBEDDED).append(String.format(Locale.ROOT, "%02X", c)).append('}');
          }
        });
    return out.toString();
  }

  /// RFC 6533 §3: `\x{E4}` stands for a character, all else for itself. Null if it is malformed, or
  /// stands for a control character.
  private static String unitext(String s) {
    var out = new StringBuilder(s.length());
    int i = 0;
    while (i < s.length()) {
      int plain = s.codePointAt(i);
      if (plain != '\\') {
        if (plain <= ' ' || plain == '=' || !Utf8Text.isText(plain)) {
          return null;
        }
        out.appendCodePoint(plain);
        i += Character.charCount(plain);
        continue;
      }
      int end = s.startsWith(EMBEDDED, i) ? s.indexOf('}', i) : -1;
      int point = end < 0 ? -1 : hexPoint(s.substring(i + EMBEDDED.length(), end));
      if (point < 0) {
        return null;
      }
      out.appendCodePoint(point);
      i = end + 1;
    }
    return out.toString();
  }

  /// -1 if it is none that stands for text.
  private static int hexPoint(String digits) {
    if (digits.length() < HEXPOINT_MIN || digits.length() > HEXPOINT_MAX) {
      return -1;
    }
    int point = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c > 'f' || Character.digit(c, 16) < 0) {
        return -1;
      }
      point = point << 4 | Character.digit(c, 16);
    }
    return Character.isValidCodePoint(point) && Utf8Text.isText(point) ? point : -1;
  }

  private static boolean isAtom(String s) {
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (!letter && "!#$%&'*-/?^_`{|}~".indexOf(c) < 0) {
        return false;
      }
    }
    return !s.isEmpty();
  }

  private static Refused malformed(String text) {
    return new Refused(501, "5.5.4", text);
  }
}
