package org.posthorn.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.posthorn.directory.Directory;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.directory.token.Tokens;
import org.posthorn.mta.Mta;
import org.posthorn.mta.MtaConfig;
import org.posthorn.mta.queue.Queue;
import org.posthorn.mta.queue.RetrySchedule;
import org.posthorn.mta.trace.Trace;
import org.posthorn.mta.trace.TraceOptions;
import org.posthorn.net.Ticker;
import org.posthorn.store.Store;
import org.posthorn.store.StoreOptions;
import org.posthorn.store.StoreUnavailable;

/// What lies in a data directory, opened: the store, who has accounts in it, the mail that waits,
/// and what is remembered of messages. The server stands on it, and so does a command that runs
/// while no server does.
///
/// Life: [#open] takes the locked directory over → used by any thread → [#close], after which
/// another process may have it.
public final class Core implements AutoCloseable {
  /// There is one server in an installation, so far.
  private static final int NODE = 0;

  private final DataDirectory data;
  private final Store store;
  private final Directory directory;
  private final Queue queue;
  private final Trace trace;

  private Core(DataDirectory data, Store store, Directory directory, Queue queue, Trace trace) {
    this.data = data;
    this.store = store;
    this.directory = directory;
    this.queue = queue;
    this.trace = trace;
  }

  /// Opens what lies in a data directory, which is closed with it, also when this fails.
  ///
  /// @throws CommandFailed when it cannot be opened
  public static Core open(DataDirectory data, DirectoryOptions who) {
    return open(data, who, null, RetrySchedule.DEFAULT, TraceOptions.DEFAULT);
  }

  /// The same for a server, which also takes tokens.
  ///
  /// @param tokens null if it does not
  static Core open(
      DataDirectory data,
      DirectoryOptions who,
      Tokens tokens,
      RetrySchedule schedule,
      TraceOptions remembered) {
    try {
      InstantSource clock = InstantSource.system();
      StoreOptions options =
          new StoreOptions(
              clock, Ticker.SYSTEM::nanos, Memory.blockCacheBytes(), Memory.pageCacheBytes());
      Store store = Store.open(data.path(), options);
      Directory directory = new Directory(store, who, tokens, clock, Ticker.SYSTEM);
      Queue queue = new Queue(store, NODE, schedule);
      Trace trace = new Trace(store.kv(), clock, Ticker.SYSTEM, remembered);
      return new Core(data, store, directory, queue, trace);
    } catch (IOException e) {
      data.close();
      throw new CommandFailed("cannot open the store in " + data.path() + ": " + e.getMessage());
    } catch (StoreUnavailable e) {
      data.close();
      throw new CommandFailed("cannot open the store in " + data.path() + ": " + e.getMessage());
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
  }

  public Path path() {
    return data.path();
  }

  public Store store() {
    return store;
  }

  public Directory directory() {
    return directory;
  }

  public Queue queue() {
    return queue;
  }

  public Trace trace() {
    return trace;
  }

  /// What happens to mail in this directory.
  public Mta mta(MtaConfig rules) {
    return new Mta(rules, store, directory, queue, trace, InstantSource.system(), Ticker.SYSTEM);
  }

  @Override
  public void close() {
    try {
      directory.close();
      trace.close();
      store.close();
    } finally {
      data.close();
    }
  }
}
