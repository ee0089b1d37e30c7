package org.posthorn.mta.trace;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;

/// Something by which messages can be found.
///
/// @param kind `m` Message-ID, `a` address, `h` IP address
/// @param text in the one form that is compared
record Term(char kind, String text) {
  static final int HASH = 8;

  static Term messageId(String id) {
    return new Term('m', id.strip());
  }

  static Term address(String address) {
    return new Term('a', address.toLowerCase(Locale.ROOT));
  }

  /// @param text an IP address; anything else is compared as it is
  static Term host(String text) {
    try {
      return new Term('h', text.isEmpty() ? "" : bare(InetAddress.ofLiteral(text)));
    } catch (IllegalArgumentException e) {
      return new Term('h', text);
    }
  }

  /// An IP address as text, without the name of an interface.
  static String bare(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  byte[] hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((byte) kind);
      return Arrays.copyOf(digest.digest(text.getBytes(StandardCharsets.UTF_8)), HASH);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
