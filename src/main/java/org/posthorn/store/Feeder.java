package org.posthorn.store;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;
import org.posthorn.store.search.SearchIndex;

/// Gives to the search index what arrives.
///
/// For each mailbox the index has a mark: messages with lower UIDs are in it. UIDs only grow, and a
/// message under one never changes, so what lies between the mark and UIDNEXT is all there is to
/// do; flags do not matter. The marks are in the index itself, so nothing else is written, and an
/// index that was lost or has gone back is simply fed what it lacks.
///
/// Nobody waits for the feeder. It holds rows of one step at most, takes the smaller a share of the
/// processor the more mail comes, and in trouble tries again later.
final class Feeder {
  private static final System.Logger LOG = System.getLogger("posthorn.search");

  /// The first look is when the server has long been open: loading Lucene takes half a second of a
  /// core.
  private static final long START_MILLIS = 3_000;

  /// Arrivals are gathered until none has come for so long, and at most so many times that: a burst
  /// of mail has the processor for itself.
  private static final long GATHER_MILLIS = 500;

  private static final int GATHERS_MAX = 40;

  /// What was fed is shown and saved when nothing has come for so long.
  private static final long SETTLE_SECONDS = 30;

  /// While nothing waits; whoever brings something wakes the feeder.
  private static final long IDLE_SECONDS = 3600;

  /// After a failure; twice as long after each further one.
  private static final long RETRY_SECONDS = 10;

  private static final long RETRY_SECONDS_MAX = 600;

  /// Messages of one step.
  private static final int STEP = Account.MESSAGES_MAX;

  /// Where more mail comes in than is fed, the feeder rests so many times as long as it worked;
  /// where less comes, it rests less.
  private static final int RESTS = 9;

  /// The part of a step that has to arrive during it for the longest rest.
  private static final int ARRIVALS = STEP / 4;

  private static final long REST_MILLIS_MAX = 2_000;

  private static final int ROWS_A_LOOK = 1000;

  /// An index that fails is opened anew at the second try.
  private static final int TRIES_NOW = 3;

  private final Store store;
  private final SearchIndex index;
  private final Set<AccountId> waiting = ConcurrentHashMap.newKeySet();
  private final Rounds rounds = new Rounds("search-feeder");
  private volatile long noted; // arrivals; the engine's thread counts
  private int openings = -1; // guarded by this: of the index, when all accounts were looked at

  Feeder(Store store, SearchIndex index) {
    this.store = store;
    this.index = index;
  }

  void start() {
    rounds.startOnPlatform(this::loop);
  }

  /// Something has arrived. Called on the engine's thread.
  void note(AccountId account) {
    noted++;
    if (waiting.add(account)) rounds.wake();
  }

  private void loop() {
    if (!rounds.pause(START_MILLIS)) return;
    long settled = store.nanos();
    long retry = RETRY_SECONDS;
    long wait = 0;
    while (wait == 0 || rounds.await(wait)) {
      if (!waiting.isEmpty() && !gather()) return;
      boolean all = waiting.isEmpty() || store.nanos() - settled >= SETTLE_SECONDS * 1_000_000_000L;
      boolean well = round(all ? SearchIndex.Settle.ALL : SearchIndex.Settle.AT_REST);
      if (all) settled = store.nanos();
      wait = !well ? retry : index.unsettled() ? SETTLE_SECONDS : IDLE_SECONDS;
      retry = well ? RETRY_SECONDS : Math.min(RETRY_SECONDS_MAX, 2 * retry);
    }
  }

  /// False when the thread has to end.
  private boolean gather() {
    long before = -1;
    for (int i = 0; i < GATHERS_MAX && before != noted; i++) {
      before = noted;
      if (!rounds.pause(GATHER_MILLIS)) return false;
    }
    return true;
  }

  /// Feeds all that waits, now, so that searches see it. False if it cannot. For tests and the
  /// command line; otherwise it happens by itself.
  boolean feedAll() {
    for (int i = 0; i < TRIES_NOW; i++) if (round(SearchIndex.Settle.ALL)) return true;
    return false;
  }

  /// False if something failed; it waits still.
  private synchronized boolean round(SearchIndex.Settle settle) {
    if (store.trouble() != null) return false; // what is left of a full disk is not for an index
    boolean well = true;
    try {
      if (openings != index.openings() || openings <= 0) look();
      for (AccountId id : List.copyOf(waiting)) well &= feed(id);
      index.settle(settle);
      return well && openings == index.openings();
    } catch (IOException | RuntimeException e) {
      LOG.log(WARNING, "search-feed-failed reason={0}", e.toString());
      return false;
    }
  }

