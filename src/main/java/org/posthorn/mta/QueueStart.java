package org.posthorn.mta;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;
import org.posthorn.directory.Directory;
import org.posthorn.mta.queue.Destination;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Reply;

/// ETRN (RFC 1985): what waits for a domain whose mail we keep for other servers is tried now.
///
/// Anybody may ask. So nobody learns how much waits, and nobody can make us knock at a server more
/// than once a minute. Any thread.
final class QueueStart {
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final Directory directory;
  private final Ticker ticker;
  private final Map<String, Long> started = new ConcurrentHashMap<>(); // of our domains alone
  private volatile ToIntFunction<Destination> way; // null: nobody delivers here

  QueueStart(Directory directory, Ticker ticker) {
    this.directory = directory;
    this.ticker = ticker;
  }

  void by(ToIntFunction<Destination> other) {
    way = other;
  }

  /// @param domain A-labels in lower case
  Reply ask(String domain) {
    if (!directory.isBackupFor(domain)) {
      return Reply.of(459, "4.7.1", "Node " + domain + " not allowed: no mail waits here for it");
    }
    ToIntFunction<Destination> now = way;
    if (now == null) {
      return Reply.of(458, "4.3.0", "Unable to queue messages for node " + domain);
    }
    long nanos = ticker.nanos();
    Long before = started.get(domain);
    if (before != null && nanos - before < AGAIN.toNanos()) {
      return Reply.of(250, "2.0.0", "OK, queuing for node " + domain + " started");
    }
    if (now.applyAsInt(new Destination.Domain(domain)) == 0) {
      return Reply.of(251, "2.0.0", "OK, no messages waiting for node " + domain);
    }
    started.put(domain, nanos);
    return Reply.of(252, "2.0.0", "OK, pending messages for node " + domain + " started");
  }
}
