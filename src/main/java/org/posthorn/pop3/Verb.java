package org.posthorn.pop3;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// The whole language: one row for each command.
enum Verb {
  USER("USER name", Phase.AUTHORIZATION, User::parse),
  PASS("PASS password", Phase.AUTHORIZATION, Pass::parse),
  AUTH("AUTH [mechanism [initial-response]]", Phase.AUTHORIZATION, Auth::parse),
  STLS("STLS", Phase.AUTHORIZATION, Stls::parse),
  CAPA("CAPA", Phase.ANY, Capa::parse),
  STAT("STAT", Phase.TRANSACTION, Stat::parse),
  LIST("LIST [message]", Phase.TRANSACTION, ListMessages::parse),
  UIDL("UIDL [message]", Phase.TRANSACTION, Uidl::parse),
  RETR("RETR message", Phase.TRANSACTION, Retr::parse),
  TOP("TOP message lines", Phase.TRANSACTION, Top::parse),
  DELE("DELE message", Phase.TRANSACTION, Dele::parse),
  RSET("RSET", Phase.TRANSACTION, Rset::parse),
  NOOP("NOOP", Phase.TRANSACTION, Noop::parse),
  QUIT("QUIT", Phase.ANY, Quit::parse);

  /// When a command is allowed (RFC 1939 §3).
  enum Phase {
    ANY,
    /// Before login.
    AUTHORIZATION,
    /// After it.
    TRANSACTION
  }

  /// No number of a message or of lines has more digits; more means a very large one.
  private static final int DIGITS_MAX = 9;

  private static final Map<String, Verb> BY_NAME = new HashMap<>();

  static {
    for (Verb v : values()) {
      BY_NAME.put(v.name(), v);
    }
  }

  final String syntax;
  final Phase phase;
  private final Function<Words, Command> parser;

  Verb(String syntax, Phase phase, Function<Words, Command> parser) {
    this.syntax = syntax;
    this.phase = phase;
    this.parser = parser;
  }

  /// The command of a line: its keyword in any case, and the row's parser on the rest.
  static Verb find(byte[] line) {
    int end = 0;
    while (end < line.length && line[end] != ' ') {
      end++;
    }
    String word = new String(line, 0, end, StandardCharsets.ISO_8859_1);
    return BY_NAME.get(word.toUpperCase(Locale.ROOT));
  }

  Command parse(byte[] line) {
    int from = Math.min(line.length, name().length() + 1);
    return parser.apply(new Words(this, line, from));
  }

  /// What follows the keyword.
  static final class Words {
    private final Verb verb;
    private final byte[] line;
    private final int from;

    private Words(Verb verb, byte[] line, int from) {
      this.verb = verb;
      this.line = line;
      this.from = from;
    }

    /// All of it as it is, in UTF-8.
    String text() {
      return new String(line, from, line.length - from, StandardCharsets.UTF_8);
    }

    /// Between `min` and `max` words; spaces at the end are forgiven.
    String[] split(int min, int max) {
      String text = text().stripTrailing();
      String[] words = text.isEmpty() ? new String[0] : text.split(" ", -1);
      if (words.length < min || words.length > max) {
        throw wrong();
      }
      return words;
    }

    void none() {
      split(0, 0);
    }

    /// The number of a message, or 0 if there is none and none is needed.
    int optionalMessage() {
      String[] words = split(0, 1);
      return words.length == 0 ? 0 : message(words[0]);
    }

    int message() {
      return message(split(1, 1)[0]);
    }

    int message(String word) {
      int n = number(word);
      if (n == 0) {
        throw wrong(); // RFC 1939 §5: numbers begin at 1
      }
      return n;
    }

    /// A number without sign; one too large becomes the largest there is.
    int number(String word) {
      if (word.isEmpty() || !word.chars().allMatch(c -> c >= '0' && c <= '9')) {
        throw wrong();
      }
      int zeros = 0;
      while (zeros < word.length() - 1 && word.charAt(zeros) == '0') {
        zeros++;
      }
      String digits = word.substring(zeros);
      return digits.length() > DIGITS_MAX ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    Refusal wrong() {
      return Refusal.of("syntax: " + verb.syntax);
    }
  }
}
