package org.posthorn.imap;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The languages in which the server talks to people (RFC 5255 §3). The code has its texts in
/// English; `texts.tsv` has each once more in every other language, with `{}` for what varies. A
/// text that is not in the table stays English.
public enum Language {
  /// RFC 2277 §4.5: English, in US-ASCII; until the client chooses.
  DEFAULT("i-default"),
  ENGLISH("en"),
  FRENCH("fr"),
  PORTUGUESE("pt");

  /// What the English text of a table row matches, and its translation.
  private record Row(Pattern english, String other) {}

  private final String tag;

  Language(String tag) {
    this.tag = tag;
  }

  /// RFC 5646.
  public String tag() {
    return tag;
  }

  /// The language that a language range means by RFC 4647 §3.4, cut from its end until one fits;
  /// null if none does. `default` is what this server prefers.
  public static Language find(String range) {
    String left = range.toLowerCase(Locale.ROOT);
    if (left.equals("default") || left.equals("*")) {
      return ENGLISH;
    }
    while (!left.isEmpty()) {
      for (Language l : values()) {
        if (l.tag.equals(left)) {
          return l;
        }
      }
      left = left.substring(0, Math.max(0, left.lastIndexOf('-')));
    }
    return null;
  }

  /// A text that the code has in English.
  public String of(String english) {
    if (this == DEFAULT || this == ENGLISH) {
      return english;
    }
    String exact = Table.EXACT.get(this).get(english);
    if (exact != null) {
      return exact;
    }
    for (Row row : Table.VARIABLE.get(this)) {
      Matcher m = row.english.matcher(english);
      if (m.matches()) {
        return filled(row.other, m);
      }
    }
    return english;
  }

  private static String filled(String other, Matcher m) {
    var b = new StringBuilder();
    int from = 0;
    for (int i = 1; i <= m.groupCount(); i++) {
      int at = other.indexOf("{}", from);
      b.append(other, from, at).append(m.group(i));
      from = at + 2;
    }
    return b.append(other.substring(from)).toString();
  }

  /// Read when somebody asks for a language for the first time.
  private static final class Table {
    static final Map<Language, Map<String, String>> EXACT = new HashMap<>();
    static final Map<Language, List<Row>> VARIABLE = new HashMap<>();

    static {
      String[] lines = read().split("\n");
      String[] head = lines[0].split("\t");
      for (int column = 1; column < head.length; column++) {
        Map<String, String> exact = new HashMap<>();
        List<Row> variable = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
          String[] row = lines[i].split("\t");
          if (row[0].contains("{}")) {
            String regexp = Pattern.quote(row[0]).replace("{}", "\\E(.{0,500}?)\\Q");
            variable.add(new Row(Pattern.compile(regexp), row[column]));
          } else {
            exact.put(row[0], row[column]);
          }
        }
        EXACT.put(find(head[column]), exact);
        VARIABLE.put(find(head[column]), variable);
      }
    }

    private static String read() {
      try (InputStream in = Language.class.getResourceAsStream("texts.tsv")) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
