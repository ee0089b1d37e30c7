package org.posthorn.mta.queue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.posthorn.store.Kept;
import org.posthorn.store.Store;
import org.posthorn.store.StoreUnavailable;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;

/// The mail that waits, on disk. What returns is durable; what fails with [StoreUnavailable] left
/// nothing, or nobody knows.
///
/// A message lies in one of [#SHARDS] partitions, by its id. Any thread may call; changes of one
/// shard that come together share a commit.
public final class Queue {
  public static final int SHARDS = 16;

  /// Messages or recipients read at once.
  private static final int ROWS_A_READ = 256;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int SHARD_SHIFT = 64 - 4;

  private final Store store;
  private final RetrySchedule schedule;
  private final Shard[] shards = new Shard[SHARDS];
  private final Counters counters = new Counters();
  private volatile Consumer<Waits> listener; // null: nobody delivers what is added here

  /// @param node number of this server in its installation
  public Queue(Store store, int node, RetrySchedule schedule) {
    this.store = store;
    this.schedule = schedule;
    for (int i = 0; i < SHARDS; i++) shards[i] = new Shard(store, Partition.queue(node, i));
  }

  /// Who waits for one message.
  ///
  /// @param fresh are to be tried at once, whatever their rows say: those tell when to go on if
  ///   that comes to nothing
  /// @param others have their time
  /// @param urgent their destinations are asked even if they did not answer lately
  record Waits(
      QueueId id,
      int priority,
      List<QueuedRecipient> fresh,
      List<QueuedRecipient> others,
      boolean urgent) {}

  /// Tells from now on of everything that is added or changed by somebody else; once. Without one
  /// the first try is left to who opens the queue next.
  void listen(Consumer<Waits> to) {
    listener = to;
  }

  RetrySchedule schedule() {
    return schedule;
  }

  Store store() {
    return store;
  }

  public Counters counters() {
    return counters;
  }

  public QueueId newId() {
    return new QueueId(store.ids().next());
  }

  /// For a message that is to lie in one shard with another.
  QueueId newIdBeside(QueueId other) {
    while (true) {
      QueueId id = newId();
      if (shardOf(id) == shardOf(other)) return id;
    }
  }

  private static int shardOf(QueueId id) {
    return (int) (id.value() * GOLDEN >>> SHARD_SHIFT);
  }

  private Shard shard(QueueId id) {
    return shards[shardOf(id)];
  }

  // ---- changing

  /// Takes a message in.
  ///
  /// @throws StoreUnavailable if it is not in the queue, or nobody knows whether it is
  public QueueId add(NewMessage message) {
    return add(List.of(message)).getFirst();
  }

  /// Takes several in together, all or none. Of ids that are given, only the first message may have
  /// one; the others get theirs beside it.
  ///
  /// @return them in their order
  /// @throws StoreUnavailable if they are not in the queue, or nobody knows whether they are
  public List<QueueId> add(List<NewMessage> messages) {
    NewMessage first = messages.getFirst();
    QueueId beside = first.id() == null ? newId() : first.id();
    Consumer<Waits> told = listener;
    List<Entry> entries = new ArrayList<>(messages.size());
    for (NewMessage m : messages) {
      entries.add(entry(m == first ? beside : newIdBeside(beside), m, told != null));
    }
    shard(beside)
        .change(edit -> {
          entries.forEach(e -> put(edit, e));
          return null;
        });
    counters.messagesAdded.add(entries.size());
    if (told != null) entries.forEach(e -> told.accept(e.waits()));
    return entries.stream().map(e -> e.message().id()).toList();
  }

  /// @param fresh numbers of recipients that are tried at once
  private record Entry(
      QueuedMessage message, Kept octets, List<QueuedRecipient> recipients, Set<Integer> fresh) {
    int priority() {
      return message.sender().options().priority();
    }

    Waits waits() {
      List<QueuedRecipient> now = new ArrayList<>();
      List<QueuedRecipient> later = new ArrayList<>();
      for (QueuedRecipient r : recipients) (fresh.contains(r.number()) ? now : later).add(r);
      return new Waits(message.id(), priority(), now, later, false);
    }
  }

  /// @param tried somebody tries it at once: the rows must say when to go on after that
  private Entry entry(QueueId id, NewMessage m, boolean tried) {
    Instant expires = schedule.expires(m.arrived(), m.sender().options());
    QueuedMessage message =
        new QueuedMessage(
            id,
            m.sender(),
            m.arrived(),
            expires,
            m.octets().blob(),
            m.octets().size(),
            m.head(),
            m.submitter());
    List<NewMessage.To> all = new ArrayList<>(m.recipients());
    // Those of one destination stand together, so that they are read together.
    all.sort(Comparator.comparing(to -> to.destination().toString()));
    Instant now = store.clock().instant();
    boolean local = false;
    Set<Integer> fresh = new HashSet<>();
    List<QueuedRecipient> recipients = new ArrayList<>(all.size());
    for (NewMessage.To to : all) {
      Instant next = earliest(id, m, to, now);
      if (tried && !next.isAfter(now)) {
        fresh.add(recipients.size());
        next = now.plus(schedule.after(id, 1));
      }
      local |= to.destination() instanceof Destination.Local;
      recipients.add(
          new QueuedRecipient(
              recipients.size(),
              to.recipient(),
              to.destination(),
              millis(next),
              to.last() == null ? 0 : 1,
              to.last(),
              QueuedRecipient.State.WAITING,
              false));
    }
    // What goes into an account is used there while it still is here.
    Kept octets = local ? m.octets().asShared() : m.octets();
    return new Entry(message, octets, recipients, fresh);
  }

