package org.posthorn.app.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The words of a `sendmail` command line, as programs have used them for forty years: options of
/// one letter, several in a word, their values in the same word or the next. What only concerned
/// the daemon of that name, or makes no difference here, is accepted and does nothing.
///
/// @param mode what is to be done
/// @param end how the message ends
/// @param verbose say what came of it
/// @param data,config null if not given
/// @param arguments of the request `send`: sender, name, recipients and options that were given
record SendmailArguments(
    Mode mode,
    TypedMessage.End end,
    boolean verbose,
    Path data,
    Path config,
    Map<String, String> arguments) {

  enum Mode {
    SEND,
    /// `-bp`, as `mailq`.
    LIST_QUEUE,
    /// `-bi`, as `newaliases`, and `-q`: there is nothing to do.
    NOTHING
  }

  /// Words that cannot be meant.
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1;

    Wrong(String message) {
      super(message, null, false, false);
    }
  }

  /// Options with a value, which may stand in the next word.
  private static final String WITH_VALUE = "ABCDFLMNORVXefhopr";

  /// Options without one that do nothing here.
  private static final String HARMLESS = "EGUcmnsx";

  private static final class Reading {
    private final List<String> to = new ArrayList<>();
    private final Map<String, String> arguments = new HashMap<>();
    private Mode mode = Mode.SEND;
    private TypedMessage.End end = TypedMessage.End.DOT;
    private boolean verbose;
    private Path data;
    private Path config;
  }

  static SendmailArguments parse(List<String> words) throws Wrong {
    Reading r = new Reading();
    int i = 0;
    while (i < words.size()) {
      String word = words.get(i);
      if (word.equals("--")) {
        r.to.addAll(words.subList(i + 1, words.size()));
        break;
      }
      String next = i + 1 < words.size() ? words.get(i + 1) : null;
      i += word.startsWith("-") && word.length() > 1 ? option(r, word, next) : recipient(r, word);
    }
    if (!r.to.isEmpty()) {
      r.arguments.put("to", String.join("\n", r.to));
    }
    return new SendmailArguments(
        r.mode, r.end, r.verbose, r.data, r.config, Map.copyOf(r.arguments));
  }

  private static int recipient(Reading r, String word) {
    r.to.add(word);
    return 1;
  }

  /// How many words it took.
  private static int option(Reading r, String word, String next) throws Wrong {
    if (word.startsWith("--")) {
      return ours(r, word, next);
    }
    for (int i = 1; i < word.length(); i++) {
      char letter = word.charAt(i);
      String rest = word.substring(i + 1);
      if (letter == 'b' || letter == 'q' || letter == 'd') {
        mode(r, letter, rest);
        return 1;
      }
      if (WITH_VALUE.indexOf(letter) >= 0) {
        if (rest.isEmpty() && next == null) {
          throw new Wrong("-" + letter + " needs a value");
        }
        value(r, letter, rest.isEmpty() ? next : rest);
        return rest.isEmpty() ? 2 : 1;
      }
      flag(r, letter);
    }
    return 1;
  }

  private static int ours(Reading r, String word, String next) throws Wrong {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    String value = equals < 0 ? next : word.substring(equals + 1);
    if (!name.equals("--data") && !name.equals("--config")) {
      throw new Wrong("unknown option " + name);
    }
    if (value == null) {
      throw new Wrong(name + " needs a value");
    }
    if (name.equals("--data")) {
      r.data = Path.of(value);
    } else {
      r.config = Path.of(value);
    }
    return equals < 0 ? 2 : 1;
  }

  private static void flag(Reading r, char letter) throws Wrong {
    switch (letter) {
      case 't' -> r.arguments.put("header", "true");
      case 'i' -> r.end = TypedMessage.End.INPUT;
      case 'v' -> r.verbose = true;
      default -> {
        if (HARMLESS.indexOf(letter) < 0) {
          throw new Wrong("unknown option -" + letter);
        }
      }
    }
  }

  private static void value(Reading r, char letter, String value) {
    switch (letter) {
      case 'f', 'r' -> r.arguments.put("from", value);
      case 'F' -> r.arguments.put("name", value);
      case 'N' -> r.arguments.put("notify", value);
      case 'R' -> r.arguments.put("return", value);
      case 'V' -> r.arguments.put("envelope-id", value);
      case 'o' -> {
        if (value.equals("i")) {
          r.end = TypedMessage.End.INPUT; // -oi: the same as -i
        }
      }
      default -> {
        // -B BODY, -O OPTION=VALUE, -X LOG and others: nothing depends on them
      }
    }
  }

  private static void mode(Reading r, char letter, String which) throws Wrong {
    if (letter == 'd') {
      return; // debugging
    }
    if (letter == 'q') {
      r.mode = Mode.NOTHING;
      return;
    }
    r.mode =
        switch (which) {
          case "m", "" -> Mode.SEND;
          case "p" -> Mode.LIST_QUEUE;
          case "i" -> Mode.NOTHING;
          default -> throw new Wrong("-b" + which + " is not for this program: use posthorn");
        };
  }
}
