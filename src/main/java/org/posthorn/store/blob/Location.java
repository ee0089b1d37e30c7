package org.posthorn.store.blob;

import java.nio.ByteBuffer;
import org.posthorn.store.kv.Row;

/// Where a blob lies: the value of the local row `B/<blob>`.
///
/// @param segment the segment file
/// @param offset of its record in the file
/// @param stored octets of the record, header and frame table included
/// @param length plain octets
record Location(int segment, long offset, long stored, long length) {
  private static final byte FORMAT = 1;
  private static final int SIZE = 1 + Integer.BYTES + 3 * Long.BYTES;
  private static final byte PREFIX = 'B';

  static byte[] key(long blobId) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(PREFIX).putLong(blobId).array();
  }

  /// The first key behind all of these rows.
  static byte[] endKey() {
    return new byte[] {PREFIX + 1};
  }

  static boolean isKey(byte[] key) {
    return key.length == 1 + Long.BYTES && key[0] == PREFIX;
  }

  static long blobId(byte[] key) {
    return ByteBuffer.wrap(key, 1, Long.BYTES).getLong();
  }

  static Location decode(byte[] value) {
    if (value.length != SIZE || value[0] != FORMAT) {
      throw new IllegalStateException("damaged row B of " + value.length + " octets");
    }
    ByteBuffer b = ByteBuffer.wrap(value, 1, SIZE - 1);
    return new Location(b.getInt(), b.getLong(), b.getLong(), b.getLong());
  }

  Row row(long blobId) {
    ByteBuffer b = ByteBuffer.allocate(SIZE).put(FORMAT).putInt(segment);
    b.putLong(offset).putLong(stored).putLong(length);
    return new Row(key(blobId), b.array());
  }

  long end() {
    return offset + stored;
  }
}
