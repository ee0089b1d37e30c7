package org.posthorn.store.blob;

import java.io.IOException;
import java.util.Arrays;
import org.posthorn.store.kv.Kv;

/// Reads blobs that are asked for in the order in which they were stored, or nearly: a mailbox read
/// from end to end. It reads ahead in the segment and finds the next records there by the ids in
/// their headers, without the row that says where each lies and without a call into the file system
/// for each. A blob it does not come across is read as always.
///
/// One thread. Holds at most [#AHEAD_MAX] octets.
public final class BlobRun {
  static final int AHEAD_MAX = 128 * 1024;
  private static final int AHEAD_MIN = 16 * 1024;

  /// Ids grow with time, but two that were stored at once may have changed places.
  private static final int LATER_MAX = 2;

  private static final byte[] NOTHING = {};

  private final Kv kv;
  private final Segments segments;
  private final Frames frames;

  // What is held: octets of a segment, from `offset` on; `at` in it is behind the last record used.
  private byte[] held = NOTHING;
  private int segment;
  private long offset;
  private int at;

  /// Doubles when all that was read was used.
  private int ahead = AHEAD_MIN;

  BlobRun(Kv kv, Segments segments, Frames frames) {
    this.kv = kv;
    this.segments = segments;
    this.frames = frames;
  }

  /// As [Blobs#bytes].
  public byte[] bytes(long blobId, long from, long length) throws IOException {
    BlobReader reader = ahead(blobId);
    if (reader == null) {
      reader = new BlobReader(blobId, kv, segments, frames);
      Location l = reader.location();
      if (l.stored() <= AHEAD_MIN) {
        ahead = AHEAD_MIN;
        hold(l.segment(), l.offset());
        BlobReader found = found(blobId);
        reader = found == null ? reader : found;
      }
    }
    return reader.bytes(from, length);
  }

  /// The blob, if it is in what is held or directly behind it.
  private BlobReader ahead(long blobId) {
    if (held.length == 0) return null;
    BlobReader found = found(blobId);
    if (found != null || at == 0 || !endsHere()) return found;
    ahead = Math.min(AHEAD_MAX, 2 * ahead);
    hold(segment, offset + at);
    return found(blobId);
  }

  /// Whether no whole record is left.
  private boolean endsHere() {
    RecordHeader h = header(at);
    return h == null ? held.length - at < RecordHeader.SIZE : at + h.stored() > held.length;
  }

  private BlobReader found(long blobId) {
    int later = 0;
    int i = at;
    for (RecordHeader h = header(i); h != null; h = header(i)) {
      int end = (int) Math.min(held.length + 1L, i + h.stored());
      if (end > held.length) return null;
      if (h.blobId() == blobId) {
        var location = new Location(segment, offset + i, h.stored(), h.length());
        at = end;
        byte[] record = Arrays.copyOfRange(held, i, end);
        return new BlobReader(blobId, kv, segments, frames, location, record);
      }
      if (h.blobId() > blobId && ++later == LATER_MAX) return null;
      i = end;
    }
    return null;
  }

  private RecordHeader header(int i) {
    return i + RecordHeader.SIZE > held.length
        ? null
        : RecordHeader.decode(held, i, segment, offset + i);
  }

  /// Nothing is held if the segment cannot be read: the reader of the single blob says why.
  private void hold(int segmentNumber, long from) {
    segment = segmentNumber;
    offset = from;
    at = 0;
    held = NOTHING;
    Segment s = segments.get(segmentNumber);
    try {
      held = s == null ? NOTHING : segments.read(s, from, ahead);
    } catch (IOException e) {
      held = NOTHING;
    }
  }
}
