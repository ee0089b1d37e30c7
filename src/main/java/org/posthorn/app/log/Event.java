package org.posthorn.app.log;

import java.text.MessageFormat;
import java.util.Locale;
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

  private Event() {}

  /// Adds the event and its pairs to a line.
  static void write(Logfmt line, String message, Object... values) {
    if (!SHAPE.matcher(message).matches()) {
      line.pair("event", "message").pair("text", plain(message, values));
      return;
    }
    int space = message.indexOf(' ');
    line.pair("event", space < 0 ? message : message.substring(0, space));
    Matcher pairs = PAIR.matcher(message);
    while (pairs.find()) {
      line.pair(pairs.group(1), value(pairs, values));
    }
  }

  private static Object value(Matcher pair, Object[] values) {
    if (pair.group(2) == null) {
      return pair.group(3);
    }
    int index = Integer.parseInt(pair.group(2));
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
