package org.posthorn.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

/// A random key of this installation in a row of the server's partition, made when it is first
/// asked for and the same ever after.
final class ServerKey {
  private static final int FORMAT = 1;
  private static final int KEY_OCTETS = 32;

  private final PartitionRows server;
  private final byte[] row;

  ServerKey(PartitionRows server, String row) {
    this.server = server;
    this.row = row.getBytes(UTF_8);
  }

  /// Throws what the store throws if the key can be neither read nor kept.
  ///
  /// @param fresh what becomes the key if there is none
  byte[] octets(byte[] fresh) {
    return server.change(edit -> {
      byte[] there = edit.get(row);
      if (there != null) return decode(there);
      edit.put(row, new RowText.Writer(FORMAT).bytes(fresh).done());
      return fresh;
    });
  }

  static byte[] fresh() {
    return Passwords.salt(KEY_OCTETS);
  }

  private static byte[] decode(byte[] value) {
    byte[] k = new RowText.Reader(value, FORMAT).bytes();
    if (k.length != KEY_OCTETS) throw RowText.Reader.damaged("key of " + k.length);
    return k;
  }

  /// Reads the row, if there is one.
  void check() {
    byte[] value = server.get(row);
    if (value != null) decode(value);
  }
}
