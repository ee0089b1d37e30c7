package org.posthorn.store.blob;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// The head of a record in a segment:
///
/// | octets | |
/// |---|---|
/// | 4 | magic |
/// | 1 | format |
/// | 1 | binary logarithm of the plain size of a frame |
/// | 2 | dictionary the frames were compressed with, 0 none |
/// | 8 | blob id |
/// | 8 | plain length of the blob |
/// | 8 | octets of all stored frames |
/// | 4 | CRC32C of the above, the segment's number and the record's offset |
///
/// Then follows the frame table, for each frame its stored length (the highest bit: stored plain)
/// and the CRC32C of its stored octets, and then the frames. The checksum covers the place, so that
/// neither an old record nor the content of a message can be taken for a record.
///
/// @param blobId whose octets these are
/// @param length plain octets
/// @param frames octets of all stored frames
/// @param dictionary 0 for none
record RecordHeader(long blobId, long length, long frames, int dictionary) {
  static final int SIZE = 36;
  static final int MAGIC = 0x50684231; // PhB1
  static final int TABLE_ENTRY = 2 * Integer.BYTES;
  private static final byte FORMAT = 1;

  static int frameCount(long length) {
    return Math.toIntExact((length + Frames.PLAIN - 1) / Frames.PLAIN);
  }

  /// Octets of header and frame table of a blob of this length.
  static int overhead(long length) {
    return SIZE + frameCount(length) * TABLE_ENTRY;
  }

  /// Octets of the whole record.
  long stored() {
    return overhead(length) + frames;
  }

  void encode(byte[] to, int at, int segment, long offset) {
    ByteBuffer b = ByteBuffer.wrap(to, at, SIZE);
    b.putInt(MAGIC).put(FORMAT).put((byte) Frames.PLAIN_LOG).putShort((short) dictionary);
    b.putLong(blobId).putLong(length).putLong(frames);
    b.putInt(checksum(to, at, segment, offset));
  }

  /// The header at this place, or null if there is none.
  static RecordHeader decode(byte[] from, int at, int segment, long offset) {
    ByteBuffer b = ByteBuffer.wrap(from, at, SIZE).order(ByteOrder.BIG_ENDIAN);
    if (b.getInt() != MAGIC || b.get() != FORMAT || b.get() != Frames.PLAIN_LOG) return null;
    int dictionary = b.getShort() & 0xffff;
    var header = new RecordHeader(b.getLong(), b.getLong(), b.getLong(), dictionary);
    return b.getInt() == checksum(from, at, segment, offset) ? header : null;
  }

  private static int checksum(byte[] b, int at, int segment, long offset) {
    CRC32C c = new CRC32C();
    c.update(b, at, SIZE - Integer.BYTES);
    ByteBuffer place = ByteBuffer.allocate(Integer.BYTES + Long.BYTES);
    c.update(place.putInt(segment).putLong(offset).flip());
    return (int) c.getValue();
  }
}
