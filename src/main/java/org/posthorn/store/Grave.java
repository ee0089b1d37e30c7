package org.posthorn.store;

/// Row `g`: an email that left its last mailbox and waits for the end of its grace.
///
/// @param mailbox the last one it was in
/// @param cause who or what took it away
record Grave(int mailbox, long uid, int flags, String cause) {
  private static final int FORMAT = 1;

  byte[] row() {
    return new Pack(32).u8(FORMAT).u32(mailbox).u32(uid).varint(flags).text(cause).done();
  }

  static Grave decode(byte[] row) {
    Unpack u = Unpack.row(row, FORMAT);
    return new Grave((int) u.u32(), u.u32(), (int) u.varint(), u.text());
  }
}
