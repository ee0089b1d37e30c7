package org.posthorn.directory.token;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.posthorn.net.Ticker;

/// The keys that an issuer signs with, from a file or from where it publishes them, kept in memory.
///
/// They are read again when they are [#FRESH] old, and when a token names a key that is not among
/// them, for issuers change keys; but never twice within [#PAUSE], whatever tokens say. While they
/// cannot be read the old ones are good until they are [#STALE_MAX] old.
public final class IssuerKeys {
  static final Duration FRESH = Duration.ofHours(1);
  static final Duration PAUSE = Duration.ofMinutes(1);
  static final Duration STALE_MAX = Duration.ofHours(24);

  /// Octets of a set of keys.
  static final int SET_MAX = 256 * 1024;

  /// A login waits so long for another one that reads the first keys.
  private static final Duration WAIT = Duration.ofSeconds(10);

  private static final System.Logger LOG = System.getLogger("posthorn.directory");

  private interface Source {
    byte[] read() throws IOException;
  }

  private record Known(List<Jwk> keys, long since) {}

  private final Source source;
  private final Ticker ticker;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile Known known; // null until they were read once
  private boolean tried; // guarded by reading
  private long triedAt; // guarded by reading

  private IssuerKeys(Source source, Ticker ticker) {
    this.source = source;
    this.ticker = ticker;
  }

  public static IssuerKeys ofFile(Path file, Ticker ticker) {
    return new IssuerKeys(
        () -> {
          try (InputStream in = Files.newInputStream(file)) {
            byte[] all = in.readNBytes(SET_MAX + 1);
            if (all.length > SET_MAX) {
              throw new IOException(file + " is larger than " + SET_MAX + " octets");
            }
            return all;
          }
        },
        ticker);
  }

  public static IssuerKeys ofUri(URI uri, Fetcher fetcher, Ticker ticker) {
    var request = new Fetcher.Request(uri, "", null, SET_MAX);
    return new IssuerKeys(() -> fetcher.fetch(request), ticker);
  }

  /// The keys that may have signed. Empty if none did.
  ///
  /// @param id of the key, "" if the token does not say
  /// @throws IOException if no keys are known
  List<Jwk> find(String id, JwsAlgorithm algorithm) throws IOException {
    Known now = known;
    if (now == null || age(now) > FRESH.toNanos()) {
      now = read(now);
    }
    List<Jwk> found = among(now.keys(), id, algorithm);
    if (found.isEmpty() && !id.isEmpty()) {
      found = among(read(now).keys(), id, algorithm);
    }
    return found;
  }

  private static List<Jwk> among(List<Jwk> keys, String id, JwsAlgorithm algorithm) {
    return keys.stream()
        .filter(k -> k.algorithm() == algorithm && (id.isEmpty() || id.equals(k.id())))
        .toList();
  }

  private long age(Known k) {
    return ticker.nanos() - k.since();
  }

  /// Reads them, if that is not too soon; what is known then.
  ///
  /// @param seen what the caller knows, and is not content with
  private Known read(Known seen) throws IOException {
    if (!enter(seen)) {
      return usable();
    }
    try {
      boolean soon = tried && ticker.nanos() - triedAt < PAUSE.toNanos();
      if (known == seen && !soon) {
        tried = true;
        triedAt = ticker.nanos();
        fetch();
      }
    } finally {
      reading.unlock();
    }
    return usable();
  }

  /// One reads; whoever has old keys goes on with them.
  private boolean enter(Known seen) throws IOException {
    if (seen != null) {
      return reading.tryLock();
    }
    try {
      return reading.tryLock(WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void fetch() {
    try {
      List<Jwk> keys = Jwk.set(source.read());
      if (keys == null) {
        throw new IOException("no set of keys");
      }
      known = new Known(keys, ticker.nanos());
      LOG.log(INFO, "issuer-keys-read keys={0}", keys.size());
    } catch (IOException | RuntimeException e) {
      LOG.log(WARNING, "issuer-keys-failed reason={0}", e.toString());
    }
  }

  private Known usable() throws IOException {
    Known k = known;
    if (k == null || age(k) > STALE_MAX.toNanos()) {
      throw new IOException("the issuer's keys are not known");
    }
    return k;
  }
}
