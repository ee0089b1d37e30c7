package org.posthorn.store.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.store.kv.Row;

/// One row of segments that is appended to, one record at a time. There are three, so that a large
/// message being compressed keeps no small one waiting, and what compaction copies, which is old,
/// lies apart from what is new.
///
/// Its lock is held while a record is written into the page cache, never during a sync.
final class Lane {
  enum Kind {
    SMALL,
    LARGE,
    COPIED
  }

  /// After so many octets a row notes how far the file need not be looked at when opening.
  private static final long MARK_STEP = 4 << 20;

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(256 << 10).asReadOnlyBuffer();

  private final Kind kind;
  private final Segments segments;
  private final Blobs.Sizes sizes;
  private Segment current; // guarded by this
  private long reserved; // of current; guarded by this

  Lane(Kind kind, Segments segments, Blobs.Sizes sizes) {
    this.kind = kind;
    this.segments = segments;
    this.sizes = sizes;
  }

  /// Writes a record.
  interface Filler {
    /// Writes the record of at most `bound` octets at `at`; its octets.
    long fill(DiskFile file, int segment, long at) throws IOException;
  }

  /// @param segment where the record was written
  /// @param offset its begin
  /// @param stored its octets
  /// @param rows about segments, to go with the row of the blob
  record Placed(Segment segment, long offset, long stored, List<Row> rows) {}

  /// Goes on in a segment found open.
  synchronized void resume(Segment s) {
    current = s;
    reserved = s.end;
  }

  synchronized Placed append(long bound, Filler filler) throws IOException {
    if (current != null && current.end > 0 && current.end + bound > sizes.segment()) seal();
    if (current == null) {
      current = segments.create(kind);
      reserved = 0;
    }
    Segment s = current;
    DiskFile file = s.acquire();
    try {
      // a record may lie behind what could be reserved, when the disk was full
      reserved = Math.max(reserved, s.end);
      if (kind == Kind.SMALL && s.end + bound > reserved) reserve(file, s.end + bound);
      long at = s.end;
      long stored = filler.fill(file, s.id, at);
      s.end = at + stored;
      s.live.addAndGet(stored);
      segments.dirty(s);
      List<Row> rows = new ArrayList<>(2);
      if (s.rowMark < 0 || at - s.rowMark >= MARK_STEP) {
        s.rowMark = at;
        rows.add(new SegmentRow(SegmentRow.State.OPEN, kind, at, s.live.get()).row(s.id));
      }
      return new Placed(s, at, stored, rows);
    } finally {
      s.release();
    }
  }

  /// Writes zeros ahead, so that a sync has only data to write and no metadata (measured on ext4:
  /// 6.5 k against 4.6 k syncs a second).
  private void reserve(DiskFile file, long upTo) {
    try {
      long to = Math.min(reserved + sizes.reserve(), sizes.segment());
      for (to = Math.max(to, upTo); reserved < to; ) {
        ByteBuffer zeros = ZEROS.duplicate();
        zeros.limit((int) Math.min(zeros.capacity(), to - reserved));
        int n = zeros.remaining();
        file.write(reserved, zeros);
        reserved += n;
      }
    } catch (IOException e) {
      // the write of the record itself says whether there is room
    }
  }

  /// Ends the current segment, if there is one.
  synchronized void seal() {
    Segment s = current;
    if (s == null) return;
    current = null;
    if (reserved > s.end) {
      try {
        DiskFile file = s.acquire();
        try {
          file.truncate(s.end);
          segments.dirty(s);
        } finally {
          s.release();
        }
      } catch (IOException e) {
        // the room behind the end is lost until the segment goes
      }
    }
    segments.sealed(s);
  }

  /// Nothing behind the last synced octet of this segment can be trusted any more.
  synchronized void distrust(Segment s) {
    if (current == s) current = null;
    s.trusted = s.synced;
    s.end = Math.min(s.end, s.synced);
    segments.sealed(s);
  }

  /// Cuts what was reserved ahead.
  synchronized void trim() throws IOException {
    Segment s = current;
    if (s == null || reserved <= s.end) return;
    DiskFile file = s.acquire();
    try {
      file.truncate(s.end);
      reserved = s.end;
      segments.dirty(s);
    } finally {
      s.release();
    }
  }
}
