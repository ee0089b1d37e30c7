package org.posthorn.mta.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.Await;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Incoming;
import org.posthorn.store.Store;
import org.posthorn.store.StoreOptions;

/// The queue on RocksDB and segment files.
class QueueOnDiskTest {
  private static final int MESSAGES = 200;

  @TempDir private Path dir;

  private Store open() throws IOException {
    StoreOptions options =
        new StoreOptions(InstantSource.system(), Ticker.SYSTEM::nanos, 1 << 20, 1 << 20);
    return Store.open(dir, options);
  }

  private static NewMessage message(Store store, int i) throws IOException {
    try (Incoming in = store.receive()) {
      in.write(("Subject: " + i + "\r\n\r\nHello\r\n").getBytes(StandardCharsets.US_ASCII));
      Sender sender =
          new Sender(new ReversePath(EmailAddress.parse("ana@example.test")), 0, Body.SEVEN_BIT);
      return new NewMessage(
          null,
          sender,
          store.clock().instant(),
          store.keeping().keep(in.finish(), false),
          TestQueue.head(),
          "",
          List.of(TestQueue.to("u" + i + "@d" + i % 9 + ".test")));
    }
  }

  @Test
  void whatWaitedBeforeIsDelivered() throws IOException {
    try (Store store = open()) {
      Queue queue = new Queue(store, 0, RetrySchedule.DEFAULT);
      for (int i = 0; i < MESSAGES; i++) queue.add(message(store, i));
      assertThat(queue.check()).isEmpty();
    }
    Set<String> given = ConcurrentHashMap.newKeySet();
    try (Store store = open()) {
      Queue queue = new Queue(store, 0, RetrySchedule.DEFAULT);
      ScriptedDelivery remote =
          new ScriptedDelivery()
              .answer(r -> {
                given.add(r.recipient().path().toString());
                return ScriptedDelivery.delivered();
              });
      try (Scheduler scheduler =
          new Scheduler(
              queue,
              SchedulerOptions.DEFAULT,
              remote,
              remote,
              Notices.NONE,
              Journal.NONE,
              Ticker.SYSTEM)) {
        scheduler.start();
        Await.until(() -> given.size() == MESSAGES && scheduler.waiting() == 0);
      }
      assertThat(remote.transactions.get()).isEqualTo(MESSAGES);
    }
    try (Store store = open()) {
      Queue queue = new Queue(store, 0, RetrySchedule.DEFAULT);
      Set<QueueId> left = new HashSet<>();
      queue.forEach((m, r) -> left.add(m.id()));
      assertThat(left).isEmpty();
      assertThat(queue.check()).isEmpty();
    }
  }
}
