package org.posthorn.store.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Looks through a segment file from record to record; behind damage it looks for the next header.
final class SegmentWalk {
  private static final int BUFFER = 256 << 10;

  /// @param offset begin of the record
  /// @param header what stands there
  record Found(long offset, RecordHeader header) {
    long end() {
      return offset + header.stored();
    }
  }

  /// Octets that are no record, before a record.
  record Damage(long from, long to) {}

  private final DiskFile file;
  private final int segment;
  private final long size;
  private byte[] buffer = new byte[BUFFER];
  private long bufferAt;
  private int bufferLength;
  private final List<Found> found = new ArrayList<>();
  private final List<Damage> damage = new ArrayList<>();

  /// @param size octets of the file to be looked at
  SegmentWalk(DiskFile file, int segment, long size) {
    this.file = file;
    this.segment = segment;
    this.size = size;
  }

  List<Found> found() {
    return found;
  }

  List<Damage> damage() {
    return damage;
  }

  /// Where the last record ends, at least `from`.
  long walk(long from) throws IOException {
    long at = from;
    while (at < size) {
      RecordHeader header = header(at);
      if (header == null) {
        long next = resume(at + 1);
        if (next < 0) break;
        damage.add(new Damage(at, next));
        at = next;
        header = header(at);
      }
      found.add(new Found(at, header));
      at += header.stored();
    }
    return at;
  }

  private RecordHeader header(long at) throws IOException {
    if (at + RecordHeader.SIZE > size || !fill(at, RecordHeader.SIZE)) return null;
    RecordHeader h = RecordHeader.decode(buffer, (int) (at - bufferAt), segment, at);
    if (h == null || h.length() < 0 || h.frames() < 0 || at + h.stored() > size) return null;
    return h;
  }

  /// The next place with a good header; -1 if there is none.
  private long resume(long from) throws IOException {
    byte first = (byte) (RecordHeader.MAGIC >>> 24);
    for (long at = from; at + RecordHeader.SIZE <= size; ) {
      if (!fill(at, RecordHeader.SIZE)) return -1;
      int i = (int) (at - bufferAt);
      int last = bufferLength - RecordHeader.SIZE;
      while (i <= last && buffer[i] != first) i++;
      at = bufferAt + i;
      if (i > last) continue;
      if (header(at) != null) return at;
      at++;
    }
    return -1;
  }

  /// Has the octets from `at` on in the buffer, at least `n`; false if the file has fewer.
  private boolean fill(long at, int n) throws IOException {
    if (at >= bufferAt && at + n <= bufferAt + bufferLength) return true;
    bufferAt = at;
    bufferLength = file.read(at, ByteBuffer.wrap(buffer, 0, (int) Math.min(BUFFER, size - at)));
    return bufferLength >= n;
  }
}
