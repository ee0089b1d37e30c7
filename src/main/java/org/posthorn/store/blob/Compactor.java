package org.posthorn.store.blob;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.Row;

/// Copies the living out of segments that are mostly dead, and takes those away.
///
/// The order is: copies durable, rows name the copies, the row of the old segment says dead, the
/// file goes. A crash anywhere leaves every blob named at a place where it is. A blob released
/// between the reading of its row and the writing of the new one is named once more; the next
/// compaction, which asks `live`, forgets it.
final class Compactor {
  private static final System.Logger LOG = System.getLogger("posthorn.store.blob");

  /// A segment sealed in this process is left alone for so long: commits under way may still name
  /// what was appended to it.
  static final long GRACE_NANOS = TimeUnit.HOURS.toNanos(1);

  private static final int ROWS = 1024;

  private final Kv kv;
  private final Segments segments;
  private final Lane lane;
  private final LongPredicate live;

  Compactor(Kv kv, Segments segments, Lane lane, LongPredicate live) {
    this.kv = kv;
    this.segments = segments;
    this.lane = lane;
    this.live = live;
  }

  Compaction run() throws IOException {
    Compaction sum = Compaction.NOTHING;
    for (Segment s : List.copyOf(segments.all())) {
      if (isDue(s)) sum = sum.and(compact(s));
    }
    return sum;
  }

  private boolean isDue(Segment s) {
    return s.sealed
        && !s.damaged
        && (s.sealedBefore || segments.nanos() - s.sealedNanos >= GRACE_NANOS)
        && s.live.get() * 2 < s.end | s.end == 0;
  }

  private Compaction compact(Segment s) throws IOException {
    DiskFile file = s.acquire();
    if (file == null) return Compaction.NOTHING;
    long copied = 0;
    try {
      SegmentWalk walk = new SegmentWalk(file, s.id, s.end);
      if (walk.walk(0) != s.end || !walk.damage().isEmpty()) throw damaged(s, "unreadable record");
      List<SegmentWalk.Found> found = walk.found();
      for (int i = 0; i < found.size(); i += ROWS) {
        copied += copy(s, file, found.subList(i, Math.min(i + ROWS, found.size())));
      }
    } catch (CorruptBlobException e) {
      return Compaction.NOTHING; // said so already; kept as it is, for whoever can still read it
    } finally {
      s.release();
    }
    SegmentRow dead = new SegmentRow(SegmentRow.State.DEAD, s.lane, s.end, 0);
    kv.writeLocal(new Commit.Local(List.of(dead.row(s.id)), List.of()));
    if (segments.remove(s)) {
      kv.writeLocal(new Commit.Local(List.of(), List.of(SegmentRow.key(s.id))));
    }
    LOG.log(INFO, "blob-segment-compacted file={0} size={1} copied={2}", s.name(), s.end, copied);
    return new Compaction(1, copied, s.end - copied);
  }

  private static CorruptBlobException damaged(Segment s, String why) {
    s.damaged = true;
    LOG.log(ERROR, "blob-segment-damaged file={0} reason={1}", s.name(), why);
    return new CorruptBlobException(0, why);
  }

  /// Copies those of some records that live, forgets those that are named and do not; the octets
  /// copied.
  private long copy(Segment s, DiskFile file, List<SegmentWalk.Found> some) throws IOException {
    List<byte[]> keys = new ArrayList<>(some.size());
    for (SegmentWalk.Found f : some) keys.add(Location.key(f.header().blobId()));
    List<byte[]> values = kv.getAllLocal(keys);
    List<Row> puts = new ArrayList<>();
    List<byte[]> deletes = new ArrayList<>();
    Set<Segment> written = new HashSet<>();
    long copied = 0;
    for (int i = 0; i < some.size(); i++) {
      SegmentWalk.Found f = some.get(i);
      if (values.get(i) == null) continue;
      Location old = Location.decode(values.get(i));
      if (old.segment() != s.id || old.offset() != f.offset()) continue;
      if (!live.test(f.header().blobId())) {
        deletes.add(keys.get(i));
        continue;
      }
      Lane.Placed p =
          lane.append(old.stored(), (to, segment, at) -> copy(s, file, f, to, segment, at));
      puts.add(
          new Location(p.segment().id, p.offset(), p.stored(), old.length())
              .row(f.header().blobId()));
      puts.addAll(p.rows());
      written.add(p.segment());
      copied += p.stored();
    }
    for (Segment w : written) segments.syncOne(w); // not on the committer's thread
    puts.addAll(segments.rowsDue());
    Commit.Local rows = new Commit.Local(puts, deletes);
    if (!rows.isEmpty()) kv.writeLocal(rows);
    return copied;
  }

  /// Copies one record frame by frame, checking each; its octets.
  private static long copy(
      Segment s, DiskFile file, SegmentWalk.Found f, DiskFile to, int segment, long at)
      throws IOException {
    int overhead = RecordHeader.overhead(f.header().length());
    byte[] head = read(s, file, f.offset(), overhead);
    long offset = overhead;
    ByteBuffer table = ByteBuffer.wrap(head, RecordHeader.SIZE, overhead - RecordHeader.SIZE);
    while (table.hasRemaining()) {
      int length = table.getInt();
      int checksum = table.getInt();
      int n = Frames.storedLength(length);
      if (n > Frames.PLAIN) throw damaged(s, "bad frame table");
      byte[] frame = read(s, file, f.offset() + offset, n);
      String damage = new Frames.Stored(frame, 0, length, checksum, 0).damage();
      if (damage != null) throw damaged(s, damage);
      to.write(at + offset, ByteBuffer.wrap(frame));
      offset += n;
    }
    if (offset != f.header().stored()) throw damaged(s, "bad frame table");
    f.header().encode(head, 0, segment, at);
    to.write(at, ByteBuffer.wrap(head));
    return offset;
  }

  private static byte[] read(Segment s, DiskFile file, long at, int n) throws IOException {
    byte[] out = new byte[n];
    if (file.read(at, ByteBuffer.wrap(out)) < n) throw damaged(s, "file ends early");
    return out;
  }
}
