package org.posthorn.mime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads `value; name=value; …` of Content-Type and Content-Disposition, RFC 2045 §5.1 and RFC
/// 2231, and what is written in its place: missing quotes and semicolons, spaces in plain values,
/// gaps in continuations.
///
/// Works on text with one char an octet, in one pass.
final class ParameterReader {
  /// Parameters kept, before continuations are joined.
  static final int MAX_PARAMETERS = 1_000;

  /// RFC 6838 §4.2 allows 127.
  private static final int MAX_TYPE = 64;

  private static final int MAX_SECTION_DIGITS = 6;

  private final String s;
  private int pos;

  ParameterReader(String field) {
    this.s = field;
  }

  /// One section of a parameter. RFC 2231 §3.
  private record Section(int number, boolean encoded, String value) {}

  /// `type/subtype` in lower case, or something without a slash.
  String mediaType() {
    String type = token();
    skipSpace();
    if (type.isEmpty() || pos >= s.length() || s.charAt(pos) != '/') {
      return "";
    }
    pos++;
    String subtype = token();
    if (subtype.isEmpty()) {
      return "";
    }
    return isTypeName(type) && isTypeName(subtype)
        ? type + "/" + subtype
        : "application/octet-stream";
  }

  private static boolean isTypeName(String token) {
    for (int i = 0; i < token.length(); i++) {
      if (token.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return token.length() <= MAX_TYPE;
  }

  /// The token at the front in lower case, perhaps empty; quotes around it are forgiven.
  String token() {
    skipSpace();
    boolean quoted = pos < s.length() && s.charAt(pos) == '"';
    if (quoted) {
      pos++;
    }
    int start = pos;
    while (pos < s.length() && isToken(s.charAt(pos))) {
      pos++;
    }
    String token = s.substring(start, pos);
    if (quoted && pos < s.length() && s.charAt(pos) == '"') {
      pos++;
    }
    return Content.lower(token);
  }

  /// All parameters from here on, in order of their first appearance.
  List<Parameter> parameters() {
    Map<String, List<Section>> extended = null;
    Map<String, Parameter> plain = new LinkedHashMap<>();
    for (int n = 0; n < MAX_PARAMETERS && toNextParameter(); n++) {
      String name = name();
      if (name.isEmpty() || pos >= s.length() || s.charAt(pos) != '=') {
        continue;
      }
      pos++;
      String value = value();
      int star = name.indexOf('*');
      Section section = star < 1 ? null : section(name.substring(star + 1), value);
      if (section != null) {
        if (extended == null) {
          extended = new LinkedHashMap<>();
        }
        extended.computeIfAbsent(name.substring(0, star), k -> new ArrayList<>()).add(section);
      } else {
        plain.putIfAbsent(name, new Parameter(name, Headers.text(value)));
      }
    }
    if (extended == null) {
      return List.copyOf(plain.values());
    }
    List<Parameter> all = new ArrayList<>();
    extended.forEach((name, sections) -> all.add(join(name, sections)));
    all.addAll(plain.values());
    return all;
  }

  /// Moves behind the next semicolon, or to a parameter that lacks one before it.
  private boolean toNextParameter() {
    skipSpace();
    boolean junk = pos < s.length() && s.charAt(pos) != ';' && !startsParameter(pos);
    if (junk) {
      int semicolon = s.indexOf(';', pos);
      pos = semicolon < 0 ? s.length() : semicolon;
    }
    while (pos < s.length() && s.charAt(pos) == ';') {
      pos++;
      skipSpace();
    }
    return pos < s.length();
  }

  /// Whether `name =` stands here.
  private boolean startsParameter(int at) {
    int i = at;
    while (i < s.length() && isToken(s.charAt(i))) {
      i++;
    }
    if (i == at) {
      return false;
    }
    while (i < s.length() && isWhite(s.charAt(i))) {
      i++;
    }
    return i < s.length() && s.charAt(i) == '=';
  }

  private String name() {
    int start = pos;
    while (pos < s.length() && isToken(s.charAt(pos))) {
      pos++;
    }
    String name = s.substring(start, pos);
    skipSpace();
    return Content.lower(name);
  }

  private String value() {
    while (pos < s.length() && isWhite(s.charAt(pos))) {
      pos++;
    }
    return pos < s.length() && s.charAt(pos) == '"' ? quoted() : unquoted();
  }

  /// RFC 5322 §3.2.4. Without a closing quote the value ends at the next semicolon.
  private String quoted() {
    int start = ++pos;
    StringBuilder out = null;
    int copied = start;
    while (pos < s.length()) {
      char c = s.charAt(pos);
      if (c == '"') {
        String tail = s.substring(copied, pos++);
        return out == null ? tail : out.append(tail).toString();
      }
      // A backslash before an ordinary character is one of a Windows path.
      if (c == '\\' && pos + 1 < s.length() && isQuotable(s.charAt(pos + 1))) {
        if (out == null) {
          out = new StringBuilder();
        }
        out.append(s, copied, pos);
        copied = pos + 1;
        pos++;
      }
      pos++;
    }
    int semicolon = s.indexOf(';', start);
    pos = semicolon < 0 ? s.length() : semicolon;
    return s.substring(start, pos).strip();
  }

  private static boolean isQuotable(char c) {
    return c == '"' || c == '\\';
  }

  /// Up to a semicolon, or to white space before what looks like the next parameter; a comment at
  /// the end is left out.
  private String unquoted() {
    int start = pos;
    int comment = -1;
    while (pos < s.length() && s.charAt(pos) != ';') {
      if (isWhite(s.charAt(pos))) {
        int next = pos + 1;
        while (next < s.length() && isWhite(s.charAt(next))) {
          next++;
        }
        if (startsParameter(next)) {
          break;
        }
        if (next < s.length() && s.charAt(next) == '(' && comment < 0) {
          comment = pos;
        }
        pos = next;
      } else {
        pos++;
      }
    }
    String value = s.substring(start, pos).strip();
    return comment >= 0 && value.endsWith(")") ? s.substring(start, comment) : value;
  }

  /// What stands behind the first asterisk of a name: "", "3", "3*". Null if it is something else.
  private static Section section(String behind, String value) {
    if (behind.isEmpty()) {
      return new Section(0, true, value);
    }
    boolean encoded = behind.endsWith("*");
    String digits = encoded ? behind.substring(0, behind.length() - 1) : behind;
    if (digits.isEmpty() || digits.length() > MAX_SECTION_DIGITS) {
      return null;
    }
    int number = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      number = 10 * number + digit;
    }
    return new Section(number, encoded, value);
  }

  /// RFC 2231 §3 and §4.1: sections in the order of their numbers, the character set in the first.
  private static Parameter join(String name, List<Section> sections) {
    List<Section> sorted = new ArrayList<>(sections);
    sorted.sort(Comparator.comparingInt(Section::number));
    Section first = sorted.getFirst();
    String charset = null;
    String language = "";
    String head = first.value();
    int quote = first.encoded() ? head.indexOf('\'') : -1;
    int second = quote < 0 ? -1 : head.indexOf('\'', quote + 1);
    if (second >= 0) {
      charset = head.substring(0, quote);
      language = head.substring(quote + 1, second);
      head = head.substring(second + 1);
    }
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    StringBuilder written = new StringBuilder();
    int last = -1;
    for (Section section : sorted) {
      if (section.number() == last) {
        continue; // the first of its number counts
      }
      String value = section == first ? head : section.value();
      last = section.number();
      if (section.encoded()) {
        percentDecode(value, octets);
      } else {
        octets.writeBytes(octets(value));
      }
      if (charset != null) {
        percentEncode(value, section.encoded(), written);
      }
    }
    byte[] all = octets.toByteArray();
    Charset known = charset == null ? null : Charsets.find(charset);
    String value =
        known == null
            ? Headers.text(new String(all, StandardCharsets.ISO_8859_1))
            : new String(all, known);
    String extended =
        charset == null || !isPlain(charset) || !isPlain(language)
            ? null
            : charset + "'" + language + "'" + written;
    return new Parameter(name, value, extended);
  }

  private static boolean isPlain(String s) {
    return s.chars().allMatch(c -> isToken((char) c));
  }

  private static void percentDecode(String s, ByteArrayOutputStream out) {
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '%'
          && i + 2 < s.length()
          && hex(s.charAt(i + 1)) >= 0
          && hex(s.charAt(i + 2)) >= 0) {
        out.write(hex(s.charAt(i + 1)) << 4 | hex(s.charAt(i + 2)));
        i += 2;
      } else {
        out.write(c);
      }
    }
  }

  /// Keeps what is an extended value already, encodes what is not. RFC 2231 §7.
  private static void percentEncode(String s, boolean encoded, StringBuilder out) {
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      boolean attribute = isToken(c) && c != '*' && c != '\'' && (c != '%' || encoded);
      if (attribute) {
        out.append(c);
      } else {
        out.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4 & 15, 16)));
        out.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      }
    }
  }

  static int hex(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  /// Skips white space and comments, nested ones too; one that never ends takes the rest.
  private void skipSpace() {
    while (pos < s.length()) {
      char c = s.charAt(pos);
      if (c == '(') {
        int end = endOfComment(s, pos);
        pos = end < 0 ? s.length() : end;
      } else if (isWhite(c)) {
        pos++;
      } else {
        return;
      }
    }
  }

  /// The place behind the comment that begins here, -1 if it never ends. RFC 5322 §3.2.2.
  static int endOfComment(String s, int at) {
    int depth = 0;
    for (int i = at; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '(') {
        depth++;
      } else if (c == ')' && --depth == 0) {
        return i + 1;
      }
    }
    return -1;
  }

  static String withoutComments(String s) {
    if (s.indexOf('(') < 0) {
      return s;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < s.length(); ) {
      if (s.charAt(i) == '(') {
        int end = endOfComment(s, i);
        i = end < 0 ? s.length() : end;
        out.append(' ');
      } else {
        out.append(s.charAt(i++));
      }
    }
    return out.toString();
  }

  static byte[] octets(String s) {
    return s.getBytes(StandardCharsets.ISO_8859_1);
  }

  static boolean isWhite(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  /// RFC 2045 §5.1, and 8-bit octets.
  private static boolean isToken(char c) {
    return c > ' ' && c != 0x7f && "()<>@,;:\\\"/[]?=".indexOf(c) < 0;
  }
}
