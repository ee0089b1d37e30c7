package org.posthorn.mta.filter;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads a message as the fields of its header, one by one, and its body. Lines that belong to no
/// field are passed over, as `mime` does.
///
/// Of a field no more than [#FIELD_MAX] octets are kept. One thread.
final class HeaderLines {
  /// Octets of a field with its name, as much as a milter takes in one packet.
  static final int FIELD_MAX = 60_000;

  private static final int BUFFER = 64 * 1024;

  private final BufferedInputStream in;
  private byte[] kept = new byte[512];
  private int count;

  HeaderLines(InputStream in) {
    this.in = new BufferedInputStream(in, BUFFER);
  }

  /// @param value all behind the colon: lines end with LF but the last, which has no end
  record Field(String name, byte[] value) {}

  /// The next field, or null when the header is over: what is left is the body.
  Field next() throws IOException {
    while (true) {
      int first = peek();
      if (first < 0 || endsHeader(first)) {
        return null;
      }
      count = 0;
      line();
      for (first = peek(); first == ' ' || first == '\t'; first = peek()) {
        line();
      }
      Field field = field();
      if (field != null) {
        return field;
      }
    }
  }

  /// The body, after [#next] gave null.
  InputStream body() {
    return in;
  }

  private int peek() throws IOException {
    in.mark(1);
    int c = in.read();
    in.reset();
    return c;
  }

  /// Takes the blank line if it is next.
  private boolean endsHeader(int first) throws IOException {
    if (first != '\r' && first != '\n') {
      return false;
    }
    in.mark(2);
    if (in.read() == '\n' || in.read() == '\n') {
      return true;
    }
    in.reset();
    return false;
  }

  /// Takes a line, and keeps it with LF as its end.
  private void line() throws IOException {
    int before = -1;
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c == '\n') {
        if (before == '\r' && count > 0 && kept[count - 1] == '\r') {
          count--;
        }
        keep(c);
        return;
      }
      keep(c);
      before = c;
    }
  }

  private void keep(int c) {
    if (count == FIELD_MAX) {
      return;
    }
    if (count == kept.length) {
      kept = Arrays.copyOf(kept, Math.min(FIELD_MAX, 2 * count));
    }
    kept[count++] = (byte) c;
  }

  /// RFC 5322 §2.2, §4.5.
  private Field field() {
    int end = 0;
    while (end < count && kept[end] > ' ' && kept[end] != ':' && kept[end] != 0x7f) {
      end++;
    }
    int colon = end;
    while (colon < count && (kept[colon] == ' ' || kept[colon] == '\t')) {
      colon++;
    }
    if (end == 0 || colon == count || kept[colon] != ':') {
      return null;
    }
    int stop = count;
    while (stop > colon + 1 && kept[stop - 1] == '\n') {
      stop--;
    }
    String name = new String(kept, 0, end, StandardCharsets.US_ASCII);
    return new Field(name, Arrays.copyOfRange(kept, colon + 1, stop));
  }
}
