package org.posthorn.store.blob;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.posthorn.store.kv.Kv;

/// Reads frames of one blob, wherever it lies at the moment: compaction may move it between two
/// calls. Not thread safe.
final class BlobReader {
  /// A record up to this size is read with one call.
  private static final int WHOLE_MAX = 2 * Frames.PLAIN;

  private final long blobId;
  private final Kv kv;
  private final Segments segments;
  private final Frames frames;
  private Location location;
  private byte[] whole; // the record, if small, else null
  private int dictionary; // of the frames
  private int[] lengths; // frame table: stored lengths with flag; null until read
  private int[] checksums;
  private long[] offsets; // of frames in the record

  BlobReader(long blobId, Kv kv, Segments segments, Frames frames) throws IOException {
    this.blobId = blobId;
    this.kv = kv;
    this.segments = segments;
    this.frames = frames;
    locate();
  }

  /// @param record the whole record, read already
  BlobReader(
      long blobId, Kv kv, Segments segments, Frames frames, Location location, byte[] record) {
    this.blobId = blobId;
    this.kv = kv;
    this.segments = segments;
    this.frames = frames;
    this.location = location;
    this.whole = record;
  }

  Location location() {
    return location;
  }

  private void locate() throws IOException {
    byte[] value = kv.getLocal(Location.key(blobId));
    if (value == null) throw new MissingBlobException(blobId);
    location = Location.decode(value);
  }

  long length() {
    return location.length();
  }

  /// Decompresses a frame into `to`, which has room for [Frames#PLAIN]; its plain octets.
  int frame(int index, byte[] to, int at) throws IOException {
    if (lengths == null) readHead();
    int plain = (int) Math.min(Frames.PLAIN, location.length() - (long) index * Frames.PLAIN);
    int n = Frames.storedLength(lengths[index]);
    byte[] stored = whole;
    int from = (int) offsets[index];
    if (stored == null) {
      stored = read(offsets[index], n);
      from = 0;
    }
    var frame = new Frames.Stored(stored, from, lengths[index], checksums[index], dictionary);
    String damage = frames.load(frame, to, at, plain);
    if (damage != null) throw corrupt(damage);
    return plain;
  }

  /// Reads header and frame table, and the frames too if they are few.
  private void readHead() throws IOException {
    int overhead = RecordHeader.overhead(location.length());
    boolean all = whole != null || location.stored() <= WHOLE_MAX;
    byte[] head = whole != null ? whole : read(0, all ? (int) location.stored() : overhead);
    RecordHeader header = RecordHeader.decode(head, 0, location.segment(), location.offset());
    if (header == null) throw corrupt("bad header");
    if (header.blobId() != blobId || header.length() != location.length()) {
      throw corrupt("header of blob " + Long.toHexString(header.blobId()));
    }
    dictionary = header.dictionary();
    if (!frames.knows(dictionary)) throw corrupt("unknown dictionary " + dictionary);
    int count = RecordHeader.frameCount(location.length());
    ByteBuffer table = ByteBuffer.wrap(head, RecordHeader.SIZE, overhead - RecordHeader.SIZE);
    int[] sizes = new int[count];
    checksums = new int[count];
    offsets = new long[count];
    long offset = overhead;
    for (int i = 0; i < count; i++) {
      sizes[i] = table.getInt();
      checksums[i] = table.getInt();
      offsets[i] = offset;
      offset += Frames.storedLength(sizes[i]);
      if (Frames.storedLength(sizes[i]) > Frames.PLAIN) throw corrupt("bad frame table");
    }
    if (offset != location.stored()) throw corrupt("bad frame table");
    whole = all ? head : null;
    lengths = sizes;
  }

  private byte[] read(long offset, int length) throws IOException {
    while (true) {
      Segment s = segments.get(location.segment());
      DiskFile file = s == null ? null : acquire(s);
      if (file == null) {
        // compaction has moved it, or the file is lost
        Location before = location;
        locate();
        if (location.equals(before)) throw corrupt("segment file is missing");
        continue;
      }
      try {
        byte[] out = new byte[length];
        int n = file.read(location.offset() + offset, ByteBuffer.wrap(out));
        if (n < length) throw corrupt("segment file ends early");
        return out;
      } finally {
        s.release();
      }
    }
  }

  private DiskFile acquire(Segment s) throws IOException {
    if (!s.isFileOpen()) segments.closeSomeIdle();
    return s.acquire();
  }

  private CorruptBlobException corrupt(String why) {
    return new CorruptBlobException(
        blobId, why + " in " + Segment.name(location.segment()) + " at " + location.offset());
  }

  /// A range of the blob.
  byte[] bytes(long from, long length) throws IOException {
    checkRange(from, length, location.length());
    byte[] out = new byte[Math.toIntExact(length)];
    byte[] frame = null;
    int done = 0;
    while (done < out.length) {
      long at = from + done;
      int index = (int) (at >> Frames.PLAIN_LOG);
      int skip = (int) (at & (Frames.PLAIN - 1));
      long frameLength = Math.min(Frames.PLAIN, location.length() - (at - skip));
      if (skip == 0 && out.length - done >= frameLength) {
        done += frame(index, out, done);
      } else {
        if (frame == null) frame = new byte[(int) Math.min(Frames.PLAIN, location.length())];
        int n = Math.min(frame(index, frame, 0) - skip, out.length - done);
        System.arraycopy(frame, skip, out, done, n);
        done += n;
      }
    }
    return out;
  }

  static void checkRange(long from, long length, long all) throws IOException {
    if (from < 0 || length < 0 || from > all - length) {
      throw new EOFException("octets " + from + " to " + (from + length) + " of a blob of " + all);
    }
  }

  /// Reads everything; for checks.
  void verify() throws IOException {
    byte[] frame = new byte[(int) Math.min(Frames.PLAIN, location.length())];
    for (int i = 0; i < RecordHeader.frameCount(location.length()); i++) frame(i, frame, 0);
    if (location.length() == 0) readHead();
  }
}
