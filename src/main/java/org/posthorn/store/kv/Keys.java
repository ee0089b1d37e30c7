package org.posthorn.store.kv;

import java.util.Arrays;

/// How the key spaces share RocksDB's one: rows under the prefix of their partition, whose first
/// octet is a lower-case letter, everything else under a capital one.
final class Keys {
  /// Number of the last batch written; tells after a failure whether a batch is there.
  static final byte[] BATCH = {'B'};

  private static final byte HEAD = 'H';
  private static final byte LOCAL = 'L';

  private Keys() {}

  static byte[] row(byte[] prefix, byte[] key) {
    byte[] out = Arrays.copyOf(prefix, prefix.length + key.length);
    System.arraycopy(key, 0, out, prefix.length, key.length);
    return out;
  }

  static byte[] head(Partition p) {
    return prefixed(HEAD, p.prefix());
  }

  /// Before every head of this kind of partition.
  static byte[] heads(char kind) {
    return new byte[] {HEAD, (byte) kind};
  }

  static byte[] local(byte[] key) {
    return prefixed(LOCAL, key);
  }

  private static byte[] prefixed(byte first, byte[] rest) {
    byte[] out = new byte[1 + rest.length];
    out[0] = first;
    System.arraycopy(rest, 0, out, 1, rest.length);
    return out;
  }

  /// The first key behind all that begin with `prefix`, which does not begin with 0xff.
  static byte[] behind(byte[] prefix) {
    int last = prefix.length - 1;
    while (prefix[last] == (byte) 0xff) last--;
    byte[] out = Arrays.copyOf(prefix, last + 1);
    out[last]++;
    return out;
  }
}
