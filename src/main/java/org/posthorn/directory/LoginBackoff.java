package org.posthorn.directory;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import org.posthorn.net.Ticker;

/// Slows down guessing: after some failed logins of one account, or from one address (the /64 of an
/// IPv6 address), the next one has to wait, twice as long each time.
///
/// An address from which an account logged in lately is not kept waiting for that account, whatever
/// others do: whoever guesses at ana's password cannot lock ana out at home. So that nobody guesses
/// from there without end, this holds for [#KNOWN_FAILURES_MAX] failures in a row.
///
/// Success clears the account's failures but not the address's: else a guesser with an account of
/// his own would log in to it between guesses. Nor does success of a known pair clear the
/// account's: ana's telephone, which logs in every minute, would give guessers elsewhere a new
/// start each time.
final class LoginBackoff {
  /// Failures without a wait.
  static final int ACCOUNT_FREE = 5;

  /// The same for an address, where many people may sit.
  static final int ADDRESS_FREE = 20;

  /// Failures that a known pair of address and account may have in a row.
  static final int KNOWN_FAILURES_MAX = 100;

  /// Logins of one account that are being decided at once. Those with the same password from one
  /// address count as one.
  static final int ACCOUNT_AT_ONCE = 10;

  /// The same for an address; after a restart all people behind it come at once.
  static final int ADDRESS_AT_ONCE = 100;

  /// The first wait.
  static final Duration WAIT_FIRST = Duration.ofSeconds(1);

  /// The longest.
  static final Duration WAIT_MAX = Duration.ofMinutes(15);

  /// Failures are forgotten so long after the last.
  static final Duration FORGET = Duration.ofHours(2);

  /// A pair is known so long after its last success.
  static final Duration KNOWN = Duration.ofDays(30);

  /// Accounts, addresses and pairs remembered, each.
  static final int ENTRIES_MAX = 20_000;

  private static final int DOUBLINGS_MAX = 20;

  private final Ticker ticker;
  private final Map<String, Failures> accounts = new Recent<>(ENTRIES_MAX); // guarded by this
  private final Map<InetAddress, Failures> addresses = new Recent<>(ENTRIES_MAX); // guarded by this
  private final Map<Pair, Success> known = new Recent<>(ENTRIES_MAX); // guarded by this

  private record Pair(String account, InetAddress address) {}

  private static final class Failures {
    int count;
    int pending; // being decided now
    long last;
    long waitUntil;
  }

  private static final class Success {
    long at;
    int failuresSince;
  }

  LoginBackoff(Ticker ticker) {
    this.ticker = ticker;
  }

  /// One login under way: exactly one of its methods is called in the end.
  final class Attempt {
    private final String account;
    private final InetAddress address;
    private final Duration wait;
    private final Success pair; // null: an ordinary one
    private final Failures ofAccount;
    private final Failures ofAddress; // null: address without limit

    /// @param account null if only the address counts
    private Attempt(
        String account, InetAddress address, Success pair, Duration wait, boolean limited) {
      this.account = account;
      this.address = address;
      this.pair = pair;
      this.wait = wait;
      boolean ordinary = pair == null && wait.isZero();
      this.ofAccount =
          ordinary && account != null
              ? accounts.computeIfAbsent(account, _ -> new Failures())
              : null;
      this.ofAddress =
          ordinary && limited ? addresses.computeIfAbsent(address, _ -> new Failures()) : null;
      pending(1);
    }

    private void pending(int change) {
      if (ofAccount != null) ofAccount.pending += change;
      if (ofAddress != null) ofAddress.pending += change;
    }

    /// Zero, or how long to wait; then nothing more is called.
    Duration waiting() {
      return wait;
    }

    void failed() {
      synchronized (LoginBackoff.this) {
        pending(-1);
        if (pair != null) pair.failuresSince++;
        if (ofAccount != null) count(ofAccount, ACCOUNT_FREE);
        if (ofAddress != null) count(ofAddress, ADDRESS_FREE);
      }
    }

    void succeeded() {
      synchronized (LoginBackoff.this) {
        pending(-1);
        if (ofAccount != null) ofAccount.count = 0;
        Success s = known.computeIfAbsent(new Pair(account, address), _ -> new Success());
        s.at = ticker.nanos();
        s.failuresSince = 0;
      }
    }

    /// It could not be decided.
    void undecided() {
      synchronized (LoginBackoff.this) {
        pending(-1);
      }
    }
  }

  /// @param address as [org.posthorn.net.Addresses#limitKey] makes it
  /// @param limited false for an address without limit
  synchronized Attempt begin(String account, InetAddress address, boolean limited) {
    long now = ticker.nanos();
    Success pair = known.get(new Pair(account, address));
    if (pair != null
        && now - pair.at <= KNOWN.toNanos()
        && pair.failuresSince < KNOWN_FAILURES_MAX) {
      return new Attempt(account, address, pair, Duration.ZERO, limited);
    }
    long wait = wait(accounts.get(account), ACCOUNT_FREE, ACCOUNT_AT_ONCE, now);
    if (limited)
      wait = Math.max(wait, wait(addresses.get(address), ADDRESS_FREE, ADDRESS_AT_ONCE, now));
    return new Attempt(account, address, null, Duration.ofNanos(wait), limited);
  }

  /// A login that is no guess at any account's password: only the address counts. It never
  /// succeeds.
  synchronized Attempt beginWithoutName(InetAddress address, boolean limited) {
    long wait =
        limited ? wait(addresses.get(address), ADDRESS_FREE, ADDRESS_AT_ONCE, ticker.nanos()) : 0;
    return new Attempt(null, address, null, Duration.ofNanos(wait), limited);
  }

  private static long wait(Failures f, int free, int atOnce, long now) {
    if (f == null) return 0;
    if (f.count > 0 && now - f.last > FORGET.toNanos()) f.count = 0;
    if (f.count >= free && f.waitUntil - now > 0) return f.waitUntil - now;
    // Those being decided may fail too: many at once get hardly more guesses than one after
    // another.
    return f.pending >= (f.count >= free ? 1 : atOnce) ? WAIT_FIRST.toNanos() : 0;
  }

  private void count(Failures f, int free) {
    long now = ticker.nanos();
    f.count++;
    f.last = now;
    if (f.count < free) return;
    int doublings = Math.min(f.count - free, DOUBLINGS_MAX);
    f.waitUntil = now + Math.min(WAIT_FIRST.toNanos() << doublings, WAIT_MAX.toNanos());
  }

  synchronized int size() {
    return Math.max(known.size(), Math.max(accounts.size(), addresses.size()));
  }
}
