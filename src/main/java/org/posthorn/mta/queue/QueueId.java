package org.posthorn.mta.queue;

import java.util.Locale;

/// Names one message in the queue, and its reception in replies, trace lines and logs.
///
/// @param value unique over the installation and growing with time
public record QueueId(long value) implements Comparable<QueueId> {
  private static final int RADIX = 36;

  /// Null if the text is none.
  public static QueueId parse(String text) {
    try {
      long value = Long.parseLong(text, RADIX);
      return value > 0 ? new QueueId(value) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  @Override
  public int compareTo(QueueId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value, RADIX).toUpperCase(Locale.ROOT);
  }
}
