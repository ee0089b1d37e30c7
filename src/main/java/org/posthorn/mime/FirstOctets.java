package org.posthorn.mime;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The first octets of a stream, as those of one part from its begin on.
public final class FirstOctets extends FilterInputStream {
  private long left;

  /// @param length so many, or fewer where the stream ends before
  public FirstOctets(InputStream in, long length) {
    super(in);
    left = length;
  }

  @Override
  public int read() throws IOException {
    return left-- > 0 ? in.read() : -1;
  }

  @Override
  public int read(byte[] b, int off, int len) throws IOException {
    if (left <= 0) {
      return -1;
    }
    int n = in.read(b, off, (int) Math.min(len, left));
    left -= Math.max(0, n);
    return n;
  }

  @Override
  public long skip(long n) throws IOException {
    long skipped = in.skip(Math.clamp(n, 0, Math.max(0, left)));
    left -= skipped;
    return skipped;
  }

  @Override
  public int available() throws IOException {
    return Math.clamp(left, 0, in.available());
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
