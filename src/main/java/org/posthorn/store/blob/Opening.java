package org.posthorn.store.blob;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.Row;

/// Brings files and rows together when the store is opened.
///
/// A segment whose row says sealed is believed. Every other one is looked through from its mark on;
/// everything behind the last record that a row names is cut off. What is damaged before that
/// stays: whoever reads it is told.
final class Opening {
  private static final System.Logger LOG = System.getLogger("posthorn.store.blob");
  private static final int ROWS = 1024;

  private final Disk disk;
  private final Kv kv;
  private final Segments segments;
  private final Lane[] lanes;
  private final Blobs.Sizes sizes;
  private final List<Row> puts = new ArrayList<>();
  private final List<byte[]> deletes = new ArrayList<>();
  private boolean namesChanged;

  Opening(Disk disk, Kv kv, Segments segments, Lane[] lanes, Blobs.Sizes sizes) {
    this.disk = disk;
    this.kv = kv;
    this.segments = segments;
    this.lanes = lanes;
    this.sizes = sizes;
  }

  void run() throws IOException {
    Map<Integer, SegmentRow> rows = rows();
    Map<Integer, String> files = new TreeMap<>();
    for (String name : disk.list()) {
      int id = Segment.number(name);
      if (id >= 0) files.put(id, name);
    }
    Map<Lane.Kind, Segment> resumable = new HashMap<>();
    for (var e : files.entrySet()) {
      segments.taken(e.getKey());
      Segment s = open(e.getKey(), e.getValue(), rows.remove(e.getKey()));
      if (s == null) continue;
      segments.add(s);
      if (!s.sealed) {
        Segment older = resumable.put(s.lane, s);
        if (older != null) sealed(older);
      }
    }
    for (var e : rows.entrySet()) {
      segments.taken(e.getKey());
      if (e.getValue().state() == SegmentRow.State.DEAD || e.getValue().live() == 0) {
        deletes.add(SegmentRow.key(e.getKey()));
      } else {
        LOG.log(ERROR, "blob-segment-missing file={0}", Segment.name(e.getKey()));
      }
    }
    for (Segment s : resumable.values()) {
      if (s.end < sizes.segment()) lanes[s.lane.ordinal()].resume(s);
      else sealed(s);
    }
    if (namesChanged) disk.syncNames();
    Commit.Local changes = new Commit.Local(puts, deletes);
    if (!changes.isEmpty()) kv.writeLocal(changes);
  }

  private Map<Integer, SegmentRow> rows() {
    Map<Integer, SegmentRow> out = new TreeMap<>();
    byte[] from = SegmentRow.key(0);
    while (true) {
      List<Row> some = kv.scanLocal(from, SegmentRow.endKey(), ROWS);
      for (Row r : some) {
        if (SegmentRow.isKey(r.key())) {
          out.put(SegmentRow.segment(r.key()), SegmentRow.decode(r.value()));
        }
      }
      if (some.size() < ROWS) return out;
      from = SegmentRow.key(SegmentRow.segment(some.getLast().key()) + 1);
    }
  }

  private void sealed(Segment s) {
    s.sealed = true;
    s.sealedBefore = true;
    puts.add(s.row().row(s.id));
  }

  /// The segment in this file, null if the file held nothing and is gone.
  private Segment open(int id, String name, SegmentRow row) throws IOException {
    if (row != null && row.state() == SegmentRow.State.DEAD) {
      disk.delete(name);
      namesChanged = true;
      deletes.add(SegmentRow.key(id));
      return null;
    }
    Lane.Kind lane = row == null ? Lane.Kind.SMALL : row.lane();
    Segment s = new Segment(disk, id, lane);
    if (row != null && row.state() == SegmentRow.State.SEALED) {
      s.sealed = true;
      s.sealedBefore = true;
      s.end = row.mark();
      s.synced = row.mark();
      s.live.set(row.live());
      return s;
    }
    DiskFile file = s.acquire();
    try {
      if (!recover(s, file, row)) {
        deletes.add(SegmentRow.key(id));
        return null;
      }
    } finally {
      s.release();
    }
    return s;
  }

  /// Looks through an open segment; false if it held nothing and is gone.
  private boolean recover(Segment s, DiskFile file, SegmentRow row) throws IOException {
    long mark = row == null ? 0 : row.mark();
    long size = file.size();
    SegmentWalk walk = new SegmentWalk(file, s.id, size);
    long end = walk.walk(Math.min(mark, size));
    long cut = Math.max(lastNamed(walk.found(), s.id), Math.min(mark, size));
    for (SegmentWalk.Damage d : walk.damage()) {
      if (d.from() >= cut) continue;
      s.damaged = true;
      LOG.log(ERROR, "blob-segment-damaged file={0} from={1} to={2}", s.name(), d.from(), d.to());
    }
    if (cut == 0) {
      s.retire();
      disk.delete(s.name());
      namesChanged = true;
      return false;
    }
    if (size > cut) {
      if (end > cut) LOG.log(INFO, "blob-segment-cut file={0} at={1} from={2}", s.name(), cut, end);
      file.truncate(cut);
      file.sync();
    }
    if (mark > size) {
      LOG.log(WARNING, "blob-segment-short file={0} size={1} want={2}", s.name(), size, mark);
      s.damaged = true;
    }
    s.end = cut;
    s.synced = cut;
    s.live.set(row == null ? cut : Math.min(cut, row.live() + cut - mark));
    s.rowMark = mark;
    if (row == null) sealed(s);
    return true;
  }

  /// The end of the last record that a row names, 0 if none is.
  private long lastNamed(List<SegmentWalk.Found> found, int segment) {
    for (int to = found.size(); to > 0; ) {
      int from = Math.max(0, to - ROWS / 4);
      List<byte[]> keys = new ArrayList<>();
      for (int i = from; i < to; i++) keys.add(Location.key(found.get(i).header().blobId()));
      List<byte[]> values = kv.getAllLocal(keys);
      for (int i = to - 1; i >= from; i--) {
        if (values.get(i - from) == null) continue;
        Location l = Location.decode(values.get(i - from));
        if (l.segment() == segment && l.offset() == found.get(i).offset()) return l.end();
      }
      to = from;
    }
    return 0;
  }
}
