package org.posthorn.mta.send;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.client.Endpoint;

/// Hosts that offer TLS and cannot do it: for a while mail goes there in clear at once, where that
/// is allowed. Any thread.
final class BrokenTls {
  /// Then it is tried again.
  static final Duration REMEMBERED = Duration.ofHours(1);

  /// Beyond, the oldest are forgotten.
  static final int HOSTS_MAX = 10_000;

  private final Ticker ticker;
  private final Map<Endpoint, Long> since = new LinkedHashMap<>(); // guarded by this

  BrokenTls(Ticker ticker) {
    this.ticker = ticker;
  }

  synchronized void failed(Endpoint host) {
    since.remove(host);
    since.put(host, ticker.nanos());
    if (since.size() > HOSTS_MAX) {
      since.remove(since.keySet().iterator().next());
    }
  }

  synchronized boolean knows(Endpoint host) {
    Long when = since.get(host);
    if (when == null) {
      return false;
    }
    if (ticker.nanos() - when > REMEMBERED.toNanos()) {
      since.remove(host);
      return false;
    }
    return true;
  }
}