  private Instant earliest(QueueId id, NewMessage m, NewMessage.To to, Instant now) {
    Instant out = to.last() == null ? now : now.plus(schedule.after(id, 1));
    if (to.notBefore() != null) out = to.notBefore();
    Instant hold = m.sender().options().holdUntil();
    return hold != null && hold.isAfter(out) ? hold : out;
  }

  /// As rows keep it.
  static Instant millis(Instant t) {
    return Instant.ofEpochMilli(t.toEpochMilli());
  }

  private static void put(Shard.Edit edit, Entry e) {
    QueuedMessage m = e.message();
    edit.put(QueueRows.message(m.id()), QueueRows.encode(m, e.recipients().size()));
    for (QueuedRecipient r : e.recipients()) {
      edit.put(QueueRows.recipient(m.id(), r.number()), QueueRows.encode(r, e.priority()));
    }
    edit.put(e.octets().use(m.id().value()));
    edit.local(e.octets().local());
  }

  /// What becomes of one recipient.
  ///
  /// @param was as it was read
  /// @param is null: nothing more to do for it
  public record Change(QueuedRecipient was, QueuedRecipient is) {}

  /// Changes recipients of a message and adds what is to be said of them, all or nothing; with its
  /// last recipient the message goes. Ids of notices are given here where they have none, and must
  /// be of [#newIdBeside] where they do.
  ///
  /// @return false if somebody else was faster: one of the recipients is not any more as it `was`
  /// @throws StoreUnavailable if nothing has changed, or nobody knows
  public boolean update(QueueId id, List<Change> changes, List<NewMessage> notices) {
    boolean done = submitUpdate(id, changes, notices).await();
    if (done) tellOfChange(id, false);
    return done;
  }

  /// An update under way.
  final class Updating {
    private final Shard.Pending<Boolean> pending;
    private final List<Entry> notices;

    private Updating(Shard.Pending<Boolean> pending, List<Entry> notices) {
      this.pending = pending;
      this.notices = notices;
    }

    /// As [Queue#update].
    boolean await() {
      boolean done = pending.await();
      Consumer<Waits> told = listener;
      if (done) counters.messagesAdded.add(notices.size());
      if (done && told != null) for (Entry n : notices) told.accept(n.waits());
      return done;
    }
  }

  /// As [#update], without waiting, and of the recipients that change nobody is told.
  Updating submitUpdate(QueueId id, List<Change> changes, List<NewMessage> notices) {
    List<Entry> entries = new ArrayList<>(notices.size());
    for (NewMessage n : notices) {
      QueueId own = n.id() == null ? newIdBeside(id) : n.id();
      if (shardOf(own) != shardOf(id)) throw new IllegalArgumentException("notice far away");
      entries.add(entry(own, n, listener != null));
    }
    Shard.Pending<Boolean> pending =
        shard(id)
            .submit(edit -> {
              if (!apply(edit, id, changes)) return false;
              for (Entry e : entries) put(edit, e);
              return true;
            });
    return new Updating(pending, entries);
  }

  /// Reads a message again for whoever listens.
  void tellOfChange(QueueId id, boolean urgent) {
    Consumer<Waits> told = listener;
    if (told == null) return;
    QueuedMessage m = message(id);
    int priority = m == null ? 0 : m.sender().options().priority();
    told.accept(new Waits(id, priority, List.of(), recipients(id), urgent));
  }

  private boolean apply(Shard.Edit edit, QueueId id, List<Change> changes) {
    byte[] row = edit.get(QueueRows.message(id));
    if (row == null) return false;
    QueueRows.MessageRow message = QueueRows.message(id, row);
    int ended = 0;
    for (Change c : changes) {
      byte[] key = QueueRows.recipient(id, c.was().number());
      byte[] is = edit.get(key);
      if (is == null || !same(QueueRows.recipient(c.was().number(), is).recipient(), c.was())) {
        return false;
      }
      if (c.is() == null) ended++;
    }
    int priority = message.message().sender().options().priority();
    for (Change c : changes) {
      byte[] key = QueueRows.recipient(id, c.was().number());
      if (c.is() == null) edit.delete(key);
      else edit.put(key, QueueRows.encode(c.is(), priority));
      boolean local = c.is() != null && c.is().destination() instanceof Destination.Local;
      if (local) edit.put(octets(message.message()).use(id.value())); // as in entry
    }
    boolean last =
        ended == message.recipients() || ended > 0 && !edit.anyUnder(QueueRows.recipients(id));
    if (last) removeMessage(edit, message.message());
    return true;
  }

