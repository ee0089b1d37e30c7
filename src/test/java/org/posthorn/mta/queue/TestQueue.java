package org.posthorn.mta.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.posthorn.mime.EmailAddress;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Kept;
import org.posthorn.store.TestStore;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

/// A queue in memory for tests, which checks itself when it is closed. Its clock stands still until
/// a test moves it.
final class TestQueue implements AutoCloseable {
  static final String HEAD = "Received: by here\r\n";

  final MemoryKv kv;
  final FaultyDisk disk;
  final TestStore store;
  final Queue queue;

  TestQueue() {
    this(new MemoryKv(), new FaultyDisk(1), RetrySchedule.DEFAULT);
  }

  TestQueue(MemoryKv kv, FaultyDisk disk, RetrySchedule schedule) {
    this(kv, disk, schedule, 0);
  }

  /// @param millis since 1970; 0: the usual
  private TestQueue(MemoryKv kv, FaultyDisk disk, RetrySchedule schedule, long millis) {
    this.kv = kv;
    this.disk = disk;
    store = new TestStore(kv, disk);
    if (millis != 0) store.millis.set(millis);
    queue = new Queue(store.store, 0, schedule);
  }

  /// The machine dies; what survived, in a new process at the same time of day.
  TestQueue crash() {
    return crash(Faults.NONE);
  }

  TestQueue crash(Faults then) {
    kv.crash();
    return new TestQueue(kv.reopen(then), disk.crash(), queue.schedule(), store.millis.get());
  }

  Instant now() {
    return store.clock.instant();
  }

  /// Octets, written and not in use yet.
  Kept keep(String subject) {
    try {
      return store
          .store
          .keeping()
          .keep(
              TestStore.message(store.store, "Subject: " + subject + "\n\nHello " + subject + "\n"),
              false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// From ana to addresses elsewhere, the subject being the sender's choice.
  NewMessage message(String subject, String... recipients) {
    return message(subject, MailOptions.NONE, recipients);
  }

  NewMessage message(String subject, MailOptions options, String... recipients) {
    Sender sender =
        new Sender(
            new ReversePath(EmailAddress.parse("ana@example.test")), 0, Body.SEVEN_BIT, options);
    List<NewMessage.To> to = Arrays.stream(recipients).map(TestQueue::to).toList();
    return new NewMessage(null, sender, now(), keep(subject), head(), "ana@example.test", to);
  }

  static byte[] head() {
    return HEAD.getBytes(StandardCharsets.US_ASCII);
  }

  /// Addresses of `here.test` are local.
  static NewMessage.To to(String address) {
    EmailAddress a = EmailAddress.parse(address);
    Destination d =
        a.domain().equals("here.test")
            ? new Destination.Local()
            : new Destination.Domain(a.domain());
    return new NewMessage.To(Recipient.of(new ForwardPath(a)), d);
  }

  String text(QueuedMessage m) throws IOException {
    try (InputStream in = queue.open(m)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    assertThat(queue.check()).isEmpty();
    store.close();
  }
}
