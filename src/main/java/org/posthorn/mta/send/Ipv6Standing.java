package org.posthorn.mta.send;

import java.net.Inet6Address;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Resolver;
import org.posthorn.net.Ticker;

/// Whether one of our IPv6 addresses has a name that leads back to it. Without one, mail from there
/// is refused at large providers, and IPv4 is the better way. Any thread.
final class Ipv6Standing {
  /// What is known of an address.
  enum Standing {
    CONFIRMED,
    NAMELESS,
    /// Nobody could tell.
    UNKNOWN
  }

  private static final Duration FRESH = Duration.ofHours(1);
  private static final Duration FRESH_UNKNOWN = Duration.ofMinutes(5);
  private static final int NAMES_MAX = 5;

  /// We have a few addresses; privacy extensions make a new one every day.
  private static final int REMEMBERED_MAX = 32;

  private record Known(Standing standing, long since) {}

  private final Resolver resolver;
  private final Ticker ticker;
  private final ReentrantLock lock = new ReentrantLock();
  private final SequencedMap<Inet6Address, Known> known = new LinkedHashMap<>();

  Ipv6Standing(Resolver resolver, Ticker ticker) {
    this.resolver = resolver;
    this.ticker = ticker;
  }

  Standing of(Inet6Address source) {
    Known k = known(source);
    if (k != null) {
      Duration fresh = k.standing == Standing.UNKNOWN ? FRESH_UNKNOWN : FRESH;
      if (ticker.nanos() - k.since < fresh.toNanos()) {
        return k.standing;
      }
    }
    Standing standing = ask(source);
    remember(source, new Known(standing, ticker.nanos()));
    return standing;
  }

  private Standing ask(Inet6Address source) {
    return switch (resolver.names(source)) {
      case Answer.Failed<String> _ -> Standing.UNKNOWN;
      case Answer.Absent<String> _ -> Standing.NAMELESS;
      case Answer.Found<String> found -> {
        Standing standing = Standing.NAMELESS;
        for (String name : found.records().stream().limit(NAMES_MAX).toList()) {
          Answer<Inet6Address> back = resolver.ipv6(name);
          if (back instanceof Answer.Found<Inet6Address> f && f.records().contains(source)) {
            yield Standing.CONFIRMED;
          }
          standing = back instanceof Answer.Failed ? Standing.UNKNOWN : standing;
        }
        yield standing;
      }
    };
  }

  private Known known(Inet6Address source) {
    lock.lock();
    try {
      return known.get(source);
    } finally {
      lock.unlock();
    }
  }

  private void remember(Inet6Address source, Known k) {
    lock.lock();
    try {
      known.remove(source);
      known.put(source, k);
      if (known.size() > REMEMBERED_MAX) {
        known.pollFirstEntry();
      }
    } finally {
      lock.unlock();
    }
  }
}
