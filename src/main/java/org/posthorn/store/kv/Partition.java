package org.posthorn.store.kv;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The unit of ordering and atomicity: an account, a queue shard, a domain, or the server.
///
/// Encoded as kind, length of the id, id, so that no partition is a prefix of another.
///
/// @param kind `a` account, `q` queue shard, `d` domain, `s` server
/// @param id at most 200 octets
public record Partition(char kind, byte[] id) {
  private static final int ID_MAX = 200;

  public Partition {
    if (kind != 'a' && kind != 'q' && kind != 'd' && kind != 's') {
      throw new IllegalArgumentException("partition kind " + kind);
    }
    if (id.length > ID_MAX) {
      throw new IllegalArgumentException("partition id of " + id.length + " octets");
    }
  }

  public static final Partition SERVER = new Partition('s', new byte[0]);

  public static Partition account(long account) {
    return new Partition('a', ByteBuffer.allocate(Long.BYTES).putLong(account).array());
  }

  public static Partition domain(String domain) {
    return new Partition('d', domain.getBytes(StandardCharsets.UTF_8));
  }

  public static Partition queue(int node, int shard) {
    return new Partition('q', ByteBuffer.allocate(5).putInt(node).put((byte) shard).array());
  }

  /// The octets that stand before every key of this partition in an engine with one key space.
  public byte[] prefix() {
    byte[] out = new byte[2 + id.length];
    out[0] = (byte) kind;
    out[1] = (byte) id.length;
    System.arraycopy(id, 0, out, 2, id.length);
    return out;
  }

  /// The partition whose [#prefix] stands in `b` from `offset` on.
  static Partition fromPrefix(byte[] b, int offset) {
    int length = b[offset + 1] & 0xff;
    return new Partition((char) b[offset], Arrays.copyOfRange(b, offset + 2, offset + 2 + length));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Partition p && p.kind == kind && Arrays.equals(p.id, id);
  }

  @Override
  public int hashCode() {
    return 31 * kind + Arrays.hashCode(id);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case 'a' -> "a/" + Long.toHexString(ByteBuffer.wrap(id).getLong());
      case 'd' -> "d/" + new String(id, StandardCharsets.UTF_8);
      case 'q' -> "q/" + ByteBuffer.wrap(id).getInt() + "/" + id[4];
      default -> "s";
    };
  }
}
