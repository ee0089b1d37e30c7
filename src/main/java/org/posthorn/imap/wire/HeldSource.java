package org.posthorn.imap.wire;

import java.util.Arrays;

/// Octets that are held already, with literals in them; no client who waits.
final class HeldSource implements Source {
  private final byte[] all;
  private int pos;

  HeldSource(byte[] all) {
    this.all = all;
  }

  @Override
  public byte[] line(int max) {
    if (pos > all.length) {
      return null;
    }
    int end = pos;
    while (end < all.length && all[end] != '\n') {
      end++;
    }
    int textEnd = end > pos && end < all.length && all[end - 1] == '\r' ? end - 1 : end;
    byte[] l = Arrays.copyOfRange(all, pos, textEnd);
    pos = end + 1;
    return l;
  }

  @Override
  public int read(byte[] b, int off, int len) {
    int n = Math.min(len, all.length - pos);
    if (n <= 0) {
      return -1;
    }
    System.arraycopy(all, pos, b, off, n);
    pos += n;
    return n;
  }

  @Override
  public void goAhead() {}
}
