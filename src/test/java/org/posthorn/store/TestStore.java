package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.posthorn.store.blob.Blobs;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.MemoryKv;

/// A store in memory for tests, which checks itself when it is closed. Its clock stands still until
/// a test moves it.
public final class TestStore implements AutoCloseable {
  public final AtomicLong millis =
      new AtomicLong(Instant.parse("2026-11-23T10:00:00Z").toEpochMilli());
  public final InstantSource clock = () -> Instant.ofEpochMilli(millis.get());
  public final Store store;

  public TestStore() {
    this(new MemoryKv(), new FaultyDisk(1));
  }

  public TestStore(MemoryKv kv, FaultyDisk disk) {
    this(kv, disk, 1 << 20);
  }

  /// @param pageCache octets for decoded pages
  public TestStore(MemoryKv kv, FaultyDisk disk, long pageCache) {
    this(kv, disk, pageCache, null);
  }

  /// @param spool where large messages are received; null: in memory
  public TestStore(MemoryKv kv, FaultyDisk disk, long pageCache, Path spool) {
    this(kv, disk, pageCache, spool, null);
  }

  /// With an index for searches, which is fed when the test asks for it.
  public static TestStore withIndex(MemoryKv kv, FaultyDisk disk, Path search) {
    return new TestStore(kv, disk, 1 << 20, null, search);
  }

  private TestStore(MemoryKv kv, FaultyDisk disk, long pageCache, Path spool, Path search) {
    try {
      store =
          Store.over(
              kv,
              disk,
              new Blobs.Sizes(256 << 10, 16 << 10, 64 << 10),
              spool,
              search,
              new StoreOptions(clock, () -> millis.get() * 1_000_000, 1 << 20, pageCache));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Lets so much time pass that the log of expunges is forgotten.
  public void forgetExpunges() {
    millis.addAndGet((Reaper.LOG_SECONDS_MAX + 1) * 1000);
    store.reap();
  }

  /// A message received whole.
  public static Message message(Store store, String text) {
    try {
      Incoming in = store.receive();
      in.write(text.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
      return in.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    assertThat(store.check()).isEmpty();
    store.close();
  }
}
