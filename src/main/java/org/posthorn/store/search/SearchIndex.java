package org.posthorn.store.search;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.lucene.document.Document;
import org.posthorn.mime.MessageText;

/// The index of all messages of this disk: some shards, each for many accounts.
///
/// It may lack messages, and whoever asks is told which it has; it may hold some that are gone. It
/// never fails those who ask: in trouble it knows nothing. Those who feed it get the trouble as
/// IOException, and begin again.
///
/// Asking works from any thread; Lucene itself runs on few platform threads, since a page fault in
/// its files would hold a virtual thread's carrier. Feeding is for one platform thread.
public final class SearchIndex implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("posthorn.search");

  /// Changing this loses all indexes, for accounts would be sought in other shards.
  private static final int SHARDS = 8;

  /// Searches at once; more wait.
  private static final int THREADS = 2;

  private static final long THREAD_IDLE_SECONDS = 60;

  /// Documents that no search sees yet, while more are waiting to be fed, or not.
  private static final int UNSEEN_MAX = 4096;

  private static final int UNSEEN_AT_REST_MAX = 64;

  /// Documents that a crash would lose.
  private static final int UNCOMMITTED_MAX = 50_000;

  private final Path directory;

  // Made when needed: what loads them loads Lucene, which a start has no time for.
  private final AtomicReferenceArray<Shard> shards = new AtomicReferenceArray<>(SHARDS);
  private final long bufferBytes;
  private final ThreadPoolExecutor threads;
  private Entry entry; // the feeder's; made when needed, for it is Lucene's

  private SearchIndex(Path directory, long bufferBytes) {
    this.directory = directory;
    this.bufferBytes = bufferBytes;
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            THREAD_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // each waits for its own: as many as there are sessions
            task -> Thread.ofPlatform().name("search-reader").daemon().unstarted(task));
    threads.allowCoreThreadTimeOut(true);
  }

  /// The index in a directory, which is made if need be. Nothing is read before somebody asks or
  /// feeds.
  ///
  /// @param bufferBytes heap for messages that are not written yet
  public static SearchIndex open(Path directory, long bufferBytes) throws IOException {
    Files.createDirectories(directory);
    return new SearchIndex(directory, bufferBytes);
  }

  private Shard shard(long account) {
    long mixed = account * 0x9E3779B97F4A7C15L;
    return shard((int) (mixed >>> 61));
  }

  private Shard shard(int number) {
    Shard made = shards.get(number);
    if (made != null) return made;
    Path own = directory.resolve(Integer.toString(number));
    shards.compareAndSet(number, null, new Shard(own, bufferBytes)); // it opens nothing yet
    return shards.get(number);
  }

  /// Those that somebody has needed.
  private List<Shard> used() {
    List<Shard> used = new ArrayList<>(SHARDS);
    for (int i = 0; i < SHARDS; i++) if (shards.get(i) != null) used.add(shards.get(i));
    return used;
  }

  // ---- asking

  /// Which messages of an account may contain a string, as far as the index has those of a mailbox.
  public Found find(long account, int mailbox, Sought sought) {
    try {
      return ask(account, s -> Asking.find(s, account, mailbox, sought));
    } catch (IOException e) {
      return Found.NOTHING;
    }
  }

  /// UIDs below are in the index, by number of the mailbox.
  public Map<Integer, Long> marks(long account) throws IOException {
    return await(() -> guarded(account, shard -> shard.marks(account)));
  }

  /// Which of the emails are in the index, of those that searches see.
  public boolean[] known(long account, long[] emails) throws IOException {
    return ask(
        account,
        s -> {
          boolean[] known = new boolean[emails.length];
          Marks.known(s.getIndexReader(), account, emails, known);
          return known;
        });
  }

  private <R> R ask(long account, Shard.Ask<R> ask) throws IOException {
    return await(() -> guarded(account, shard -> shard.ask(ask)));
  }

  private interface Work<R> {
    R run() throws IOException;
  }

  private interface Use<R> {
    R of(Shard shard) throws IOException;
  }

  /// Uses the account's shard, and tells it of a failure. On a thread that may wait for the disk.
  private <R> R guarded(long account, Use<R> use) throws IOException {
    return guarded(shard(account), use);
  }

  private static <R> R guarded(Shard shard, Use<R> use) throws IOException {
    try {
      return use.of(shard);
    } catch (IOException | RuntimeException | InternalError e) {
      // The last is what a file gives that was cut off while it was mapped.
      shard.failed(e);
      throw e instanceof IOException io ? io : new IOException(e);
    }
  }

  /// Runs something on a thread that may wait for the disk.
  private <R> R await(Work<R> work) throws IOException {
    FutureTask<R> task = new FutureTask<>(work::run);
    try {
      threads.execute(task);
      return task.get();
    } catch (InterruptedException e) {
      task.cancel(false);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (RejectedExecutionException e) {
      throw new IOException("closed", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  // ---- feeding

  /// A number that changes when something that was fed may be gone.
  public int openings() {
    int n = 0;
    for (Shard s : used()) n += s.openings();
    return n;
  }

  /// Adds a message, in the place of what the index had of it. One whose octets cannot be read may
  /// contain everything.
  public void put(long account, long email, MessageText text) throws IOException {
    if (entry == null) entry = new Entry();
    Document document = entry.of(account, email, text);
    guarded(
        account,
        shard -> {
          shard.put(account, email, document);
          return null;
        });
  }

  /// All messages of the mailbox with lower UIDs have been added.
  public void mark(long account, int mailbox, long uid) throws IOException {
    guarded(
        account,
        shard -> {
          shard.mark(account, mailbox, uid);
          return null;
        });
  }

  /// Forgets messages that nobody can see any more. Any thread.
  public void remove(long account, long[] emails) {
    try {
      await(() ->
          guarded(
              account,
              shard -> {
                shard.remove(account, emails);
                return null;
              }));
    } catch (IOException e) {
      // They take room and do no harm.
      LOG.log(WARNING, "search-index-remove-failed reason={0}", e.toString());
    }
  }

  public void removeAccount(long account) throws IOException {
    guarded(
        account,
        shard -> {
          shard.removeAccount(account);
          return null;
        });
  }

  /// How urgently what was fed is to be shown and kept.
  public enum Settle {
    /// More is being fed: when it is very much.
    BUSY,
    /// Nothing waits to be fed: when it is some.
    AT_REST,
    /// Whatever there is.
    ALL
  }

  /// Shows to searches and saves from a crash what was fed.
  public void settle(Settle how) throws IOException {
    emptyBuffers();
    int unseenMax =
        switch (how) {
          case BUSY -> UNSEEN_MAX;
          case AT_REST -> UNSEEN_AT_REST_MAX;
          case ALL -> 1;
        };
    int uncommittedMax = how == Settle.ALL ? 1 : UNCOMMITTED_MAX;
    for (Shard each : used()) {
      guarded(
          each,
          shard -> {
            if (shard.unseen() >= unseenMax) shard.refresh();
            if (shard.uncommitted() >= uncommittedMax) shard.commit();
            return null;
          });
    }
  }

  /// A shard alone keeps to the limit by itself. Which of them is fed changes, so one may have it
  /// all: a buffer must be large to be worth anything, for every gram takes room in it once.
  private void emptyBuffers() throws IOException {
    long all = 0;
    Shard fullest = null;
    for (Shard shard : used()) {
      all += shard.buffered();
      if (fullest == null || shard.buffered() > fullest.buffered()) fullest = shard;
    }
    if (fullest == null || all <= bufferBytes) return;
    guarded(
        fullest,
        shard -> {
          shard.refresh();
          return null;
        });
  }

  /// Whether anything is not saved yet.
  public boolean unsettled() {
    for (Shard shard : used()) if (shard.uncommitted() > 0) return true;
    return false;
  }

  /// What is wrong with the files; reads them all.
  public List<String> check() {
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < SHARDS; i++) {
      int number = i;
      try {
        String damage = await(() -> shard(number).damage());
        if (damage != null) wrong.add(damage);
      } catch (IOException e) {
        wrong.add(e.toString());
      }
    }
    return wrong;
  }

  /// Saves what was fed. What is being merged is given up, to be merged another time.
  @Override
  public void close() {
    try {
      for (Shard shard : used()) {
        await(() -> {
          shard.close();
          return null;
        });
      }
    } catch (IOException e) {
      LOG.log(WARNING, "search-index-close-failed reason={0}", e.toString());
    }
    threads.shutdown();
  }
}
