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

  private final Shard[] shards = new Shard[SHARDS];
  private final long bufferBytes;
  private final ThreadPoolExecutor threads;
  private Entry entry; // the feeder's; made when needed, for it is Lucene's

  private SearchIndex(Path directory, long bufferBytes) {
    this.bufferBytes = bufferBytes;
    for (int i = 0; i < SHARDS; i++) {
      shards[i] = new Shard(directory.resolve(Integer.toString(i)), bufferBytes);
    }
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
    return shards[(int) (mixed >>> 61)];
  }

  // ---- asking

  /// Which messages of an account may contain a string, as far as the index has those of a mailbox.
  public Found find(long account, int mailbox, Sought sought) {
    Shard shard = shard(account);
    try {
      return await(() -> {
        try {
          return shard.ask(s -> Asking.find(s, account, mailbox, sought));
        } catch (IOException | RuntimeException e) {
          shard.failed(e);
          throw e;
        }
      });
    } catch (IOException | RuntimeException e) {
      return Found.NOTHING;
    }
  }

  private interface Work<R> {
    R run() throws IOException;
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

  private interface Feed<R> {
    R run(Shard shard) throws IOException;
  }

  private <R> R feed(long account, Feed<R> feed) throws IOException {
    Shard shard = shard(account);
    try {
      return feed.run(shard);
    } catch (IOException | RuntimeException e) {
      shard.failed(e);
      throw e instanceof IOException io ? io : new IOException(e);
    }
  }

  /// A number that changes when something that was fed may be gone.
  public int openings() {
    int n = 0;
    for (Shard s : shards) n += s.openings();
    return n;
  }

  /// UIDs below are in the index, by number of the mailbox.
  public Map<Integer, Long> marks(long account) throws IOException {
    return feed(account, shard -> shard.marks(account));
  }

  /// Which of the emails are in the index, of those that searches see.
  public boolean[] known(long account, long[] emails) throws IOException {
    return feed(
        account,
        shard -> {
          boolean[] known = new boolean[emails.length];
          shard.ask(s -> {
            Marks.known(s.getIndexReader(), account, emails, known);
            return null;
          });
          return known;
        });
  }

  /// Adds a message, in the place of what the index had of it. One whose octets cannot be read may
  /// contain everything.
  public void put(long account, long email, MessageText text) throws IOException {
    if (entry == null) entry = new Entry();
    Document document = entry.of(account, email, text);
    feed(
        account,
        shard -> {
          shard.put(account, email, document);
          return null;
        });
  }

  /// All messages of the mailbox with lower UIDs have been added.
  public void mark(long account, int mailbox, long uid) throws IOException {
    feed(
        account,
        shard -> {
          shard.mark(account, mailbox, uid);
          return null;
        });
  }

  /// Forgets messages that nobody can see any more. Any thread.
  public void remove(long account, long[] emails) {
    Shard shard = shard(account);
    try {
      await(() -> {
        shard.remove(account, emails);
        return null;
      });
    } catch (IOException | RuntimeException e) {
      // They take room and do no harm.
      LOG.log(WARNING, "search-index-remove-failed reason={0}", e.toString());
    }
  }

  public void removeAccount(long account) throws IOException {
    feed(
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
    for (Shard shard : shards) {
      try {
        int unseenMax =
            switch (how) {
              case BUSY -> UNSEEN_MAX;
              case AT_REST -> UNSEEN_AT_REST_MAX;
              case ALL -> 1;
            };
        if (shard.unseen() >= unseenMax) shard.refresh();
        int uncommittedMax = how == Settle.ALL ? 1 : UNCOMMITTED_MAX;
        if (shard.uncommitted() >= uncommittedMax) shard.commit();
      } catch (IOException | RuntimeException e) {
        shard.failed(e);
        throw e instanceof IOException io ? io : new IOException(e);
      }
    }
  }

  /// A shard alone keeps to the limit by itself. Which of them is fed changes, so one may have it
  /// all: a buffer must be large to be worth anything, for every gram takes room in it once.
  private void emptyBuffers() throws IOException {
    long all = 0;
    Shard fullest = shards[0];
    for (Shard shard : shards) {
      all += shard.buffered();
      if (shard.buffered() > fullest.buffered()) fullest = shard;
    }
    if (all <= bufferBytes) return;
    try {
      fullest.refresh();
    } catch (IOException | RuntimeException e) {
      fullest.failed(e);
      throw e instanceof IOException io ? io : new IOException(e);
    }
  }

  /// Whether anything is not saved yet.
  public boolean unsettled() {
    for (Shard shard : shards) if (shard.uncommitted() > 0) return true;
    return false;
  }

  /// What is wrong with the files; reads them all.
  public List<String> check() {
    List<String> wrong = new ArrayList<>();
    for (Shard shard : shards) {
      try {
        String damage = await(shard::damage);
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
      for (Shard shard : shards) {
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
