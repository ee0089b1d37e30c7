package org.posthorn.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads what [Pack] wrote. Damage shows as [DamagedRow].
public final class Unpack {
  private final byte[] b;
  private int n;

  public Unpack(byte[] b) {
    this.b = b;
  }

  /// Begins with a row's format octet, which must be `format`.
  public static Unpack row(byte[] b, int format) {
    Unpack u = new Unpack(b);
    int found = u.u8();
    if (found != format) throw new DamagedRow("row of format " + found + ", known is " + format);
    return u;
  }

  /// Reads from the middle of a row.
  public static Unpack at(byte[] b, int position) {
    Unpack u = new Unpack(b);
    u.n = position;
    return u;
  }

  /// A row that cannot be read.
  public static final class DamagedRow extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DamagedRow(String text) {
      super(text);
    }
  }

  private void need(long more) {
    if (more < 0 || n + more > b.length) {
      throw new DamagedRow("row ends after " + b.length + " octets");
    }
  }

  public int u8() {
    need(1);
    return b[n++] & 0xFF;
  }

  public long u32() {
    need(4);
    long v = 0;
    for (int i = 0; i < 4; i++) v = v << 8 | (b[n++] & 0xFF);
    return v;
  }

  public long u64() {
    need(8);
    long v = 0;
    for (int i = 0; i < 8; i++) v = v << 8 | (b[n++] & 0xFF);
    return v;
  }

  public long varint() {
    long v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int x = u8();
      v |= (long) (x & 0x7F) << shift;
      if (x < 0x80) return v;
    }
    throw new DamagedRow("varint without end");
  }

  /// A varint that is a count of things of at least `octets` each in the rest of the row.
  public int count(int octets) {
    long v = varint();
    if (v < 0 || v > Integer.MAX_VALUE || v * octets > b.length - n) {
      throw new DamagedRow("count of " + v);
    }
    return (int) v;
  }

  public long zigzag() {
    long v = varint();
    return v >>> 1 ^ -(v & 1);
  }

  public byte[] bytes() {
    int length = count(1);
    n += length;
    return Arrays.copyOfRange(b, n - length, n);
  }

  /// Steps over [Pack#bytes] and tells where they begin.
  public int skipBytes() {
    int length = count(1);
    int start = n;
    n += length;
    return start;
  }

  public byte[] raw(int length) {
    need(length);
    n += length;
    return Arrays.copyOfRange(b, n - length, n);
  }

  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  public long[] column(int count) {
    long[] v = new long[count];
    long before = 0;
    if (u8() == 1) {
      for (int i = 0; i < count; ) {
        long run = varint();
        long d = zigzag();
        if (run < 1 || run > count - i) throw new DamagedRow("run of " + run);
        for (long end = i + run; i < end; i++) v[i] = before += d;
      }
    } else {
      for (int i = 0; i < count; i++) v[i] = before += zigzag();
    }
    return v;
  }

  public int position() {
    return n;
  }

  public boolean atEnd() {
    return n == b.length;
  }
}
