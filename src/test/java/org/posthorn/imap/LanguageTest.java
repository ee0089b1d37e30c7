package org.posthorn.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 5255 §3: every text that a person may read exists in every language.
class LanguageTest {
  private static final Path TABLE = Path.of("src/main/resources/org/posthorn/imap/texts.tsv");

  /// Where texts are written: the call, up to its end.
  private static final Pattern CALL =
      Pattern.compile(
          "(?:CommandException\\.(?:no|bad|bye)|untaggedOk|Reply\\.ok|new Reply|new Refused"
              + "|\\bno|\\bbye|\\.text|\\.refuse|expected)\\(");

  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  @Test
  void everyTextOfTheCodeIsInTheTable() throws IOException {
    Set<String> missing = new TreeSet<>();
    for (String folder : List.of("imap", "store")) {
      Path root = Path.of("src/main/java/org/posthorn", folder);
      try (Stream<Path> files = Files.walk(root)) {
        for (Path f : files.filter(p -> p.toString().endsWith(".java")).toList()) {
          for (String text : texts(Files.readString(f))) {
            if (Language.FRENCH.of(text).equals(text)
                || Language.PORTUGUESE.of(text).equals(text)) {
              missing.add(f.getFileName() + ": " + text);
            }
          }
        }
      }
    }
    assertThat(missing).as("texts without their translations in texts.tsv").isEmpty();
  }

  /// The last argument of each call, with `x` for what varies; sentences only.
  private static List<String> texts(String source) {
    List<String> all = new ArrayList<>();
    Matcher m = CALL.matcher(source);
    while (m.find()) {
      String last = lastArgument(source, m.end());
      boolean choice = last.contains(" ? ");
      Matcher literal = LITERAL.matcher(last);
      var joined = new StringBuilder();
      int from = 0;
      while (literal.find()) {
        String between = last.substring(from, literal.start()).strip();
        String text = literal.group(1).replace("\\\\", "\\");
        if (choice) {
          add(all, text);
        } else {
          joined.append(between.isEmpty() || between.equals("+") ? "" : "x").append(text);
        }
        from = literal.end();
      }
      if (!choice && from > 0) {
        joined.append(last.substring(from).isBlank() ? "" : "x");
        String whole = joined.toString();
        boolean expected = m.group().startsWith("expected");
        add(all, expected ? "Expected " + whole + " at octet 5" : whole);
      }
    }
    return all;
  }

  /// A sentence has a space; codes and words of the protocol have none.
  private static void add(List<String> all, String text) {
    if (text.contains(" ") && !text.contains("%") && !text.endsWith(" ") && !text.startsWith(" ")) {
      all.add(Character.toUpperCase(text.charAt(0)) + text.substring(1));
    }
  }

  private static String lastArgument(String source, int from) {
    int depth = 1;
    int start = from;
    int i = from;
    for (; depth > 0; i++) {
      char c = source.charAt(i);
      if (c == '"') {
        for (i++; source.charAt(i) != '"'; i++) {
          i += source.charAt(i) == '\\' ? 1 : 0;
        }
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      } else if (c == ',' && depth == 1) {
        start = i + 1;
      }
    }
    return source.substring(start, i - 1);
  }

  @Test
  void everyRowHasEveryLanguage() throws IOException {
    Map<String, String> seen = new TreeMap<>();
    List<String> lines = Files.readAllLines(TABLE);
    assertThat(lines.getFirst()).isEqualTo("en\tfr\tpt");
    for (String line : lines.subList(1, lines.size())) {
      String[] row = line.split("\t", -1);
      assertThat(row).as(line).hasSize(3).doesNotContain("");
      assertThat(seen.put(row[0], line)).as("twice: " + row[0]).isNull();
      for (String text : row) {
        assertThat(text.split("\\{}", -1)).as(line).hasSameSizeAs(row[0].split("\\{}", -1));
        assertThat(text).as("RFC 5255 §3.5").doesNotStartWith("[");
      }
    }
  }

  /// RFC 4647 §3.4.
  @ParameterizedTest
  @CsvSource({"fr,fr", "FR-ca,fr", "pt-BR,pt", "pt-Latn-PT,pt", "i-default,i-default", "en-GB,en"})
  void findsTheLanguageOfARange(String range, String tag) {
    assertThat(Language.find(range).tag()).isEqualTo(tag);
  }

  @ParameterizedTest
  @CsvSource({"mul", "f", "frx", "''", "-", "x-fr"})
  void findsNoLanguageForOthers(String range) {
    assertThat(Language.find(range)).isNull();
  }

  @Test
  void whatVariesStays() {
    assertThat(Language.FRENCH.of("Expected 'x' at octet 12"))
        .isEqualTo("\u00ab x \u00bb attendu \u00e0 l'octet 12");
    assertThat(Language.PORTUGUESE.of("UID FETCH completed")).isEqualTo("UID FETCH conclu\u00eddo");
    assertThat(Language.FRENCH.of("A text of no table")).isEqualTo("A text of no table");
    assertThat(Language.DEFAULT.of("No such mailbox")).isEqualTo("No such mailbox");
  }
}
