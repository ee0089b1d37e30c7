package org.posthorn.store.kv;

import java.util.ArrayList;
import java.util.List;

/// One atomic change of one partition. Within it range deletes come first, then deletes, facts,
/// puts.
///
/// @param partition what is changed
/// @param expectedVersion the version the partition must have; 0 if it must not exist yet
/// @param commitId unique; kept in the head row, so that an unknown outcome can be resolved
/// @param facts rows written once under keys never used before
/// @param puts rows written, replacing what was there
/// @param deletes keys removed
/// @param rangeDeletes key ranges removed, before `puts` take effect
/// @param local changes of rows local to this disk, in the same synced write, without version
public record Commit(
    Partition partition,
    long expectedVersion,
    long commitId,
    List<Row> facts,
    List<Row> puts,
    List<byte[]> deletes,
    List<Range> rangeDeletes,
    Local local) {

  /// @param from first key removed
  /// @param to first key kept
  public record Range(byte[] from, byte[] to) {}

  /// Rows of the local key space: puts and deletes.
  public record Local(List<Row> puts, List<byte[]> deletes) {
    public static final Local NONE = new Local(List.of(), List.of());

    public boolean isEmpty() {
      return puts.isEmpty() && deletes.isEmpty();
    }

    /// Octets of keys and values, as [Commit#size].
    public long size() {
      long n = 0;
      for (Row r : puts) n += r.key().length + r.value().length + 16;
      for (byte[] k : deletes) n += k.length + 16;
      return n;
    }

    /// These changes and then those.
    public Local and(Local more) {
      if (isEmpty()) return more;
      if (more.isEmpty()) return this;
      List<Row> bothPuts = new ArrayList<>(puts);
      bothPuts.addAll(more.puts);
      List<byte[]> bothDeletes = new ArrayList<>(deletes);
      bothDeletes.addAll(more.deletes);
      return new Local(bothPuts, bothDeletes);
    }
  }

  /// Octets of keys and values, for the limit of a commit and of a batch.
  public long size() {
    long n = 64;
    for (Row r : facts) n += r.key().length + r.value().length + 16;
    for (Row r : puts) n += r.key().length + r.value().length + 16;
    for (byte[] k : deletes) n += k.length + 16;
    for (Range r : rangeDeletes) n += r.from().length + r.to().length + 16;
    return n + local.size();
  }

  /// Which limit of [Kv] this breaks, or null. Such a commit is Rejected.
  String excess() {
    if (size() > Kv.COMMIT_MAX) return "commit of " + size() + " octets";
    String why = excess(facts);
    if (why == null) why = excess(puts);
    if (why == null) why = excess(local.puts());
    return why;
  }

  private static String excess(List<Row> rows) {
    for (Row r : rows) {
      if (r.key().length == 0 || r.key().length > Kv.KEY_MAX) {
        return "key of " + r.key().length + " octets";
      }
      if (r.value().length > Kv.VALUE_MAX) return "value of " + r.value().length + " octets";
    }
    return null;
  }
}
