package org.posthorn.store.blob;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/// One segment file. While it is open its lane appends to it under the lane's lock; sealed it never
/// changes again, and goes when compaction has copied out what lives.
final class Segment {
  private static final String SUFFIX = ".seg";

  final int id;
  final Lane.Kind lane;

  /// Octets of records, living or not, still named by a row: an estimate.
  final AtomicLong live = new AtomicLong();

  private final Disk disk;

  /// Where the next record goes. Changed under the lane's lock.
  volatile long end;

  /// Octets known to be durable. Changed by [Segments#sync].
  volatile long synced;

  /// What lies behind was lost by a failed sync: no row may name it.
  volatile long trusted = Long.MAX_VALUE;

  volatile boolean sealed;

  /// When it was sealed in this process; what was found sealed is old enough.
  volatile long sealedNanos;

  volatile boolean sealedBefore;

  /// Found damaged: kept for ever, never compacted.
  volatile boolean damaged;

  /// Mark of the last row `G` handed out for it, -1 none. Guarded by the lane's lock.
  long rowMark = -1;

  /// Held during a sync of the file.
  final Object syncing = new Object();

  private DiskFile file; // guarded by this; null: closed
  private int users; // guarded by this
  private boolean gone; // guarded by this

  Segment(Disk disk, int id, Lane.Kind lane) {
    this.disk = disk;
    this.id = id;
    this.lane = lane;
  }

  static String name(int id) {
    return String.format("%08x", id) + SUFFIX;
  }

  /// The number in a file name, -1 if it is not the name of a segment.
  static int number(String name) {
    if (name.length() != 8 + SUFFIX.length() || !name.endsWith(SUFFIX)) return -1;
    try {
      return Integer.parseUnsignedInt(name, 0, 8, 16);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  String name() {
    return name(id);
  }

  /// The row that describes it now.
  SegmentRow row() {
    SegmentRow.State state = sealed ? SegmentRow.State.SEALED : SegmentRow.State.OPEN;
    return new SegmentRow(state, lane, end, live.get());
  }

  /// Creates the file.
  synchronized void create() throws IOException {
    file = disk.open(name(), true);
  }

  /// The file, kept open until [#release]; null if the segment is gone and the row must be read
  /// again.
  synchronized DiskFile acquire() throws IOException {
    if (gone) return null;
    if (file == null) file = disk.open(name(), false);
    users++;
    return file;
  }

  synchronized void release() {
    users--;
    if (gone && users == 0) closeFile();
  }

  /// Closes the file if nobody uses it; true if it was open.
  synchronized boolean closeIdle() {
    if (users > 0 || file == null) return false;
    closeFile();
    return true;
  }

  synchronized boolean isFileOpen() {
    return file != null;
  }

  /// No new user comes in.
  synchronized void retire() {
    gone = true;
    if (users == 0) closeFile();
  }

  private void closeFile() {
    try {
      if (file != null) file.close();
    } catch (IOException e) {
      // only read since the last sync: nothing can be lost by a failing close
    }
    file = null;
  }
}
