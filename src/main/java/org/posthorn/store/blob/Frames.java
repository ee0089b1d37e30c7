package org.posthorn.store.blob;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.CRC32C;

/// Turns up to 128 KiB of plain octets into a stored frame and back. Any thread.
///
/// Stored frames are zstd frames without magic number, content size, dictionary number and
/// checksum: the record says all that.
final class Frames {
  static final int PLAIN_LOG = 17;
  static final int PLAIN = 1 << PLAIN_LOG;

  /// Set in the stored length of a frame that did not shrink by a tenth.
  static final int STORED_PLAIN = 0x8000_0000;

  /// Measured on mail: level 3 is 1 % smaller and takes a third more time.
  private static final int LEVEL = 1;

  /// Idle contexts kept of each sort, each of about a megabyte outside the heap.
  private static final int IDLE_MAX = Runtime.getRuntime().availableProcessors();

  private final byte[] dictionaryContent = Dictionary.content();
  private Contexts[] contexts; // guarded by this; null until first used

  /// Idle contexts with the same dictionary.
  private static final class Contexts {
    private final ArrayBlockingQueue<ZstdCompressCtx> compress = new ArrayBlockingQueue<>(IDLE_MAX);
    private final ArrayBlockingQueue<ZstdDecompressCtx> decompress =
        new ArrayBlockingQueue<>(IDLE_MAX);
    private final Dictionary dictionary; // null: none

    /// @param dictionary null for none
    Contexts(Dictionary dictionary) {
      this.dictionary = dictionary;
    }

    int compress(byte[] plain, int from, int length, byte[] to, int at) {
      ZstdCompressCtx c = compress.poll();
      if (c == null) {
        c = new ZstdCompressCtx();
        c.setLevel(LEVEL).setContentSize(false).setChecksum(false);
        c.setDictID(false).setMagicless(true);
        if (dictionary != null) c.loadDict(dictionary.compress());
      }
      try {
        return c.compressByteArray(to, at, to.length - at, plain, from, length);
      } finally {
        if (!compress.offer(c)) c.close();
      }
    }

    int decompress(byte[] stored, int from, int n, byte[] to, int at, int length) {
      ZstdDecompressCtx c = decompress.poll();
      if (c == null) {
        c = new ZstdDecompressCtx().setMagicless(true);
        if (dictionary != null) c.loadDict(dictionary.decompress());
      }
      try {
        return c.decompressByteArray(to, at, length, stored, from, n);
      } finally {
        if (!decompress.offer(c)) c.close();
      }
    }

    void close() {
      for (ZstdCompressCtx c; (c = compress.poll()) != null; ) c.close();
      for (ZstdDecompressCtx c; (c = decompress.poll()) != null; ) c.close();
      if (dictionary != null) dictionary.close();
    }
  }

  /// Loads the native library at the first call, which takes up to half a second and is not to
  /// delay the start.
  private synchronized Contexts contexts(int number) {
    if (contexts == null) {
      Dictionary dictionary = new Dictionary(dictionaryContent, LEVEL);
      contexts = new Contexts[] {new Contexts(null), new Contexts(dictionary)};
    }
    return contexts[number];
  }

  void warmUp() {
    contexts(Dictionary.CURRENT);
  }

  /// The number of the dictionary for a blob of this length.
  static int dictionaryFor(long length) {
    return length <= Dictionary.BLOB_MAX ? Dictionary.CURRENT : 0;
  }

  boolean knows(int dictionaryNumber) {
    return dictionaryNumber >= 0 && dictionaryNumber <= Dictionary.CURRENT;
  }

  /// Room that [#store] needs for a plain frame of this length: ZSTD_COMPRESSBOUND of zstd.h.
  static int bound(int plain) {
    return plain + (plain >>> 8) + Math.max(0, ((128 << 10) - plain) >> 11);
  }

  /// The plain octets of one frame, to be stored.
  record Plain(byte[] octets, int length, int dictionary) {}

  /// Writes the stored form of a frame into `to`, and its table entry at `entry` of `table`; the
  /// octets written.
  int store(Plain plain, byte[] to, int at, byte[] table, int entry) {
    int length = plain.length;
    int stored = contexts(plain.dictionary).compress(plain.octets, 0, length, to, at);
    int flag = 0;
    if (stored > length - length / 10) {
      System.arraycopy(plain.octets, 0, to, at, length);
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

  /// A frame as it lies in a segment.
  ///
  /// @param octets the stored octets stand in here
  /// @param from at this place
  /// @param tableLength their number and the flag, from the frame table
  /// @param checksum from the frame table
  /// @param dictionary from the header
  record Stored(byte[] octets, int from, int tableLength, int checksum, int dictionary) {
    int length() {
      return storedLength(tableLength);
    }

    /// Null if they are what was written, else what is wrong.
    String damage() {
      CRC32C crc = new CRC32C();
      crc.update(octets, from, length());
      return (int) crc.getValue() == checksum ? null : "bad frame checksum";
    }
  }

  static int storedLength(int tableLength) {
    return tableLength & ~STORED_PLAIN;
  }

  /// The reverse of [#store]; null if good, else what is wrong.
  String load(Stored stored, byte[] to, int at, int length) {
    String damage = stored.damage();
    if (damage != null) return damage;
    int n = stored.length();
    if ((stored.tableLength & STORED_PLAIN) != 0) {
      if (n != length) return "plain frame of " + n + " octets";
      System.arraycopy(stored.octets, stored.from, to, at, length);
      return null;
    }
    try {
      int plain =
          contexts(stored.dictionary).decompress(stored.octets, stored.from, n, to, at, length);
      return plain == length ? null : "frame of " + plain + " octets";
    } catch (ZstdException e) {
      return "frame does not decompress: " + e.getMessage();
    }
  }

  synchronized void close() {
    if (contexts != null) for (Contexts c : contexts) c.close();
    contexts = null;
  }
}
