package org.posthorn.mime;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The text of an HTML page as a reader sees its beginning: no tags, comments, style, scripts, head
/// and quotes. Forgiving: what is broken is text or nothing. Linear in its input.
public final class HtmlText {
  /// Elements whose content is not read; quotes among them.
  private static final Set<String> SKIPPED =
      Set.of("head", "style", "script", "title", "blockquote", "template", "noscript", "svg");

  /// Elements that do not separate words.
  private static final Set<String> INLINE =
      Set.of(
          "a", "b", "i", "u", "s", "em", "strong", "span", "font", "small", "big", "sub", "sup",
          "code", "tt", "q", "abbr", "mark", "ins", "del", "wbr");

  private static final int ENTITY_MAX = 10;
  private static final int NAME_MAX = 16;

  private static final Map<String, String> ENTITIES =
      Map.ofEntries(
          Map.entry("amp", "&"),
          Map.entry("lt", "<"),
          Map.entry("gt", ">"),
          Map.entry("quot", "\""),
          Map.entry("apos", "'"),
          Map.entry("nbsp", " "),
          Map.entry("ensp", " "),
          Map.entry("emsp", " "),
          Map.entry("thinsp", " "),
          Map.entry("shy", ""),
          Map.entry("zwnj", ""),
          Map.entry("zwj", ""),
          Map.entry("copy", "©"),
          Map.entry("reg", "®"),
          Map.entry("trade", "™"),
          Map.entry("hellip", "…"),
          Map.entry("mdash", "—"),
          Map.entry("ndash", "–"),
          Map.entry("lsquo", "‘"),
          Map.entry("rsquo", "’"),
          Map.entry("ldquo", "“"),
          Map.entry("rdquo", "”"),
          Map.entry("laquo", "«"),
          Map.entry("raquo", "»"),
          Map.entry("bull", "•"),
          Map.entry("middot", "·"),
          Map.entry("euro", "€"),
          Map.entry("pound", "£"),
          Map.entry("deg", "°"),
          Map.entry("szlig", "ß"));

  /// Letters of ISO-8859-1 from 0xc0 on, by their names.
  private static final String[] LETTERS =
      ("Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute"
              + " Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute"
              + " Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil"
              + " egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc"
              + " otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml")
          .split(" ");

  private final String html;
  private final StringBuilder text = new StringBuilder();
  private int pos;

  /// The element being skipped, and how often it is open; null if none is.
  private String skipped;

  private int open;

  private HtmlText(String html) {
    this.html = html;
  }

  public static String of(String html) {
    HtmlText t = new HtmlText(html);
    t.read();
    return t.text.toString();
  }

  private void read() {
    while (pos < html.length()) {
      char c = html.charAt(pos);
      if (c == '<') {
        tag();
      } else {
        pos++;
        if (skipped == null) {
          if (c == '&') {
            entity();
          } else {
            text.append(c);
          }
        }
      }
    }
  }

  private void tag() {
    if (html.startsWith("<!--", pos)) {
      int end = html.indexOf("-->", pos + 4);
      pos = end < 0 ? html.length() : end + 3;
      return;
    }
    int at = pos + 1;
    boolean closes = at < html.length() && html.charAt(at) == '/';
    at += closes ? 1 : 0;
    int from = at;
    while (at < html.length() && at - from < NAME_MAX && isNameChar(html.charAt(at))) {
      at++;
    }
    char first = from < html.length() ? html.charAt(from) : ' ';
    if (!Character.isLetter(first) && first != '!' && first != '?') {
      pos++; // a lonely `<`
      if (skipped == null) {
        text.append('<');
      }
      return;
    }
    String name = html.substring(from, at).toLowerCase(Locale.ROOT);
    int end = html.indexOf('>', at);
    boolean empty = end > 0 && html.charAt(end - 1) == '/';
    pos = end < 0 ? html.length() : end + 1;
    element(name, closes, empty);
  }

  private void element(String name, boolean closes, boolean empty) {
    if (skipped != null) {
      if (name.equals(skipped)) {
        open += closes ? -1 : 1;
        skipped = open == 0 ? null : skipped;
      } else if (skipped.equals("head") && name.equals("body") && !closes) {
        skipped = null; // it was never closed
      }
      return;
    }
    if (!closes && !empty && SKIPPED.contains(name)) {
      skipped = name;
      open = 1;
    }
    if (!INLINE.contains(name)) {
      text.append(' ');
    }
  }

  private static boolean isNameChar(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == ':';
  }

  /// Behind `&`.
  private void entity() {
    int end = pos;
    while (end < html.length() && end - pos < ENTITY_MAX && isEntityChar(html.charAt(end))) {
      end++;
    }
    String name = html.substring(pos, end);
    String meant = name.startsWith("#") ? number(name) : named(name);
    if (meant == null) {
      text.append('&');
      return;
    }
    text.append(meant);
    pos = end < html.length() && html.charAt(end) == ';' ? end + 1 : end;
  }

  private static boolean isEntityChar(char c) {
    return c == '#' || c != ':' && isNameChar(c);
  }

  private static String named(String name) {
    String known = ENTITIES.get(name);
    for (int i = 0; known == null && i < LETTERS.length; i++) {
      known = LETTERS[i].equals(name) ? Character.toString(0xc0 + i) : null;
    }
    return known;
  }

  private static String number(String name) {
    boolean hex = name.length() > 1 && (name.charAt(1) == 'x' || name.charAt(1) == 'X');
    try {
      int c = Integer.parseInt(name.substring(hex ? 2 : 1), hex ? 16 : 10);
      return Character.isValidCodePoint(c) && c != 0 ? Character.toString(c) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