  /// Whether nobody has touched it. Texts may have been cut when they were written.
  private static boolean same(QueuedRecipient a, QueuedRecipient b) {
    return a.next().equals(millis(b.next()))
        && a.tries() == b.tries()
        && a.state() == b.state()
        && a.delayTold() == b.delayTold()
        && a.destination().equals(b.destination());
  }

  private void removeMessage(Shard.Edit edit, QueuedMessage m) {
    byte[] key = Kept.useKey(m.blob(), m.id().value());
    byte[] use = edit.get(key);
    edit.delete(QueueRows.message(m.id()));
    edit.delete(key);
    boolean shared = use == null || Kept.shared(new Row(key, use));
    edit.local(store.keeping().letGo(m.blob(), shared));
  }

  // ---- reading

  /// Null if it does not wait any more.
  public QueuedMessage message(QueueId id) {
    byte[] row = shard(id).get(QueueRows.message(id));
    return row == null ? null : QueueRows.message(id, row).message();
  }

  /// Those who wait still, by number.
  public List<QueuedRecipient> recipients(QueueId id) {
    return recipients(id, 0, Integer.MAX_VALUE);
  }

  /// Those with numbers from `first` to `last`.
  List<QueuedRecipient> recipients(QueueId id, int first, int last) {
    List<QueuedRecipient> out = new ArrayList<>();
    byte[] from = QueueRows.recipient(id, first);
    byte[] to = Shard.behind(QueueRows.recipient(id, last));
    if (first == last) {
      byte[] row = shard(id).get(from);
      return row == null ? List.of() : List.of(QueueRows.recipient(first, row).recipient());
    }
    while (true) {
      List<Row> some = shard(id).scan(from, to, ROWS_A_READ);
      for (Row r : some) {
        out.add(QueueRows.recipient(QueueRows.numberOf(r.key()), r.value()).recipient());
      }
      if (some.size() < ROWS_A_READ) return out;
      from = Shard.behind(some.getLast().key());
    }
  }

  /// A message as it is to be sent: our trace lines, then its octets.
  public InputStream open(QueuedMessage message) throws IOException {
    return new SequenceInputStream(
        new ByteArrayInputStream(message.head()),
        store.keeping().open(message.blob(), message.size()));
  }

  /// Octets of the blob of a message, in use while it waits.
  public Kept octets(QueuedMessage message) {
    return Kept.inUse(message.blob(), message.size(), true);
  }

  /// Told of each message with those who wait for it.
  public interface Visitor {
    void visit(QueuedMessage message, List<QueuedRecipient> recipients);
  }

  /// All that waits, a shard after the other, older messages first in each. Not of one moment: what
  /// comes or goes meanwhile may be seen or not.
  public void forEach(Visitor visitor) {
    for (Shard shard : shards) {
      byte[] from = QueueRows.of('m');
      while (true) {
        List<Row> some = shard.scan(from, Shard.after(QueueRows.of('m')), ROWS_A_READ);
        for (Row r : some) {
          QueueId id = QueueRows.id(r.key());
          List<QueuedRecipient> recipients = recipients(id);
          if (recipients.isEmpty()) continue; // gone since
          visitor.visit(QueueRows.message(id, r.value()).message(), recipients);
        }
        if (some.size() < ROWS_A_READ) break;
        from = Shard.behind(some.getLast().key());
      }
    }
  }

  /// The recipients of each message of all shards, a run of a message after the other.
  void forEachWaiting(Consumer<Waits> to) {
    for (Shard shard : shards) new WaitingRun(to).read(shard);
  }

  /// Puts together what scans of a shard give.
  private static final class WaitingRun {
    private final Consumer<Waits> to;
    private final List<QueuedRecipient> run = new ArrayList<>();
    private QueueId id;
    private int priority;

    WaitingRun(Consumer<Waits> to) {
      this.to = to;
    }

    void read(Shard shard) {
      byte[] from = QueueRows.of('r');
      while (true) {
        List<Row> some = shard.scan(from, Shard.after(QueueRows.of('r')), ROWS_A_READ);
        for (Row r : some) add(r);
        if (some.size() < ROWS_A_READ) break;
        from = Shard.behind(some.getLast().key());
      }
      end();
    }

    private void add(Row r) {
      QueueId of = QueueRows.id(r.key());
      if (!of.equals(id)) end();
      id = of;
      QueueRows.RecipientRow row = QueueRows.recipient(QueueRows.numberOf(r.key()), r.value());
      priority = row.priority();
      run.add(row.recipient());
    }

    private void end() {
      if (!run.isEmpty()) to.accept(new Waits(id, priority, List.of(), List.copyOf(run), false));
      run.clear();
    }
  }

  /// Verifies what the rows of all shards say of each other and of octets; what is wrong, empty if
  /// all is well. Meaningful while nothing changes.
  public List<String> check() {
    List<String> problems = new ArrayList<>();
    for (Shard shard : shards) new QueueCheck(shard, store.keeping(), problems).run();
    return problems;
  }
}
