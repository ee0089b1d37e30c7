package org.posthorn.mta.trace;

import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.net.Ticker;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.KvException;
import org.posthorn.store.kv.Row;

/// What happened to every message. One per server; any thread may note.
///
/// Life: constructed writing → [#start] lets it forget what is old, too → [#close] writes all that
/// was noted before. It must be closed before its [Kv].
public final class Trace implements AutoCloseable {
  /// Octets of events that wait to be written, about; what comes on top is dropped.
  static final long WAITING_MAX = 16L << 20;

  /// How long events wait.
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Duration FORGETTING = Duration.ofHours(1);

  /// Steps of forgetting before what waits is written again.
  private static final int STEPS_A_ROUND = 32;

  /// Octets in memory of the events that are written together: their rows take a megabyte at most.
  private static final int BATCH_WEIGHT_MAX = 640 << 10;

  /// Octets in memory of the events that go into one row: what is encoded is smaller.
  private static final int ROW_WEIGHT_MAX = 128 << 10;

  /// Rows of two messages with one time in milliseconds differ in their id, those of one in this.
  private static final int SEQUENCES = 1 << 16;

  private static final System.Logger LOG = System.getLogger("posthorn.mta.trace");

  private static final byte[] TERM_VALUE = {1};

  private record Noted(QueueId id, Event event) {}

  /// Rows to be written together.
  private static final class Batch {
    final List<Row> rows = new ArrayList<>();
    int events;
    long weight;
    long octets;
  }

  private final Kv kv;
  private final InstantSource clock;
  private final Ticker ticker;
  private final TraceOptions options;
  private final TraceSize size;
  private final Forgetting forgetting;
  private final Counters counters = new Counters();
  private final ConcurrentLinkedQueue<Noted> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicLong waitingOctets = new AtomicLong();
  private final Thread writer; // null where nothing is kept
  private volatile boolean closed;

  // Guarded by this.
  private long asked; // rounds that were asked for
  private long done; // of them
  private boolean forgets;
  private boolean ended;

  // Of the writer alone.
  private Batch batch; // taken from the queue and not written yet, or null
  private int sequence;
  private long nextForgetting;
  private boolean troubled;

  public Trace(Kv kv, InstantSource clock, Ticker ticker, TraceOptions options) {
    this.kv = kv;
    this.clock = clock;
    this.ticker = ticker;
    this.options = options;
    this.size = new TraceSize(kv);
    this.forgetting = new Forgetting(kv, size, counters);
    this.nextForgetting = ticker.nanos();
    this.writer = Thread.ofVirtual().name("trace").start(this::run);
  }

  private Trace() {
    this.kv = null;
    this.clock = () -> Instant.EPOCH;
    this.ticker = () -> 0;
    this.options = TraceOptions.DEFAULT.withKeep(Duration.ZERO);
    this.size = null;
    this.forgetting = null;
    this.writer = null;
  }

  /// A trace that keeps nothing.
  public static Trace off() {
    return new Trace();
  }

  /// From now on what is old is forgotten.
  public synchronized void start() {
    forgets = true;
  }

  public Counters counters() {
    return counters;
  }

  /// The story of a message, to go on with: begun by whoever asks first. Holds nothing.
  ///
  /// @param id of its reception, or of a session's attempt that did not come so far
  public Story story(QueueId id) {
    return new Story(this, id);
  }

  /// Notes an event. Never waits; dropped if too much waits already.
  public void note(QueueId id, Event event) {
    if (writer == null || options.keep().isZero()) {
      return;
    }
    int weight = event.weight();
    if (closed || waitingOctets.addAndGet(weight) > WAITING_MAX) {
      waitingOctets.addAndGet(-weight);
      counters.eventsDropped.increment();
      return;
    }
    waiting.add(new Noted(id, event));
  }

