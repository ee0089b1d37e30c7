package org.posthorn.store;

/// Row `b`: an email of this account uses a blob. The value is a hint that spares a search: whether
/// another email may use it too, here or in another account.
final class BlobUse {
  private static final int FORMAT = 1;

  private BlobUse() {}

  static byte[] row(boolean shared) {
    return new byte[] {FORMAT, (byte) (shared ? 1 : 0)};
  }

  static boolean shared(byte[] row) {
    return Unpack.row(row, FORMAT).u8() == 1;
  }
}
