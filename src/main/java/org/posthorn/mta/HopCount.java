package org.posthorn.mta;

/// Counts the `Received` fields of a message as it goes by in slices, however its lines are cut.
/// What follows the header costs nothing. One thread.
final class HopCount {
  private static final byte[] NAME = {'r', 'e', 'c', 'e', 'i', 'v', 'e', 'd'};

  /// Index in [#NAME] of the next octet to match; behind its end: white space or colon.
  private int matched;

  private boolean lineDecided;
  private boolean lineEmpty = true;
  private boolean over;
  private int count;
  private long octets;

  int count() {
    return count;
  }

  /// Of the header so far.
  long octets() {
    return octets;
  }

  void see(byte[] b, int off, int len) {
    int i = off;
    int end = off + len;
    while (i < end && !over) {
      i = lineDecided ? toNextLine(b, i, end) : decide(b, i, end);
    }
    octets += i - off;
  }

  private int toNextLine(byte[] b, int from, int end) {
    for (int i = from; i < end; i++) {
      if (b[i] == '\n') {
        lineDecided = false;
        lineEmpty = true;
        matched = 0;
        return i + 1;
      }
    }
    return end;
  }

  private int decide(byte[] b, int from, int end) {
    for (int i = from; i < end; i++) {
      byte c = b[i];
      if (c == '\n') {
        over = lineEmpty;
        lineDecided = true;
        return i;
      }
      if (c == '\r') {
        continue;
      }
      lineEmpty = false;
      if (matched < NAME.length && (c | 0x20) == NAME[matched]) {
        matched++;
        continue;
      }
      boolean named = matched == NAME.length;
      if (named && (c == ' ' || c == '\t')) {
        continue; // RFC 5322 §4.5.7: white space before the colon, in old messages
      }
      if (named && c == ':') {
        count++;
      }
      lineDecided = true;
      return i + 1;
    }
    return end;
  }
}
