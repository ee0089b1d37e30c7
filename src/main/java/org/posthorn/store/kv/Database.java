package org.posthorn.store.kv;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.CompressionOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.Filter;
import org.rocksdb.FlushOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// One opening of the RocksDB directory, with everything native that belongs to it.
///
/// Calls may wait for the disk, except [#cached]. The caller sees to it that nothing is called
/// after [#close].
class Database {
  private static final long WAL_MAX = 64L << 20;
  private static final int OPEN_FILES_MAX = 512;
  private static final int BLOCK_SIZE = 8 << 10;
  private static final int BLOOM_BITS = 10;

  /// Rows are compressed anew each time files are merged, so fast goes before small; the default is
  /// 3.
  private static final int ZSTD_LEVEL = 1;

  /// Of the write buffer, for a filter of the keys in it.
  private static final double MEMTABLE_BLOOM = 0.04;

  private static final int LEVEL0_SLOWDOWN = 40;
  private static final long LOG_FILE_MAX = 1L << 20;
  private static final int LOG_FILES = 3;

  /// Rows stepped over before the next one sought is looked up as if it were far.
  private static final int NEAR = 4;

  /// Deleted rows passed in a run.
  private static final int SKIP_MAX = 200;

  private final List<AutoCloseable> owned = new ArrayList<>();
  private final RocksDB db;
  private final ReadOptions all;
  private final ReadOptions cacheOnly;
  private final ReadOptions cacheOnlyRun;
  private final WriteOptions synced;

  Database(Path directory, RocksOptions o) throws RocksDBException {
    try {
      Options options = options(o);
      all = own(new ReadOptions());
      cacheOnly = own(new ReadOptions().setReadTier(ReadTier.BLOCK_CACHE_TIER));
      cacheOnlyRun =
          own(
              new ReadOptions()
                  .setReadTier(ReadTier.BLOCK_CACHE_TIER)
                  .setMaxSkippableInternalKeys(SKIP_MAX));
      synced = own(new WriteOptions().setSync(true));
      db = own(RocksDB.open(options, directory.toString()));
    } catch (RocksDBException | RuntimeException e) {
      free();
      throw e;
    }
  }

  private <T extends AutoCloseable> T own(T nativeObject) {
    owned.add(nativeObject);
    return nativeObject;
  }

