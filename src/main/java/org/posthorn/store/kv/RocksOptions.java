package org.posthorn.store.kv;

/// What RocksDB may use.
///
/// @param blockCache octets of uncompressed blocks, indexes and filters kept in memory
/// @param writeBuffer octets gathered in memory before a file is written
/// @param writeBuffers how many of those at most
/// @param readers platform threads for reads that wait for the disk
/// @param ballast octets of a file that is given up when the disk is full, so that deleting works;
///   0 for none
/// @param minFree when the disk has fewer octets free, commits that bring new blobs are Rejected; 0
///   for no such limit
public record RocksOptions(
    long blockCache, long writeBuffer, int writeBuffers, int readers, long ballast, long minFree) {
  public static final RocksOptions DEFAULT =
      new RocksOptions(32L << 20, 16L << 20, 3, 4, 32L << 20, 64L << 20);

  /// Neither ballast nor a watch on free space: for tests and throw-away servers.
  public RocksOptions withoutReserve() {
    return new RocksOptions(blockCache, writeBuffer, writeBuffers, readers, 0, 0);
  }

  public RocksOptions withBlockCache(long octets) {
    return new RocksOptions(octets, writeBuffer, writeBuffers, readers, ballast, minFree);
  }

  public RocksOptions withWriteBuffer(long octets) {
    return new RocksOptions(blockCache, octets, writeBuffers, readers, ballast, minFree);
  }
}
