package org.posthorn.store.blob;

import java.nio.ByteBuffer;
import org.posthorn.store.kv.Row;

/// What the local row `G/<segment>` says of a segment file.
///
/// @param state what may still happen to the file
/// @param lane who appends to it
/// @param mark if open, the begin of a record before which nothing need be looked at when the store
///   opens; if sealed, the octets of the whole file
/// @param live octets of records still named by a row, an estimate
record SegmentRow(State state, Lane.Kind lane, long mark, long live) {
  enum State {
    OPEN,
    SEALED,
    /// Its living have been copied out; the file is to be unlinked.
    DEAD
  }

  private static final byte FORMAT = 1;
  private static final int SIZE = 3 + 2 * Long.BYTES;
  private static final byte PREFIX = 'G';

  static byte[] key(int segment) {
    return ByteBuffer.allocate(1 + Integer.BYTES).put(PREFIX).putInt(segment).array();
  }

  static byte[] endKey() {
    return new byte[] {PREFIX + 1};
  }

  static boolean isKey(byte[] key) {
    return key.length == 1 + Integer.BYTES && key[0] == PREFIX;
  }

  static int segment(byte[] key) {
    return ByteBuffer.wrap(key, 1, Integer.BYTES).getInt();
  }

  static SegmentRow decode(byte[] value) {
    if (value.length != SIZE || value[0] != FORMAT) {
      throw new IllegalStateException("damaged row G of " + value.length + " octets");
    }
    if (value[1] < 0
        || value[1] >= State.values().length
        || value[2] < 0
        || value[2] >= Lane.Kind.values().length) {
      throw new IllegalStateException("row G of state " + value[1] + " in lane " + value[2]);
    }
    ByteBuffer b = ByteBuffer.wrap(value, 3, SIZE - 3);
    State state = State.values()[value[1]];
    return new SegmentRow(state, Lane.Kind.values()[value[2]], b.getLong(), b.getLong());
  }

  Row row(int segment) {
    ByteBuffer b = ByteBuffer.allocate(SIZE).put(FORMAT).put((byte) state.ordinal());
    b.put((byte) lane.ordinal()).putLong(mark).putLong(live);
    return new Row(key(segment), b.array());
  }
}
