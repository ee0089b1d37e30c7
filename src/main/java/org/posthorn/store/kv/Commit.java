package org.posthorn.store.kv;

import java.util.List;

/// One atomic change of one partition.
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
  }

  /// Octets of keys and values, for the limit of a commit and of a batch.
  public long size() {
    long n = 64;
    for (Row r : facts) n += r.key().length + r.value().length + 16;
    for (Row r : puts) n += r.key().length + r.value().length + 16;
    for (byte[] k : deletes) n += k.length + 16;
    for (Range r : rangeDeletes) n += r.from().length + r.to().length + 16;
    for (Row r : local.puts()) n += r.key().length + r.value().length + 16;
    for (byte[] k : local.deletes()) n += k.length + 16;
    return n;
  }
}
