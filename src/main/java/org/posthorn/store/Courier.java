package org.posthorn.store;

import static java.lang.System.Logger.Level.WARNING;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;

/// Carries out in other partitions what a commit asked for by an outbox row.
///
/// There is no transaction over two partitions. A commit that must cause something elsewhere writes
/// a row `o`; the courier hands it to the [Carrier] of its kind, which acts idempotently by the
/// row's id, and deletes the row afterwards. After a crash it begins again, so each is carried at
/// least once.
public final class Courier implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("posthorn.store");
  private static final int FORMAT = 1;
  private static final long RETRY_SECONDS = 5;

  /// While nothing waits; whoever writes a row wakes the courier.
  private static final long IDLE_SECONDS = 3600;

  private static final int ACCOUNTS_A_LOOK = 256;

  /// Does what a row asks for. May be called again for a row carried out before.
  public interface Carrier {
    /// @param id unique, the same at each call for one row
    void carry(AccountId from, long id, byte[] payload);
  }

  private final Store store;
  private final Map<String, Carrier> carriers = new ConcurrentHashMap<>();
  private final Set<AccountId> waiting = ConcurrentHashMap.newKeySet();

  // One at a time: no row is carried twice without need.
  private final Object carrying = new Object();
  private final Rounds rounds = new Rounds("courier");

  Courier(Store store) {
    this.store = store;
  }

  /// Before [Store#start].
  public void register(String kind, Carrier carrier) {
    carriers.put(kind, carrier);
  }

  static void write(Draft d, String kind, byte[] payload) {
    long id = d.newId();
    d.outbox(Keys.id('o', id), new Pack(32).u8(FORMAT).text(kind).bytes(payload).done());
  }

  void start() {
    rounds.start(this::loop);
  }

  /// Called on the engine's thread.
  void note(AccountId account) {
    waiting.add(account);
    rounds.wake();
  }

  private void loop() {
    try {
      lookForLeftovers();
    } catch (RuntimeException e) {
      LOG.log(WARNING, "courier-look-failed", e);
    }
    while (rounds.await(waiting.isEmpty() ? IDLE_SECONDS : RETRY_SECONDS)) {
      // A copy: what fails is added again, and would be met again.
      for (AccountId a : List.copyOf(waiting)) carryAll(a);
    }
  }

  /// Rows that a crash left.
  private void lookForLeftovers() {
    AccountId after = null;
    while (true) {
      List<Partition> some =
          store
              .kv()
              .partitions(
                  'a', after == null ? null : Partition.account(after.value()), ACCOUNTS_A_LOOK);
      for (var p : some) {
        after = new AccountId(Keys.u64(p.id(), 0));
        if (!store.kv().scan(p, Keys.of('o'), Keys.of('p'), 1).isEmpty()) carryAll(after);
      }
      if (some.size() < ACCOUNTS_A_LOOK) return;
    }
  }

  /// Carries out what waits in the account's outbox, now. True if nothing is left; what is will be
  /// tried again.
  public boolean carryAll(AccountId from) {
    synchronized (carrying) {
      return carryRows(from);
    }
  }

  private boolean carryRows(AccountId from) {
    waiting.remove(from);
    try {
      if (carryWaiting(from)) return true;
    } catch (RuntimeException e) {
      LOG.log(WARNING, "courier-failed account={0}", from, e);
    }
    waiting.add(from);
    return false;
  }

  private boolean carryWaiting(AccountId from) {
    Account account = store.accountOrRemains(from);
    List<Row> rows = account.scanAll(Keys.of('o'), Keys.of('p'));
    List<byte[]> done = new ArrayList<>();
    for (Row row : rows) {
      if (carry(from, row)) done.add(row.key());
    }
    if (!done.isEmpty()) {
      account.change(d -> {
        for (byte[] key : done) d.delete(key);
        return null;
      });
    }
    return done.size() == rows.size();
  }

  private boolean carry(AccountId from, Row row) {
    Unpack u = Unpack.row(row.value(), FORMAT);
    String kind = u.text();
    Carrier carrier = carriers.get(kind);
    if (carrier == null) {
      LOG.log(WARNING, "courier-unknown kind={0} account={1}", kind, from);
      return false;
    }
    try {
      carrier.carry(from, Keys.u64(row.key(), 1), u.bytes());
      return true;
    } catch (RuntimeException e) {
      LOG.log(WARNING, "courier-failed kind={0} account={1}", kind, from, e);
      return false;
    }
  }

  @Override
  public void close() {
    rounds.close();
  }
}
