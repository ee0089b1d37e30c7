package org.posthorn.store;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Tells waiting sessions that something changed. A hint only: the subscriber reads the rest from
/// the store; a lost hint costs time, never truth.
public final class ChangeBus {
  private final ConcurrentHashMap<AccountId, Set<Subscription>> subscriptions =
      new ConcurrentHashMap<>();

  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

  /// Watches all accounts.
  public Watch watch() {
    Watch w = new Watch();
    watches.add(w);
    return w;
  }

  /// @param mailbox null for any change of the account
  public Subscription subscribe(AccountId account, MailboxId mailbox) {
    return subscribe(Set.of(account), mailbox == null ? 0 : mailbox.value());
  }

  /// To any change of any of these accounts.
  public Subscription subscribe(Set<AccountId> accounts) {
    return subscribe(Set.copyOf(accounts), 0);
  }

  private Subscription subscribe(Set<AccountId> accounts, long mailbox) {
    Subscription s = new Subscription(accounts, mailbox);
    for (AccountId account : accounts) {
      subscriptions.compute(
          account,
          (id, set) -> {
            Set<Subscription> all = set == null ? ConcurrentHashMap.newKeySet(2) : set;
            all.add(s);
            return all;
          });
    }
    return s;
  }

  /// Called after the change is durable and installed. Does not wait.
  void publish(AccountId account, List<Long> mailboxes, long modSeq) {
    if (!mailboxes.isEmpty()) for (Watch w : watches) w.note(account);
    Set<Subscription> set = subscriptions.get(account);
    if (set == null) return;
    for (Subscription s : set) {
      if (s.mailbox == 0 || mailboxes.contains(s.mailbox)) s.signal();
    }
  }

  /// One slot, never a queue.
  public final class Subscription implements AutoCloseable {
    private final Set<AccountId> accounts;
    private final long mailbox;
    private boolean changed; // guarded by this
    private boolean closed; // guarded by this

    private Subscription(Set<AccountId> accounts, long mailbox) {
      this.accounts = accounts;
      this.mailbox = mailbox;
    }

    private synchronized void signal() {
      changed = true;
      notifyAll();
    }

    /// Waits for a change since the last call. False after `limit` without one, or when closed
    /// (also by another thread).
    public synchronized boolean await(Duration limit) throws InterruptedException {
      if (!changed && !closed) wait(Math.max(1, limit.toMillis()));
      boolean was = changed && !closed;
      changed = false;
      return was;
    }

    /// Whether something changed since the last call; does not wait.
    public synchronized boolean poll() {
      boolean was = changed;
      changed = false;
      return was;
    }

    @Override
    public void close() {
      synchronized (this) {
        closed = true;
        notifyAll();
      }
      for (AccountId account : accounts) {
        subscriptions.computeIfPresent(
            account,
            (id, set) -> {
              set.remove(this);
              return set.isEmpty() ? null : set;
            });
      }
    }
  }

  /// The accounts in which a mailbox has changed since they were last taken, each once.
  public final class Watch implements AutoCloseable {
    private final Set<AccountId> changed = ConcurrentHashMap.newKeySet();
    private boolean closed; // guarded by this

    /// On the engine's thread.
    private void note(AccountId account) {
      if (changed.add(account)) wake();
    }

    private synchronized void wake() {
      notifyAll();
    }

    /// Waits until there is one. False after `limit` without, or when closed.
    public synchronized boolean await(Duration limit) throws InterruptedException {
      if (changed.isEmpty() && !closed) wait(Math.max(1, limit.toMillis()));
      return !changed.isEmpty() && !closed;
    }

    public Set<AccountId> take() {
      Set<AccountId> all = Set.copyOf(changed);
      changed.removeAll(all); // what changes from now on is noted again
      return all;
    }

    @Override
    public void close() {
      watches.remove(this);
      synchronized (this) {
        closed = true;
        notifyAll();
      }
    }
  }
}
