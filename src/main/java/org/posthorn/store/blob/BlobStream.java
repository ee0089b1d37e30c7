package org.posthorn.store.blob;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// A range of a blob as a stream. Holds one frame and nothing of the disk, so it may be kept open
/// for as long as a slow client reads, and forgotten without being closed.
final class BlobStream extends InputStream {
  private final BlobReader reader;
  private long at; // next octet of the blob to be given out
  private final long end;
  private byte[] frame;
  private int frameIndex = -1;

  BlobStream(BlobReader reader, long from, long length) throws IOException {
    BlobReader.checkRange(from, length, reader.length());
    this.reader = reader;
    this.at = from;
    this.end = from + length;
  }

  @Override
  public int read() throws IOException {
    if (at >= end) return -1;
    load();
    return frame[(int) (at++ & (Frames.PLAIN - 1))] & 0xff;
  }

  @Override
  public int read(byte[] b, int off, int len) throws IOException {
    if (len == 0) return 0;
    if (at >= end) return -1;
    load();
    int n = Math.min(len, inFrame());
    System.arraycopy(frame, (int) (at & (Frames.PLAIN - 1)), b, off, n);
    at += n;
    return n;
  }

  @Override
  public long transferTo(OutputStream out) throws IOException {
    long begin = at;
    while (at < end) {
      load();
      int n = inFrame();
      out.write(frame, (int) (at & (Frames.PLAIN - 1)), n);
      at += n;
    }
    return at - begin;
  }

  @Override
  public long skip(long n) {
    long skipped = Math.clamp(n, 0, end - at);
    at += skipped;
    return skipped;
  }

  @Override
  public int available() {
    int index = (int) (at >> Frames.PLAIN_LOG);
    return at < end && index == frameIndex ? inFrame() : 0;
  }

  private int inFrame() {
    return (int) Math.min(end - at, Frames.PLAIN - (at & (Frames.PLAIN - 1)));
  }

  private void load() throws IOException {
    int index = (int) (at >> Frames.PLAIN_LOG);
    if (index == frameIndex) return;
    if (frame == null) frame = new byte[(int) Math.min(Frames.PLAIN, reader.length())];
    frameIndex = -1;
    reader.frame(index, frame, 0);
    frameIndex = index;
  }
}
