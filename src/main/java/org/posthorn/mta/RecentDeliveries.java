package org.posthorn.mta;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.posthorn.net.Ticker;

/// Remembers what was delivered in sessions that ended before the client showed that it had our
/// answer, and what was delivered though the client was told to come again, for something else of
/// the message failed. Such a client comes again with the same message; then that is not a second
/// message.
///
/// Nothing else is ever taken for a duplicate: an entry is used up by the first repetition. Any
/// thread.
final class RecentDeliveries {
  private static final long KEEP_NANOS = Duration.ofHours(1).toNanos();

  /// Beyond, the oldest are forgotten: a message may then come twice, none is lost.
  private static final int ENTRIES_MAX = 20_000;

  /// @param to forward-path, or what stands for one account that has its copy
  /// @param sha256 of the message as received, in hexadecimal
  record Key(InetAddress client, String reversePath, String to, String sha256) {}

  private final Ticker ticker;

  // When each was remembered, oldest first; guarded by this.
  private final LinkedHashMap<Key, Long> entries = new LinkedHashMap<>();

  RecentDeliveries(Ticker ticker) {
    this.ticker = ticker;
  }

  synchronized void remember(Key key) {
    entries.remove(key);
    entries.put(key, ticker.nanos());
    if (entries.size() > ENTRIES_MAX) {
      entries.pollFirstEntry();
    }
  }

  /// True if it was delivered and the client does not know; it is forgotten with this.
  synchronized boolean take(Key key) {
    dropOld();
    return entries.remove(key) != null;
  }

  synchronized int size() {
    return entries.size();
  }

  private void dropOld() {
    long now = ticker.nanos();
    Iterator<Long> times = entries.values().iterator();
    while (times.hasNext() && now - times.next() > KEEP_NANOS) {
      times.remove();
    }
  }
}