  /// Waits until everything noted before is written, if writing works.
  public void flush() {
    boolean interrupted = false;
    synchronized (this) {
      long mine = ++asked;
      notifyAll();
      while (writer != null && done < mine && !ended) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
          break;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  Instant now() {
    return clock.instant();
  }

  /// When something happened of which the monotonic time is known.
  Instant when(long nanos) {
    return clock.instant().minusNanos(Math.max(0, ticker.nanos() - nanos));
  }

  // --- the writer

  private void run() {
    long round;
    boolean last;
    do {
      synchronized (this) {
        pause();
        round = asked;
        last = closed;
      }
      try {
        round(last);
      } catch (RuntimeException e) {
        LOG.log(WARNING, "trace-failed", e);
      }
      synchronized (this) {
        done = round;
        ended = last;
        notifyAll();
      }
    } while (!last);
  }

  /// Under the lock.
  private void pause() {
    try {
      if (asked == done && !closed) {
        wait(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      // only close ends this thread
    }
  }

  private void round(boolean last) {
    if (kv.trouble() == null) {
      write();
    }
    if (last) {
      dropAll();
    }
    boolean mayForget;
    synchronized (this) {
      mayForget = forgets && !last && kv.trouble() == null;
    }
    if (mayForget) {
      forget();
    }
  }

  private void forget() {
    for (int i = 0; i < STEPS_A_ROUND; i++) {
      boolean tooMuch = size.octets() > options.size();
      if (!tooMuch && ticker.nanos() - nextForgetting < 0) {
        return;
      }
      long kept = clock.instant().minus(options.keep()).toEpochMilli();
      boolean more = forgetting.step(kept, options.size());
      if (!more) {
        nextForgetting = ticker.nanos() + FORGETTING.toNanos();
      }
    }
  }

  /// Writes what waits now. What cannot be written goes on waiting.
  private void write() {
    long target = waitingOctets.get();
    long written = 0;
    while (written < target) {
      if (batch == null) {
        batch = gather();
      }
      if (batch == null || !put(batch)) {
        return;
      }
      counters.events.add(batch.events);
      waitingOctets.addAndGet(-batch.weight);
      written += batch.weight;
      batch = null;
    }
  }

  private boolean put(Batch b) {
    List<Row> rows = new ArrayList<>(b.rows);
    rows.add(size.row(b.octets));
    try {
      kv.writeLocal(new Commit.Local(rows, List.of()));
    } catch (KvException e) {
      if (!troubled) {
        LOG.log(WARNING, "trace-not-written reason={0}", e.getMessage());
      }
      troubled = true;
      return false;
    }
    troubled = false;
    size.changed(b.octets);
    return true;
  }

  /// Takes from the queue what makes one batch; null if there is nothing.
  private Batch gather() {
    Map<QueueId, List<Event>> stories = new LinkedHashMap<>();
    Batch b = new Batch();
    while (b.weight < BATCH_WEIGHT_MAX) {
      Noted n = waiting.poll();
      if (n == null) {
        break;
      }
      stories.computeIfAbsent(n.id(), id -> new ArrayList<>()).add(n.event());
      b.weight += n.event().weight();
      b.events++;
    }
    stories.forEach((id, events) -> add(b, id, events));
    return b.events == 0 ? null : b;
  }

  private void add(Batch b, QueueId id, List<Event> events) {
    int from = 0;
    int weight = 0;
    for (int i = 0; i < events.size(); i++) {
      weight += events.get(i).weight();
      if (weight >= ROW_WEIGHT_MAX || i == events.size() - 1) {
        addRow(b, id, events.subList(from, i + 1));
        from = i + 1;
        weight = 0;
      }
    }
  }

  private void addRow(Batch b, QueueId id, List<Event> events) {
    sequence = (sequence + 1) % SEQUENCES;
    byte[] key = TraceKeys.events(id.value(), events.getFirst().at().toEpochMilli(), sequence);
    Row row = new Row(key, TraceRow.encode(events));
    Set<Term> terms = TraceSize.terms(events);
    b.rows.add(row);
    for (Term t : terms) {
      b.rows.add(new Row(TraceKeys.term(t.hash(), id.value()), TERM_VALUE));
    }
    b.octets += TraceSize.of(row, terms.size());
  }

  private void dropAll() {
    int lost = batch == null ? 0 : batch.events;
    batch = null;
    while (waiting.poll() != null) {
      lost++;
    }
    waitingOctets.set(0);
    counters.eventsDropped.add(lost);
  }

  /// Writes what waits; returns when that is done. What is noted later is dropped.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    boolean interrupted = false;
    while (writer != null && writer.isAlive()) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
