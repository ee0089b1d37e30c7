package org.posthorn.mta.trace;

import java.nio.ByteBuffer;
import org.posthorn.mta.queue.QueueId;

/// Keys of the rows, as the head of the package shows them.
final class TraceKeys {
  private static final int EVENTS = 1 + Long.BYTES + 6 + 2;
  private static final int TERM = 1 + Term.HASH + Long.BYTES;

  /// How much all of it takes.
  static final byte[] SIZE = {'T'};

  /// Behind all events.
  static final byte[] EVENTS_END = {'T' + 1};

  private TraceKeys() {}

  static byte[] events(long id, long millis, int sequence) {
    ByteBuffer key = ByteBuffer.allocate(EVENTS).put((byte) 'T').putLong(id);
    key.putShort((short) (millis >>> 32)).putInt((int) millis).putShort((short) sequence);
    return key.array();
  }

  /// Before all events of this message and of younger ones.
  static byte[] from(long id) {
    return ByteBuffer.allocate(1 + Long.BYTES).put((byte) 'T').putLong(id).array();
  }

  static boolean isEvents(byte[] key) {
    return key.length == EVENTS && key[0] == 'T';
  }

  static long id(byte[] eventsKey) {
    return ByteBuffer.wrap(eventsKey).getLong(1);
  }

  static long millis(byte[] eventsKey) {
    ByteBuffer key = ByteBuffer.wrap(eventsKey);
    return (long) (key.getShort(9) & 0xffff) << 32 | key.getInt(11) & 0xffffffffL;
  }

  /// Ids in this order: the newest first.
  static byte[] term(byte[] hash, long id) {
    return ByteBuffer.allocate(TERM).put((byte) 'X').put(hash).putLong(~id).array();
  }

  static QueueId idOf(byte[] termKey) {
    return new QueueId(~ByteBuffer.wrap(termKey).getLong(1 + Term.HASH));
  }

  /// Behind all of this hash: no id is negative, so none has a complement that is not.
  static byte[] termEnd(byte[] hash) {
    return ByteBuffer.allocate(TERM).put((byte) 'X').put(hash).putLong(-1L).array();
  }

  /// The first key behind this one.
  static byte[] behind(byte[] key) {
    return java.util.Arrays.copyOf(key, key.length + 1);
  }
}
