package org.posthorn.directory;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.posthorn.net.sasl.ScramHash;
import org.posthorn.net.sasl.ScramSecret;
import org.posthorn.store.Store;
import org.posthorn.store.StoreUnavailable;
import org.posthorn.store.kv.Partition;

/// What SCRAM is told of somebody who does not exist: a salt as anybody's, the same at each try and
/// after each start, so that nobody learns who exists (RFC 5802 §9). It comes from a key in the
/// server's row `y/decoy`.
final class ScramDecoys {
  private static final System.Logger LOG = System.getLogger("posthorn.directory");
  private static final String ROW = "y/decoy";
  private static final String MAC = "HmacSHA256";

  private final ServerKey kept;
  private final HashCost cost;
  private volatile SecretKeySpec key; // null until it is first asked for

  ScramDecoys(Store store, HashCost cost) {
    this.kept = new ServerKey(new PartitionRows(store.kv(), store.ids(), Partition.SERVER), ROW);
    this.cost = cost;
  }

  /// @param who in the one form of all ways to write it
  ScramSecret secret(ScramHash hash, String who) {
    SecretKeySpec k = key();
    byte[] salt = Arrays.copyOf(derive(k, "salt", hash, who), Credential.SALT_OCTETS);
    // No password has these: a hash that leads to a random key is not known to anybody.
    byte[] stored = derive(k, "stored", hash, who);
    byte[] own = derive(k, "server", hash, who);
    int length = hash == ScramHash.SHA_1 ? 20 : 32;
    return new ScramSecret(
        salt, cost.scramIterations(), Arrays.copyOf(stored, length), Arrays.copyOf(own, length));
  }

  private static byte[] derive(SecretKeySpec key, String what, ScramHash hash, String who) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(key);
      return mac.doFinal((what + "\0" + hash + "\0" + who).getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks " + MAC, e);
    }
  }

  private SecretKeySpec key() {
    SecretKeySpec known = key;
    return known != null ? known : read();
  }

  private synchronized SecretKeySpec read() {
    if (key != null) return key;
    byte[] fresh = ServerKey.fresh();
    try {
      key = new SecretKeySpec(kept.octets(fresh), MAC);
    } catch (StoreUnavailable | DirectoryException e) {
      // Another one until the next start is better than none.
      LOG.log(WARNING, "decoy-not-kept reason={0}", e.getMessage());
      key = new SecretKeySpec(fresh, MAC);
    }
    return key;
  }

  /// Reads the row, if there is one.
  void check() {
    kept.check();
  }
}
