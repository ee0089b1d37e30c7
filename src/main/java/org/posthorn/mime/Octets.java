package org.posthorn.mime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Searches arrays eight octets at a time.
final class Octets {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long LOW = 0x7f7f7f7f7f7f7f7fL;

  private Octets() {}

  /// One char an octet.
  static String text(byte[] b, int from, int to) {
    return new String(b, from, to - from, StandardCharsets.ISO_8859_1);
  }

  static int indexOf(byte[] b, int from, int to, char wanted) {
    long pattern = wanted * ONES;
    int i = from;
    for (; i <= to - 8; i += 8) {
      long found = matches((long) WORD.get(b, i), pattern);
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    for (; i < to; i++) {
      if (b[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  static long count(byte[] b, int from, int to, char wanted) {
    long pattern = wanted * ONES;
    long n = 0;
    int i = from;
    for (; i <= to - 8; i += 8) {
      n += Long.bitCount(matches((long) WORD.get(b, i), pattern));
    }
    for (; i < to; i++) {
      if (b[i] == wanted) {
        n++;
      }
    }
    return n;
  }

  /// The top bit of each octet that equals the pattern's.
  private static long matches(long word, long pattern) {
    long x = word ^ pattern;
    return ~(((x & LOW) + LOW) | x | LOW);
  }
}
