package org.posthorn.trust.dkim;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `tag=value; tag=value` (RFC 6376 §3.2, with RFC 8616 §5 for UTF-8).
public final class TagList {
  private static final int MAX_TAGS = 100;

  private final String text;
  private final Map<String, int[]> values = new LinkedHashMap<>();

  private TagList(String text) {
    this.text = text;
  }

  /// Null if it is no list of tags, or has a tag twice.
  ///
  /// @param text one char an octet
  public static TagList parse(String text) {
    TagList list = new TagList(text);
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf(';', at);
      end = end < 0 ? text.length() : end;
      boolean trailing = end == text.length() && isWhite(text, at, end);
      if (!trailing && !list.add(at, end)) {
        return null;
      }
      at = end + 1;
    }
    return list.values.isEmpty() ? null : list;
  }

  private boolean add(int from, int to) {
    int equals = text.indexOf('=', from);
    if (equals < 0 || equals >= to) {
      return false;
    }
    String name = trim(text.substring(from, equals));
    return isName(name)
        && isValue(equals + 1, to)
        && values.size() < MAX_TAGS
        && values.putIfAbsent(name, new int[] {equals + 1, to}) == null;
  }

  private static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!letter && (i == 0 || c != '_' && (c < '0' || c > '9'))) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private boolean isValue(int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < ' ' && !isWhite(c) || c == 0x7f) {
        return false;
      }
    }
    return true;
  }

  /// Without white space around it; null without the tag.
  public String get(String tag) {
    int[] place = values.get(tag);
    return place == null ? null : trim(text.substring(place[0], place[1]));
  }

  public boolean has(String tag) {
    return values.containsKey(tag);
  }

  /// The first tag.
  String first() {
    return values.keySet().iterator().next();
  }

  /// Where the value begins behind `=`, with its white space.
  int from(String tag) {
    return values.get(tag)[0];
  }

  /// Where the `;` behind the value is, or the end.
  int to(String tag) {
    return values.get(tag)[1];
  }

  /// As [#get] without any white space: base64.
  String compact(String tag) {
    String value = get(tag);
    if (value == null) {
      return null;
    }
    StringBuilder compact = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      if (!isWhite(value.charAt(i))) {
        compact.append(value.charAt(i));
      }
    }
    return compact.toString();
  }

  /// What stands between colons, in lower case; null if anything there is empty or has white space
  /// in it.
  List<String> words(String tag) {
    List<String> words = new ArrayList<>();
    for (String word : get(tag).split(":", -1)) {
      String bare = trim(word);
      if (bare.isEmpty() || bare.chars().anyMatch(c -> isWhite((char) c))) {
        return null;
      }
      words.add(bare.toLowerCase(Locale.ROOT));
    }
    return words;
  }

  /// The value of UTF-8; null if it is none.
  String utf8(String tag) {
    String value = get(tag);
    if (value == null) {
      return null;
    }
    String decoded =
        new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    return decoded.indexOf('\ufffd') >= 0 ? null : decoded;
  }

  private static String trim(String s) {
    int from = 0;
    int to = s.length();
    while (from < to && isWhite(s.charAt(from))) {
      from++;
    }
    while (to > from && isWhite(s.charAt(to - 1))) {
      to--;
    }
    return s.substring(from, to);
  }

  private static boolean isWhite(String s, int from, int to) {
    return trim(s.substring(from, to)).isEmpty();
  }

  private static boolean isWhite(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
}
