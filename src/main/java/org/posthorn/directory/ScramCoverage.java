package org.posthorn.directory;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.posthorn.net.Ticker;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.Store;
import org.posthorn.store.StoreUnavailable;

/// Whether everybody who has a password can log in with it by SCRAM. Programs that see SCRAM use it
/// and often try nothing else, so one account without keys is enough not to offer it.
///
/// A credential has the keys unless SASLprep forbids its password, so accounts without them are
/// few. They are looked for when somebody first asks, once in each process: the first accounts at
/// once, so that a small server knows before its first greeting, the others behind its back. From
/// then on every change of a credential is noted. Until all is known the answer is no, and nobody
/// but the first who asked waits for a disk.
final class ScramCoverage {
  private static final System.Logger LOG = System.getLogger("posthorn.directory");
  private static final int ACCOUNTS_A_LOOK = 256;

  /// Accounts without keys that are counted off when they get some; with more SCRAM stays away
  /// until the next start.
  private static final int LACKING_MAX = 10_000;

  /// After a failure nobody looks again for so long.
  static final Duration PAUSE = Duration.ofMinutes(1);

  private enum State {
    UNKNOWN,
    LOOKING,
    KNOWN
  }

  private final Store store;
  private final CredentialLocks locks;
  private final Ticker ticker;
  private final Set<AccountId> lacking = new HashSet<>(); // guarded by this
  private boolean tooMany; // guarded by this
  private boolean failed; // guarded by this
  private long failedAt; // guarded by this
  private volatile State state = State.UNKNOWN;

  ScramCoverage(Store store, CredentialLocks locks, Ticker ticker) {
    this.store = store;
    this.locks = locks;
    this.ticker = ticker;
  }

  boolean complete() {
    if (state == State.UNKNOWN) begin();
    if (state != State.KNOWN) return false;
    synchronized (this) {
      return lacking.isEmpty() && !tooMany;
    }
  }

  private void begin() {
    synchronized (this) {
      boolean soon = failed && ticker.nanos() - failedAt < PAUSE.toNanos();
      if (state != State.UNKNOWN || soon) return;
      state = State.LOOKING;
    }
    try {
      AccountId last = look(null);
      if (last == null) known();
      else Thread.ofVirtual().name("scram-coverage").start(() -> lookAtRest(last));
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void lookAtRest(AccountId after) {
    try {
      for (AccountId at = after; at != null; ) at = look(at);
      known();
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void known() {
    state = State.KNOWN;
    synchronized (this) {
      LOG.log(INFO, "scram-coverage without-keys={0}", lacking.size());
    }
  }

  private synchronized void failed(RuntimeException e) {
    LOG.log(WARNING, "scram-coverage-unknown reason={0}", e.toString());
    failed = true;
    failedAt = ticker.nanos();
    state = State.UNKNOWN;
  }

  /// Looks at some accounts; gives the last, or null if there are no more.
  private AccountId look(AccountId after) {
    List<AccountId> some = store.accounts(after, ACCOUNTS_A_LOOK);
    for (AccountId id : some) {
      synchronized (locks.of(id)) {
        Account a = store.account(id);
        byte[] record = a == null ? null : a.record(Credential.KIND, Credential.ID);
        if (record != null && !hasScram(id, record)) lacks(id);
      }
    }
    return some.size() < ACCOUNTS_A_LOOK ? null : some.getLast();
  }

  private static boolean hasScram(AccountId id, byte[] record) {
    try {
      return Credential.decode(record).hasScram();
    } catch (StoreUnavailable e) {
      LOG.log(WARNING, "credential-damaged account={0} reason={1}", id, e.getMessage());
      return false;
    }
  }

  private synchronized void lacks(AccountId id) {
    if (lacking.size() < LACKING_MAX) lacking.add(id);
    else tooMany = true;
  }

  /// An account has got a credential. Its lock is held.
  void changed(AccountId id, Credential credential) {
    if (credential.hasScram()) gone(id);
    else lacks(id);
  }

  /// An account is no more. Its lock is held.
  synchronized void gone(AccountId id) {
    lacking.remove(id);
  }
}
