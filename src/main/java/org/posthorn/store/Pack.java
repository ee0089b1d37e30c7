package org.posthorn.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes the values of rows: varints, lengths, and columns of numbers. Grows as needed.
public final class Pack {
  private byte[] b;
  private int n;

  public Pack(int capacity) {
    b = new byte[capacity];
  }

  private void room(int more) {
    if (n + more > b.length) b = Arrays.copyOf(b, Math.max(b.length * 2, n + more));
  }

  public Pack u8(int v) {
    room(1);
    b[n++] = (byte) v;
    return this;
  }

  public Pack u32(long v) {
    room(4);
    for (int s = 24; s >= 0; s -= 8) b[n++] = (byte) (v >>> s);
    return this;
  }

  public Pack u64(long v) {
    room(8);
    for (int s = 56; s >= 0; s -= 8) b[n++] = (byte) (v >>> s);
    return this;
  }

  /// Seven bits an octet, low ones first.
  public Pack varint(long v) {
    room(10);
    while ((v & ~0x7FL) != 0) {
      b[n++] = (byte) (v | 0x80);
      v >>>= 7;
    }
    b[n++] = (byte) v;
    return this;
  }

  /// A varint for numbers around zero.
  public Pack zigzag(long v) {
    return varint(v << 1 ^ v >> 63);
  }

  public Pack raw(byte[] v) {
    room(v.length);
    System.arraycopy(v, 0, b, n, v.length);
    n += v.length;
    return this;
  }

  /// Length, then octets.
  public Pack bytes(byte[] v) {
    return varint(v.length).raw(v);
  }

  public Pack text(String v) {
    return bytes(v.getBytes(StandardCharsets.UTF_8));
  }

  /// A column: differences of neighbours, as runs of equal differences where that is shorter.
  public Pack column(long[] v, int count) {
    int start = n;
    u8(1);
    long before = 0;
    for (int i = 0; i < count; ) {
      long d = v[i] - before;
      int run = 1;
      while (i + run < count && v[i + run] - v[i + run - 1] == d) run++;
      varint(run).zigzag(d);
      i += run;
      before = v[i - 1];
    }
    int runs = n - start;
    int mark = n;
    u8(0);
    before = 0;
    for (int i = 0; i < count && n - mark < runs; i++) {
      zigzag(v[i] - before);
      before = v[i];
    }
    if (n - mark < runs) {
      System.arraycopy(b, mark, b, start, n - mark);
      n = start + (n - mark);
    } else {
      n = mark;
    }
    return this;
  }

  public int size() {
    return n;
  }

  public byte[] done() {
    return n == b.length ? b : Arrays.copyOf(b, n);
  }
}
