package org.posthorn.app;

import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import org.posthorn.dns.Resolver;
import org.posthorn.mta.sign.DomainKeys;

/// Looks every hour whether the DNS shows new signing keys, and lets old ones go. Makes those that
/// domains of older data lack, a while after the start, unless somebody needed them before.
final class KeyWatch implements AutoCloseable {
  private static final Duration FIRST = Duration.ofSeconds(30);
  private static final Duration PERIOD = Duration.ofHours(1);
  private static final System.Logger LOG = System.getLogger("posthorn.app");

  private final DomainKeys keys;
  private final Resolver resolver;
  private final Periodic work = new Periodic("signing keys", FIRST, PERIOD, this::look);

  private KeyWatch(DomainKeys keys, Resolver resolver) {
    this.keys = keys;
    this.resolver = resolver;
  }

  static KeyWatch start(DomainKeys keys, Resolver resolver) {
    KeyWatch w = new KeyWatch(keys, resolver);
    w.work.start();
    return w;
  }

  private void look() {
    for (String domain : keys.domains()) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      try {
        keys.of(domain);
        keys.watch(domain, resolver);
      } catch (RuntimeException e) {
        LOG.log(WARNING, "signing-keys-failed domain={0} reason={1}", domain, e.toString());
      }
    }
  }

  /// Returns when no key is looked at any more.
  @Override
  public void close() {
    work.close();
  }
}
