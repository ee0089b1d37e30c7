package org.posthorn.imap.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// A client's octets held in an array, handed out at most `step` at a time; counts go-aheads.
final class BytesSource implements Source {
  private final byte[] all;
  private final int step;
  private int pos;
  int goAheads;

  BytesSource(byte[] all, int step) {
    this.all = all;
    this.step = step;
  }

  static ImapReader reader(String s) throws IOException {
    var in =
        new ImapReader(new BytesSource(s.getBytes(StandardCharsets.ISO_8859_1), 1 << 20), 65536);
    in.next();
    return in;
  }

  @Override
  public byte[] line(int max) throws IOException {
    var b = new ByteArrayOutputStream();
    while (pos < all.length) {
      byte c = all[pos++];
      if (c == '\n') {
        byte[] l = b.toByteArray();
        int n = l.length > 0 && l[l.length - 1] == '\r' ? l.length - 1 : l.length;
        return java.util.Arrays.copyOf(l, n);
      }
      b.write(c);
      if (b.size() > max + 1) {
        throw new IOException("line too long");
      }
    }
    return null;
  }

  @Override
  public int read(byte[] b, int off, int len) {
    if (pos == all.length) {
      return -1;
    }
    int n = Math.min(Math.min(step, len), all.length - pos);
    System.arraycopy(all, pos, b, off, n);
    pos += n;
    return n;
  }

  @Override
  public void goAhead() {
    goAheads++;
  }

  int left() {
    return all.length - pos;
  }
}