  /// Notes the accounts that have something the index lacks.
  private void look() throws IOException {
    Partition after = null;
    while (true) {
      List<Partition> some = store.kv().partitions('a', after, ROWS_A_LOOK);
      for (Partition p : some) {
        if (!rounds.pause(0)) return;
        AccountId id = new AccountId(Keys.u64(p.id(), 0));
        if (lacks(p, index.marks(id.value()))) waiting.add(id);
      }
      if (some.size() < ROWS_A_LOOK) break;
      after = some.getLast();
    }
    openings = index.openings();
  }

  private boolean lacks(Partition p, Map<Integer, Long> marks) {
    byte[] row = store.kv().get(p, Keys.ACCOUNT);
    if (row == null) return false;
    if (AccountState.Data.decode(row).removed()) return !marks.isEmpty();
    byte[] from = Keys.of('m');
    while (true) {
      List<Row> some = store.kv().scan(p, from, Keys.of('n'), ROWS_A_LOOK);
      for (Row r : some) {
        long next = Mailbox.Data.decode(r.value()).uidNext();
        if (next > marks.getOrDefault((int) Keys.u32(r.key(), 1), 1L)) return true;
      }
      if (some.size() < ROWS_A_LOOK) return false;
      byte[] last = some.getLast().key();
      from = Arrays.copyOf(last, last.length + 1);
    }
  }

  /// False if it is not finished; it waits again.
  private boolean feed(AccountId id) throws IOException {
    waiting.remove(id); // before: what arrives meanwhile makes it wait again
    boolean fed = false;
    try {
      fed = feedMailboxes(id);
    } catch (RuntimeException e) {
      // The account cannot be read; the others are not held up by it.
      LOG.log(WARNING, "search-feed-failed account={0} reason={1}", id, e.toString());
    } finally {
      if (!fed) waiting.add(id);
    }
    return fed;
  }

  private boolean feedMailboxes(AccountId id) throws IOException {
    Account account = store.account(id);
    if (account == null) {
      index.removeAccount(id.value());
      return true;
    }
    Map<Integer, Long> marks = index.marks(id.value());
    for (Mailbox box : account.mailboxes()) {
      long from = marks.getOrDefault(box.number, 1L);
      while (from < box.uidNext()) {
        long began = store.nanos();
        long arrivals = noted;
        from = step(account, box, from);
        index.settle(SearchIndex.Settle.BUSY);
        if (!rounds.pause(rest(store.nanos() - began, noted - arrivals))) return false;
      }
    }
    return true;
  }

  /// How long in milliseconds others have the processor after a step.
  private static long rest(long nanos, long arrived) {
    long millis = RESTS * nanos / 1_000_000 * Math.min(arrived, ARRIVALS) / ARRIVALS;
    return Math.min(REST_MILLIS_MAX, millis);
  }

  /// Feeds some messages with UIDs from `from` on; the UID up to before which all are fed.
  private long step(Account account, Mailbox box, long from) throws IOException {
    long[] emails = new long[STEP];
    int n = 0;
    long next = box.uidNext();
    EntryCursor c = box.entries(UidSet.range(from, next - 1));
    while (c.next()) {
      if (n == STEP) {
        next = c.uid();
        break;
      }
      emails[n++] = c.emailId();
    }
    n = unknown(account, emails, n);
    int read = 0;
    while (read < n) {
      List<MessageRow> rows = account.messages(emails, read, n - read);
      for (MessageRow row : rows) {
        if (row == null) continue; // expunged, and its grave cleared
        index.put(account.id().value(), row.email().value(), account.text(row));
      }
      read += rows.size();
    }
    index.mark(account.id().value(), box.number, next);
    return next;
  }

  /// Leaves only those that the index does not have from another mailbox; how many.
  private int unknown(Account account, long[] emails, int n) throws IOException {
    boolean[] known = index.known(account.id().value(), Arrays.copyOf(emails, n));
    int left = 0;
    for (int i = 0; i < n; i++) if (!known[i]) emails[left++] = emails[i];
    return left;
  }

  void close() {
    rounds.close();
  }
}
