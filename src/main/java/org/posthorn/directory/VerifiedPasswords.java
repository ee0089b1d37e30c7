package org.posthorn.directory;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.posthorn.net.Ticker;

/// Passwords verified a moment ago, so that a client which logs in again and again is not hashed
/// again and again.
///
/// What is kept is a hash with a key that this process made and nobody else knows, of account,
/// credential and password together: a changed password is another credential, and what was
/// verified for the old one is never found again.
final class VerifiedPasswords {
  private static final int ENTRIES_MAX = 20_000;
  private static final Duration AGE_MAX = Duration.ofMinutes(5);
  private static final String MAC = "HmacSHA256";

  private final SecretKeySpec key = new SecretKeySpec(Passwords.salt(32), MAC);
  private final Ticker ticker;

  /// When each was verified.
  private final Map<ByteBuffer, Long> entries = new Recent<>(ENTRIES_MAX); // guarded by itself

  VerifiedPasswords(Ticker ticker) {
    this.ticker = ticker;
  }

  /// The keyed hash that stands for a password.
  ///
  /// @param who the name asked for
  /// @param credential its record; empty if there is none
  ByteBuffer digest(String who, byte[] credential, String password) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(key);
      byte[] whom = who.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      mac.update(ByteBuffer.allocate(8).putInt(whom.length).putInt(credential.length).flip());
      mac.update(whom);
      mac.update(credential);
      mac.update(password.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return ByteBuffer.wrap(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks " + MAC, e);
    }
  }

  boolean contains(ByteBuffer digest) {
    synchronized (entries) {
      Long since = entries.get(digest);
      if (since == null) return false;
      if (ticker.nanos() - since <= AGE_MAX.toNanos()) return true;
      entries.remove(digest);
      return false;
    }
  }

  void add(ByteBuffer digest) {
    synchronized (entries) {
      entries.remove(digest);
      entries.put(digest, ticker.nanos());
    }
  }

  int size() {
    synchronized (entries) {
      return entries.size();
    }
  }
}
