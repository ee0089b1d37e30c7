package org.posthorn.mime;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads a [Section] as a URL has it: RFC 5092 §11 enc-section, decoded, which is RFC 9051 §9
/// section-spec without literals.
final class SectionText {
  private static final int LEVELS_MAX = 100;
  private static final int FIELDS_MAX = 100;
  private static final int NUMBER_DIGITS_MAX = 9;

  private final String text;
  private int pos;

  SectionText(String text) {
    this.text = text;
  }

  /// The section, or null if the text is none.
  Section read() {
    List<Integer> part = new ArrayList<>();
    while (pos < text.length() && digit()) {
      int number = number();
      if (number < 1 || part.size() == LEVELS_MAX) {
        return null;
      }
      part.add(number);
      if (pos == text.length()) {
        return new Section(part, Section.Kind.ALL, List.of());
      }
      if (!accept('.')) {
        return null;
      }
    }
    int space = text.indexOf(' ', pos);
    String word = text.substring(pos, space < 0 ? text.length() : space);
    Section.Kind kind = Section.Kind.find(word.toUpperCase(Locale.ROOT));
    if (kind == null || kind == Section.Kind.MIME && part.isEmpty()) {
      return null;
    }
    pos += word.length();
    boolean filtered = kind == Section.Kind.FIELDS || kind == Section.Kind.FIELDS_NOT;
    List<String> fields = filtered ? fields() : List.of();
    return fields == null || pos < text.length() ? null : new Section(part, kind, fields);
  }

  private boolean digit() {
    return text.charAt(pos) >= '0' && text.charAt(pos) <= '9';
  }

  /// Of too many digits: 0, which is none.
  private int number() {
    int from = pos;
    while (pos < text.length() && digit()) {
      pos++;
    }
    return pos - from > NUMBER_DIGITS_MAX ? 0 : Integer.parseInt(text.substring(from, pos));
  }

  private boolean accept(char c) {
    boolean there = pos < text.length() && text.charAt(pos) == c;
    pos += there ? 1 : 0;
    return there;
  }

  private List<String> fields() {
    List<String> fields = new ArrayList<>();
    if (!accept(' ') || !accept('(')) {
      return null;
    }
    do {
      String name = name();
      if (name.isEmpty() || fields.size() == FIELDS_MAX) {
        return null;
      }
      fields.add(name);
    } while (accept(' '));
    return accept(')') ? fields : null;
  }

  /// An atom or a quoted string; field names need no escapes (RFC 5322 §2.2).
  private String name() {
    boolean quoted = accept('"');
    int from = pos;
    while (pos < text.length() && " ()\"\\".indexOf(text.charAt(pos)) < 0) {
      pos++;
    }
    String name = text.substring(from, pos);
    return quoted && !accept('"') ? "" : name;
  }
}
