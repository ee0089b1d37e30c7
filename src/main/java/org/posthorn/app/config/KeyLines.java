package org.posthorn.app.config;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the line of a key in a TOML text, for complaints. It reads headings and the beginnings of
/// lines; a key inside an inline table is found at the line of that table.
final class KeyLines {
  private static final Pattern HEADING = Pattern.compile("\\s*\\[\\[?([^\\]]+)\\]\\]?.*");
  private static final Pattern KEY = Pattern.compile("\\s*([\\w.\\-\"' ]+?)\\s*=.*");

  private KeyLines() {}

  static OptionalInt find(String text, String path) {
    for (String at = path; !at.isEmpty(); at = parent(at)) {
      OptionalInt line = exactly(text, at);
      if (line.isPresent()) {
        return line;
      }
    }
    return OptionalInt.empty();
  }

  private static String parent(String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  private static OptionalInt exactly(String text, String path) {
    String table = "";
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      Matcher heading = HEADING.matcher(line);
      Matcher key = KEY.matcher(line);
      String here;
      if (heading.matches()) {
        table = bare(heading.group(1));
        here = table;
      } else if (key.matches()) {
        here = (table.isEmpty() ? "" : table + ".") + bare(key.group(1));
      } else {
        continue;
      }
      if (here.equals(path)) {
        return OptionalInt.of(number);
      }
    }
    return OptionalInt.empty();
  }

  private static String bare(String key) {
    return key.replaceAll("[\"'\\s]", "");
  }
}
