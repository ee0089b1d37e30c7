package org.posthorn.app.log;

import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the message patterns of [System.Logger]: `event key={0} other={1}` becomes an event with
/// pairs. Any other message, the JDK's own for instance, becomes the event `message` with one
/// `text`.
final class Event {
  private static final Pattern SHAPE =
      Pattern.compile("[a-z][a-z0-9-]*( [A-Za-z][\\w.-]*=(\\{\\d{1,2}\\}|[\\w.:/-]+))*");

  private static final Pattern PAIR =
      Pattern.compile(" ([A-Za-z][\\w.-]*)=(?:\\{(\\d{1,2})\\}|([\\w.:/-]+))");

  /// Patterns read before. They are constants of the code, so they are few.
  private static final int KNOWN_MAX = 1_000;

  private static final ConcurrentHashMap<String, Event> KNOWN = new ConcurrentHashMap<>();
  private static final Event MESSAGE = new Event("message", List.of());

  /// @param literal null where `index` names the value
  private record Pair(String key, int index, String literal) {}

  private final String name;
  private final List<Pair> pairs;

  private Event(String name, List<Pair> pairs) {
    this.name = name;
    this.pairs = pairs;
  }

  /// Adds the event and its pairs to a line.
  static void write(Logfmt line, String message, Object... values) {
    Event event = of(message);
    line.pair("event", event.name);
    if (event == MESSAGE) {
      line.pair("text", plain(message, values));
    }
    for (Pair p : event.pairs) {
      line.pair(p.key, p.literal != null ? p.literal : value(p.index, values));
    }
  }

  private static Event of(String message) {
    Event known = KNOWN.get(message);
    if (known != null) {
      return known;
    }
    Event read = read(message);
    if (KNOWN.size() < KNOWN_MAX) {
      KNOWN.put(message, read);
    }
    return read;
  }

  private static Event read(String message) {
    if (!SHAPE.matcher(message).matches()) {
      return MESSAGE;
    }
    int space = message.indexOf(' ');
    List<Pair> pairs = new ArrayList<>();
    Matcher m = PAIR.matcher(message);
    while (m.find()) {
      String index = m.group(2);
      pairs.add(new Pair(m.group(1), index == null ? -1 : Integer.parseInt(index), m.group(3)));
    }
    return new Event(space < 0 ? message : message.substring(0, space), pairs);
  }

  private static Object value(int index, Object[] values) {
    return index < values.length ? values[index] : "";
  }

  private static String plain(String message, Object[] values) {
    if (values.length == 0) {
      return message;
    }
    try {
      return new MessageFormat(message, Locale.ROOT).format(values);
    } catch (IllegalArgumentException e) {
      return message;
    }
  }
}
