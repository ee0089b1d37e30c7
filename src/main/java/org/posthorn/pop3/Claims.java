package org.posthorn.pop3;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.posthorn.net.Ticker;
import org.posthorn.store.AccountId;

/// Which session has which account's drop (RFC 1939 §4: exclusive access). In memory: after a
/// restart there are no sessions. Any thread.
final class Claims {
  /// A session from which nothing came, and to which nothing went, for so long is thought dead: the
  /// next login takes its drop. Mail programs on telephones vanish without a word and come back.
  static final Duration SILENCE_MAX = Duration.ofSeconds(30);

  private final ConcurrentHashMap<AccountId, Claim> held = new ConcurrentHashMap<>();
  private final Ticker ticker;
  private final Counters counters;

  Claims(Ticker ticker, Counters counters) {
    this.ticker = ticker;
    this.counters = counters;
  }

  /// One session's hold on one drop.
  final class Claim implements AutoCloseable {
    private final AccountId account;
    private final Runnable evict;
    private volatile long active;

    private Claim(AccountId account, Runnable evict) {
      this.account = account;
      this.evict = evict;
      touch();
    }

    /// The client is alive: it said something, or took something.
    void touch() {
      active = ticker.nanos();
    }

    boolean valid() {
      return held.get(account) == this;
    }

    private boolean silent() {
      return ticker.nanos() - active >= SILENCE_MAX.toNanos();
    }

    /// Gives the drop back; again has no effect.
    @Override
    public void close() {
      held.remove(account, this);
    }
  }

  /// Claims the drop, or returns null if another session has it.
  ///
  /// @param evict cuts the claimer's connection; called on another session's thread if that takes
  ///   the drop over
  Claim claim(AccountId account, Runnable evict) {
    Claim mine = new Claim(account, evict);
    Claim[] before = new Claim[1];
    held.compute(
        account,
        (id, other) -> {
          before[0] = other;
          return other == null || other.silent() ? mine : other;
        });
    if (!mine.valid()) {
      return null;
    }
    if (before[0] != null) {
      counters.takenOver.increment();
      before[0].evict.run();
    }
    return mine;
  }
}
