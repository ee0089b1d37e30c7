package org.posthorn.store.blob;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/// Makes one record from one source: in memory, or frame by frame into the file.
final class RecordWriter {
  private final long blobId;
  private final BlobSource source;
  private final Frames frames;
  private final long length;
  private final int overhead;
  private final int dictionary;
  private RecordHeader header;

  RecordWriter(long blobId, BlobSource source, Frames frames) {
    this.blobId = blobId;
    this.source = source;
    this.frames = frames;
    this.length = source.length();
    this.overhead = RecordHeader.overhead(length);
    this.dictionary = Frames.dictionaryFor(length);
  }

  /// What the record needs at most.
  long bound() {
    return overhead + length + Frames.bound(Frames.PLAIN) - Frames.PLAIN;
  }

  RecordHeader header() {
    return header;
  }

  /// Octets of the record, once it is made.
  long stored() {
    return header.stored();
  }

  /// The whole record without its header, which depends on where it will lie.
  byte[] compress() throws IOException {
    int plainMax = (int) Math.min(length, Frames.PLAIN);
    byte[] plain = new byte[plainMax];
    byte[] out = new byte[(int) (overhead + length) + Frames.bound(plainMax) - plainMax];
    int at = overhead;
    try (InputStream in = source.open()) {
      int entry = RecordHeader.SIZE;
      for (long done = 0; done < length; entry += RecordHeader.TABLE_ENTRY) {
        int n = next(in, plain, done);
        at += frames.store(new Frames.Plain(plain, n, dictionary), out, at, out, entry);
        done += n;
      }
    }
    header = new RecordHeader(blobId, length, at - overhead, dictionary);
    return out;
  }

  /// Writes the record at `at`; its octets. The header comes last.
  long stream(DiskFile file, int segment, long at) throws IOException {
    byte[] plain = new byte[Frames.PLAIN];
    byte[] stored = new byte[Frames.bound(Frames.PLAIN)];
    byte[] head = new byte[overhead];
    long end = at + overhead;
    try (InputStream in = source.open()) {
      int entry = RecordHeader.SIZE;
      for (long done = 0; done < length; entry += RecordHeader.TABLE_ENTRY) {
        int n = next(in, plain, done);
        int size = frames.store(new Frames.Plain(plain, n, dictionary), stored, 0, head, entry);
        file.write(end, ByteBuffer.wrap(stored, 0, size));
        end += size;
        done += n;
      }
    }
    header = new RecordHeader(blobId, length, end - at - overhead, dictionary);
    header.encode(head, 0, segment, at);
    file.write(at, ByteBuffer.wrap(head));
    return header.stored();
  }

  private int next(InputStream in, byte[] plain, long done) throws IOException {
    int want = (int) Math.min(Frames.PLAIN, length - done);
    int n = in.readNBytes(plain, 0, want);
    if (n < want) throw new EOFException("source ends at " + (done + n) + " of " + length);
    return n;
  }
}
