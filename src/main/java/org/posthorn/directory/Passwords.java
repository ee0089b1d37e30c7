package org.posthorn.directory;

import java.security.SecureRandom;

/// Makes passwords.
public final class Passwords {
  /// 32 letters and digits, none that looks like another: five bits each.
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

  private static final int GROUPS = 4;
  private static final int GROUP_LENGTH = 5;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Passwords() {}

  /// One hundred random bits that can be read out over the telephone, such as
  /// `k7m2p-x9qra-fh3vn-8zt4c`.
  public static String generate() {
    StringBuilder text = new StringBuilder();
    for (int group = 0; group < GROUPS; group++) {
      if (group > 0) text.append('-');
      for (int i = 0; i < GROUP_LENGTH; i++) {
        text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
      }
    }
    return text.toString();
  }

  static byte[] salt(int octets) {
    byte[] salt = new byte[octets];
    RANDOM.nextBytes(salt);
    return salt;
  }
}
