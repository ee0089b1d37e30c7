package org.posthorn.store.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.KvException;
import org.posthorn.store.kv.LocalGuard;
import org.posthorn.store.kv.Row;

/// The octets of messages, under 64-bit ids, in segment files.
///
/// A blob lives in four steps: [#append] writes it to a segment, where nobody finds it; the commit
/// that first uses it carries the rows of [Appended], and the committer makes the segment durable
/// before them; [#release] gives the rows that forget it, to be written by the reaper when no
/// partition refers to it any more; [#compact] gives its room back.
///
/// Any thread may call anything. Reading and appending wait for the disk on the caller's thread.
public final class Blobs implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("posthorn.store.blob");
  private static final int VERIFY_ROWS = 1024;

  /// @param segment octets after which a new segment file is begun
  /// @param reserve octets of zeros written ahead of the end
  /// @param large a blob of at least so many octets is compressed frame by frame into the segment,
  ///   not in memory
  public record Sizes(long segment, long reserve, int large) {
    public static final Sizes DEFAULT = new Sizes(256L << 20, 16L << 20, 1 << 20);
  }

  private final Kv kv;
  private final Segments segments;
  private final Lane[] lanes;
  private final Frames frames = new Frames();
  private final int large;

  private Blobs(Disk disk, Kv kv, LongSupplier nanos, Sizes sizes) {
    this.kv = kv;
    this.segments = new Segments(disk, nanos);
    this.lanes = new Lane[Lane.Kind.values().length];
    for (Lane.Kind k : Lane.Kind.values()) lanes[k.ordinal()] = new Lane(k, segments, sizes);
    segments.lanes(lanes);
    large = sizes.large();
  }

  public static Blobs open(Disk disk, Kv kv, LongSupplier nanos) throws IOException {
    return open(disk, kv, nanos, Sizes.DEFAULT);
  }

  /// Opens, cutting off what was appended and never committed, and becomes the guard of the local
  /// rows of `kv`, which must outlive it.
  ///
  /// @param nanos monotonic
  public static Blobs open(Disk disk, Kv kv, LongSupplier nanos, Sizes sizes) throws IOException {
    Blobs blobs = new Blobs(disk, kv, nanos, sizes);
    kv.guardLocal(blobs.new Guard());
    new Opening(disk, kv, blobs.segments, blobs.lanes, sizes).run();
    return blobs;
  }

  /// Loads the compression library, which otherwise the first append or read does. For a thread
  /// that has time, after the start.
  public void warmUp() {
    frames.warmUp();
  }

  /// On the committer's thread.
  private final class Guard implements LocalGuard {
    @Override
    public boolean trusts(Commit.Local rows) {
      for (Row r : rows.puts()) {
        if (Location.isKey(r.key())) {
          Location l = Location.decode(r.value());
          Segment s = segments.get(l.segment());
          if (s == null || l.end() > s.trusted) return false;
        } else if (SegmentRow.isKey(r.key())) {
          SegmentRow row = SegmentRow.decode(r.value());
          Segment s = segments.get(SegmentRow.segment(r.key()));
          if (s != null && row.mark() > s.trusted) return false;
        }
      }
      return true;
    }

    @Override
    public boolean bringsMore(Commit.Local rows) {
      for (Row r : rows.puts()) if (Location.isKey(r.key())) return true;
      return false;
    }

    @Override
    public void sync() throws IOException {
      segments.sync();
    }
  }

  /// Compresses and writes a blob, on the caller's thread. It exists when a commit with the rows
  /// that are returned is durable.
  ///
  /// @param blobId never used before
  public Appended append(long blobId, BlobSource source) throws IOException {
    RecordWriter writer = new RecordWriter(blobId, source, frames);
    Lane.Placed placed;
    if (source.length() < large) {
      byte[] record = writer.compress();
      placed =
          lane(Lane.Kind.SMALL)
              .append(
                  writer.stored(),
                  (file, segment, at) -> {
                    writer.header().encode(record, 0, segment, at);
                    file.write(at, ByteBuffer.wrap(record, 0, (int) writer.stored()));
                    return writer.stored();
                  });
    } else {
      placed = lane(Lane.Kind.LARGE).append(writer.bound(), writer::stream);
      // so that the committer does not wait for all of it
      segments.syncOne(placed.segment());
    }
    return appended(blobId, source.length(), placed);
  }

  private Appended appended(long blobId, long length, Lane.Placed placed) {
    Location l = new Location(placed.segment().id, placed.offset(), placed.stored(), length);
    List<Row> rows = new ArrayList<>(2);
    rows.add(l.row(blobId));
    rows.addAll(placed.rows());
    rows.addAll(segments.rowsDue());
    return new Appended(blobId, length, new Commit.Local(rows, List.of()));
  }

  Segments segments() {
    return segments;
  }

  private Lane lane(Lane.Kind kind) {
    return lanes[kind.ordinal()];
  }

  /// Makes everything appended so far durable.
  public void sync() throws IOException {
    segments.sync();
  }

  /// Plain octets.
  public long length(long blobId) throws IOException {
    return reader(blobId).length();
  }

  /// The whole blob.
  public byte[] bytes(long blobId) throws IOException {
    BlobReader r = reader(blobId);
    return r.bytes(0, r.length());
  }

  /// A range; EOFException if it is not all inside the blob.
  public byte[] bytes(long blobId, long from, long length) throws IOException {
    return reader(blobId).bytes(from, length);
  }

  /// For whoever reads many blobs one after another.
  public BlobRun run() {
    return new BlobRun(kv, segments, frames);
  }

  /// A range as a stream that holds one frame of memory and no file; EOFException if it is not all
  /// inside the blob.
  public InputStream read(long blobId, long from, long length) throws IOException {
    return new BlobStream(reader(blobId), from, length);
  }

  private BlobReader reader(long blobId) throws IOException {
    return new BlobReader(blobId, kv, segments, frames);
  }

  /// The rows that forget these blobs, to go with the commit that removes the last reference.
  public Commit.Local release(Collection<Long> blobIds) {
    List<byte[]> keys = new ArrayList<>(blobIds.size());
    for (long id : blobIds) keys.add(Location.key(id));
    Set<Segment> touched = new LinkedHashSet<>();
    for (byte[] value : kv.getAllLocal(keys)) {
      if (value == null) continue;
      Location l = Location.decode(value);
      Segment s = segments.get(l.segment());
      if (s == null) continue;
      s.live.accumulateAndGet(l.stored(), (live, n) -> Math.max(0, live - n));
      if (s.sealed) touched.add(s); // an open one notes it with its next mark
    }
    List<Row> rows = new ArrayList<>(touched.size());
    for (Segment s : touched) rows.add(s.row().row(s.id));
    return new Commit.Local(rows, keys);
  }

  /// Takes away segments that are sealed for longer than the grace time and less than half alive,
  /// copying what lives. One thread at a time.
  ///
  /// @param live whether any partition still refers to a blob; one that a row names and that is not
  ///   live is forgotten
  public synchronized Compaction compact(LongPredicate live) throws IOException {
    return new Compactor(kv, segments, lane(Lane.Kind.COPIED), live).run();
  }

  /// Until it is closed no segment file goes away.
  public AutoCloseable pin() {
    return segments.pin();
  }

  /// Seals the open segments, so that no file present changes any more; the names of all files.
  public List<String> seal() throws IOException {
    for (Lane l : lanes) l.seal();
    segments.sync();
    List<Row> rows = segments.rowsDue();
    if (!rows.isEmpty()) kv.writeLocal(new Commit.Local(rows, List.of()));
    List<String> names = new ArrayList<>();
    for (Segment s : segments.all()) if (s.sealed) names.add(s.name());
    return names;
  }

  /// Reads every octet of a blob; throws what reading it throws.
  public void verify(long blobId) throws IOException {
    reader(blobId).verify();
  }

  /// Reads every blob that a row names.
  ///
  /// @param bad told of each that cannot be read
  /// @return how many were read
  public long verifyAll(Consumer<IOException> bad) {
    long n = 0;
    byte[] from = Location.key(0);
    while (true) {
      List<Row> some = kv.scanLocal(from, Location.endKey(), VERIFY_ROWS);
      for (Row r : some) {
        try {
          verify(Location.blobId(r.key()));
          n++;
        } catch (MissingBlobException e) {
          // released since the scan
        } catch (IOException e) {
          bad.accept(e);
        }
      }
      if (some.size() < VERIFY_ROWS) return n;
      from = Arrays.copyOf(some.getLast().key(), some.getLast().key().length + 1);
    }
  }

  /// Octets of all segment files, and of the blobs in them that rows name, an estimate.
  public Usage usage() {
    long all = 0;
    long live = 0;
    for (Segment s : segments.all()) {
      all += s.end;
      live += s.live.get();
    }
    return new Usage(all, live);
  }

  /// @param all octets of segment files
  /// @param live those of records that rows name
  public record Usage(long all, long live) {}

  /// Notes where the open segments end, so that the next opening need not look. Appends must have
  /// ceased, and the engine must be open still.
  @Override
  public void close() {
    try {
      List<Row> rows = new ArrayList<>();
      for (Lane l : lanes) l.trim();
      segments.sync();
      for (Segment s : segments.all()) if (!s.sealed) rows.add(s.row().row(s.id));
      rows.addAll(segments.rowsDue());
      if (!rows.isEmpty()) kv.writeLocal(new Commit.Local(rows, List.of()));
    } catch (IOException | KvException | IllegalStateException e) {
      // the next opening looks for itself
      LOG.log(System.Logger.Level.WARNING, "blob-close-failed reason={0}", e.toString());
    }
    segments.close();
    frames.close();
  }
}