  private Options options(RocksOptions o) {
    Cache cache = own(new LRUCache(o.blockCache(), 2));
    Filter bloom = own(new BloomFilter(BLOOM_BITS, false));
    var table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setBlockSize(BLOCK_SIZE)
            .setFilterPolicy(bloom)
            .setWholeKeyFiltering(true)
            // indexes and filters count against the cache, in parts, so that a large database
            // needs no more memory than a small one
            .setIndexType(IndexType.kTwoLevelIndexSearch)
            .setPartitionFilters(true)
            .setCacheIndexAndFilterBlocks(true)
            .setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setPinTopLevelIndexAndFilter(true)
            .setFormatVersion(5);
    return own(new Options())
        .setCreateIfMissing(true)
        .setTableFormatConfig(table)
        .setWriteBufferSize(o.writeBuffer())
        .setMaxWriteBufferNumber(o.writeBuffers())
        .setLevelCompactionDynamicLevelBytes(true)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
        .setBottommostCompressionOptions(
            own(new CompressionOptions().setLevel(ZSTD_LEVEL).setEnabled(true)))
        // rows that are asked for before they are written are not there, as a rule
        .setMemtablePrefixBloomSizeRatio(MEMTABLE_BLOOM)
        .setMemtableWholeKeyFiltering(true)
        .setMaxTotalWalSize(WAL_MAX)
        .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
        .setMaxBackgroundJobs(2)
        // compactions stop on a full disk: a write must never wait for one
        .setLevel0SlowdownWritesTrigger(LEVEL0_SLOWDOWN)
        .setLevel0StopWritesTrigger(Integer.MAX_VALUE)
        .setHardPendingCompactionBytesLimit(0)
        .setMaxOpenFiles(OPEN_FILES_MAX)
        .setSkipStatsUpdateOnDbOpen(true)
        // only the committer writes
        .setAllowConcurrentMemtableWrite(false)
        .setEnableWriteThreadAdaptiveYield(false)
        // recovery is ours: close and open again
        .setMaxBgErrorResumeCount(0)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setMaxLogFileSize(LOG_FILE_MAX)
        .setKeepLogFileNum(LOG_FILES)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0);
  }

  /// Writes and syncs.
  void write(WriteBatch batch) throws RocksDBException {
    db.write(synced, batch);
  }

  byte[] get(byte[] key) throws RocksDBException {
    return db.get(all, key);
  }

  /// The value if that can be told without the disk; [Miss] if not.
  byte[] cached(byte[] key) throws RocksDBException, Miss {
    try {
      return db.get(cacheOnly, key);
    } catch (RocksDBException e) {
      if (e.getStatus() != null && e.getStatus().getCode() == Status.Code.Incomplete) {
        throw Miss.MISS;
      }
      throw e;
    }
  }

  /// The values of the first keys, null where there is none, of as many as can be told without the
  /// disk; the others are left for [#getAll]. Rows that lie beside each other, as those of messages
  /// that came one after another do, cost a fraction of a look-up each.
  ///
  /// @param keys ascending
  List<byte[]> cachedRun(List<byte[]> keys) throws RocksDBException {
    List<byte[]> out = new ArrayList<>(keys.size());
    byte[] found = new byte[keys.stream().mapToInt(k -> k.length).max().orElse(0)];
    try (RocksIterator i = db.newIterator(cacheOnlyRun)) {
      for (byte[] k : keys) {
        int order = out.isEmpty() ? -1 : advance(i, k, found);
        if (order < 0) {
          i.seek(k);
          if (!i.isValid() && !isEnd(i)) return out;
          order = i.isValid() ? order(i, k, found) : 1;
        }
        out.add(order == 0 ? i.value() : null);
      }
    }
    return out;
  }

  /// Goes on to a key that may be near: 0 if that row is reached, 1 if there is none, -1 if nobody
  /// knows.
  private static int advance(RocksIterator i, byte[] key, byte[] found) {
    for (int steps = 0; steps <= NEAR && i.isValid(); steps++) {
      int order = order(i, key, found);
      if (order >= 0) return order;
      i.next();
    }
    return -1;
  }

  /// How the row where the iterator stands compares with a key: -1, 0 or 1.
  ///
  /// @param found room for that row's key, as long as the longest that is sought
  private static int order(RocksIterator i, byte[] key, byte[] found) {
    int length = i.key(found);
    int n = Math.min(length, found.length);
    int order = Arrays.compareUnsigned(found, 0, n, key, 0, key.length);
    return order == 0 && length > n ? 1 : Integer.signum(order);
  }

  /// Whether there are no more rows; false if only the disk can tell.
  private static boolean isEnd(RocksIterator i) throws RocksDBException {
    try {
      i.status();
      return true;
    } catch (RocksDBException e) {
      if (e.getStatus() != null && e.getStatus().getCode() == Status.Code.Incomplete) return false;
      throw e;
    }
  }

  /// Only the disk can tell.
  static final class Miss extends Exception {
    private static final long serialVersionUID = 1;
    private static final Miss MISS = new Miss();

    private Miss() {
      super(null, null, false, false);
    }
  }

  List<byte[]> getAll(List<byte[]> keys) throws RocksDBException {
    List<byte[]> out = db.multiGetAsList(all, keys);
    for (int i = 0; i < out.size(); i++) {
      // multiGetAsList says nothing of errors: ask again for what seems absent
      if (out.get(i) == null) out.set(i, db.get(all, keys.get(i)));
    }
    return out;
  }

  /// Rows with `from` ≤ key < `to`, without the first `strip` octets of their keys.
  List<Row> scan(byte[] from, byte[] to, int strip, int limit) throws RocksDBException {
    if (Arrays.compareUnsigned(from, to) >= 0 || limit <= 0) return List.of();
    try (Slice bound = new Slice(to);
        ReadOptions options = new ReadOptions().setIterateUpperBound(bound);
        RocksIterator i = db.newIterator(options)) {
      List<Row> out = new ArrayList<>(Math.min(limit, 1024));
      for (i.seek(from); out.size() < limit && i.isValid(); i.next()) {
        byte[] key = i.key();
        out.add(new Row(Arrays.copyOfRange(key, strip, key.length), i.value()));
      }
      i.status();
      return out;
    }
  }

  /// Makes a copy of the database by hard links.
  void checkpoint(Path directory) throws RocksDBException {
    try (Checkpoint c = Checkpoint.create(db)) {
      c.createCheckpoint(directory.toString());
    }
  }

  /// Failed flushes and compactions since opening: RocksDB may have stopped doing any.
  long backgroundErrors() throws RocksDBException {
    return db.getLongProperty("rocksdb.background-errors");
  }

  /// Writes what is only in the log into a file, so that the next opening is fast.
  void flush() {
    // a stall would last for ever on a full disk
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true).setAllowWriteStall(true)) {
      db.flush(options);
    } catch (RocksDBException e) {
      // the log has it all
    }
  }

  void close() {
    free();
  }

  private void free() {
    for (AutoCloseable c : owned.reversed()) {
      try {
        c.close();
      } catch (Exception e) {
        throw new IllegalStateException(e); // RocksDB's close methods throw nothing
      }
    }
    owned.clear();
  }
}
