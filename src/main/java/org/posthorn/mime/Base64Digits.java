package org.posthorn.mime;

import java.util.Arrays;

/// The alphabet of RFC 4648 §4.
final class Base64Digits {
  private static final byte[] VALUES = new byte[256];

  static {
    Arrays.fill(VALUES, (byte) -1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      VALUES[alphabet.charAt(i)] = (byte) i;
    }
  }

  private Base64Digits() {}

  /// 0 to 63, or -1 for what is no digit.
  static int value(int octet) {
    return VALUES[octet & 0xff];
  }
}
