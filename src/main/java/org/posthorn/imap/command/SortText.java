package org.posthorn.imap.command;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.posthorn.imap.wire.CommandException;

/// A column of texts to sort by, one a message, as octets in one array: a million messages make no
/// million objects.
final class SortText {
  /// Octets of one column.
  private static final int OCTETS_MAX = 128 << 20;

  private byte[] octets = new byte[1024];
  private int[] ends = new int[64];

  /// The first eight octets of each text, which mostly decide.
  private long[] begins = new long[64];

  private int count;

  /// Adds UTF-8, the octets of `b` from `from` up to before `to`.
  void add(byte[] b, int from, int to) {
    int length = to - from;
    int start = count == 0 ? 0 : ends[count - 1];
    int end = start + length;
    if (end > OCTETS_MAX) {
      throw CommandException.no("LIMIT", "Too many messages to sort by text");
    }
    if (end > octets.length) {
      octets = Arrays.copyOf(octets, Math.max(end, 2 * octets.length));
    }
    System.arraycopy(b, from, octets, start, length);
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, 2 * count);
      begins = Arrays.copyOf(begins, 2 * count);
    }
    long begin = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      begin = begin << 8 | (i < length ? b[from + i] & 0xff : 0);
    }
    begins[count] = begin;
    ends[count++] = end;
  }

  int compare(int a, int b) {
    int begin = Long.compareUnsigned(begins[a], begins[b]);
    if (begin != 0) {
      return begin;
    }
    return Arrays.compareUnsigned(octets, start(a), ends[a], octets, start(b), ends[b]);
  }

  String get(int i) {
    return new String(octets, start(i), ends[i] - start(i), StandardCharsets.UTF_8);
  }

  private int start(int i) {
    return i == 0 ? 0 : ends[i - 1];
  }
}
