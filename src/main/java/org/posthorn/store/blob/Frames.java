package org.posthorn.store.blob;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.CRC32C;

/// Turns up to 128 KiB of plain octets into a stored frame and back. Any thread.
final class Frames {
  static final int PLAIN_LOG = 17;
  static final int PLAIN = 1 << PLAIN_LOG;

  /// Set in the stored length of a frame that did not shrink by a tenth.
  static final int STORED_PLAIN = 0x8000_0000;

  private static final int LEVEL = 3;

  /// Idle contexts kept, each of about a megabyte outside the heap.
  private static final int IDLE_MAX = 2 * Runtime.getRuntime().availableProcessors();

  private final ArrayBlockingQueue<ZstdCompressCtx> compressors =
      new ArrayBlockingQueue<>(IDLE_MAX);
  private final ArrayBlockingQueue<ZstdDecompressCtx> decompressors =
      new ArrayBlockingQueue<>(IDLE_MAX);

  /// Room that [#store] needs for a plain frame of this length.
  static int bound(int plain) {
    return (int) Zstd.compressBound(plain);
  }

  /// Writes the stored form of a plain frame into `to`, and its table entry at `entry` of `table`;
  /// the octets written.
  int store(byte[] plain, int from, int length, byte[] to, int at, byte[] table, int entry) {
    ZstdCompressCtx c = compressors.poll();
    if (c == null) {
      c = new ZstdCompressCtx();
      c.setLevel(LEVEL).setContentSize(false).setChecksum(false);
    }
    int stored;
    int flag = 0;
    try {
      stored = c.compressByteArray(to, at, to.length - at, plain, from, length);
    } finally {
      if (!compressors.offer(c)) c.close();
    }
    if (stored > length - length / 10) {
      System.arraycopy(plain, from, to, at, length);
      stored = length;
      flag = STORED_PLAIN;
    }
    CRC32C crc = new CRC32C();
    crc.update(to, at, stored);
    ByteBuffer.wrap(table, entry, RecordHeader.TABLE_ENTRY)
        .putInt(stored | flag)
        .putInt((int) crc.getValue());
    return stored;
  }

  static int storedLength(int tableLength) {
    return tableLength & ~STORED_PLAIN;
  }

  /// Null if good, else what is wrong with a stored frame.
  static String damage(byte[] stored, int from, int tableLength, int checksum) {
    CRC32C crc = new CRC32C();
    crc.update(stored, from, storedLength(tableLength));
    return (int) crc.getValue() == checksum ? null : "bad frame checksum";
  }

  /// The reverse of [#store]; null if good, else what is wrong.
  String load(
      byte[] stored, int from, int tableLength, int checksum, byte[] to, int at, int length) {
    String damage = damage(stored, from, tableLength, checksum);
    if (damage != null) return damage;
    int n = storedLength(tableLength);
    if ((tableLength & STORED_PLAIN) != 0) {
      if (n != length) return "plain frame of " + n + " octets";
      System.arraycopy(stored, from, to, at, length);
      return null;
    }
    ZstdDecompressCtx c = decompressors.poll();
    if (c == null) c = new ZstdDecompressCtx();
    try {
      int plain = c.decompressByteArray(to, at, length, stored, from, n);
      return plain == length ? null : "frame of " + plain + " octets";
    } catch (ZstdException e) {
      return "frame does not decompress: " + e.getMessage();
    } finally {
      if (!decompressors.offer(c)) c.close();
    }
  }

  void close() {
    for (ZstdCompressCtx c; (c = compressors.poll()) != null; ) c.close();
    for (ZstdDecompressCtx c; (c = decompressors.poll()) != null; ) c.close();
  }
}
