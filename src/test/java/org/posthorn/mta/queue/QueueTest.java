package org.posthorn.mta.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.smtp.MailOptions;
import org.posthorn.store.AccountId;
import org.posthorn.store.Delivery;
import org.posthorn.store.Flags;
import org.posthorn.store.Keeping;
import org.posthorn.store.Kept;
import org.posthorn.store.Message;
import org.posthorn.store.TestStore;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

/// What the queue keeps, gives back, and lets go.
class QueueTest {
  private static final Duration LONG = Duration.ofHours(3);

  private final AtomicInteger commits = new AtomicInteger();
  private TestQueue test =
      new TestQueue(
          new MemoryKv(
              new Faults() {
                @Override
                public Fate commit(Commit commit) {
                  if (commit != null && commit.partition().kind() == 'q') commits.incrementAndGet();
                  return Fate.APPLY;
                }
              }),
          new FaultyDisk(1),
          RetrySchedule.DEFAULT);

  @AfterEach
  void close() {
    test.close();
  }

  private static Queue.Change change(QueuedRecipient was, UnaryOperator<QueuedRecipient> how) {
    return new Queue.Change(was, how.apply(was));
  }

  private List<String> subjects() {
    List<String> out = new ArrayList<>();
    test.queue.forEach((m, r) -> {
      try {
        String text = test.text(m);
        out.add(text.substring(text.indexOf("Subject: ") + 9, text.indexOf("\r\n\r\n")));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    });
    Collections.sort(out);
    return out;
  }

  @Test
  void whatIsAddedIsThereAfterACrash() throws IOException {
    MailOptions options = MailOptions.NONE.withUtf8(true).withRequireTls(true);
    QueueId id = test.queue.add(test.message("one", options, "bo@far.test", "cy@near.test"));
    test = test.crash();
    QueuedMessage m = test.queue.message(id);
    assertThat(m.sender().path()).hasToString("<ana@example.test>");
    assertThat(m.sender().options()).isEqualTo(options);
    assertThat(m.submitter()).isEqualTo("ana@example.test");
    assertThat(m.arrived()).isEqualTo(test.now());
    assertThat(m.expires()).isEqualTo(test.now().plus(Duration.ofDays(4)));
    assertThat(test.text(m)).isEqualTo(TestQueue.HEAD + "Subject: one\r\n\r\nHello one\r\n");
    assertThat(test.queue.recipients(id))
        .extracting(r -> r.recipient().path() + " " + r.destination())
        .containsExactly(
            "<bo@far.test> Domain[domain=far.test]", "<cy@near.test> Domain[domain=near.test]");
  }

  @Test
  void recipientsOfOneDestinationStandTogether() {
    QueueId id = test.queue.add(test.message("x", "a@b.test", "a@c.test", "b@b.test", "b@c.test"));
    assertThat(test.queue.recipients(id))
        .extracting(r -> r.number() + " " + r.recipient().path())
        .containsExactly("0 <a@b.test>", "1 <b@b.test>", "2 <a@c.test>", "3 <b@c.test>");
  }

  @Test
  void withoutSomebodyWhoDeliversItIsDueAtOnce() {
    QueueId id = test.queue.add(test.message("x", "bo@far.test"));
    assertThat(test.queue.recipients(id).getFirst().next()).isEqualTo(test.now());
  }

  @Test
  void whoeverDeliversIsToldAndTheNextTryIsDurableBefore() {
    List<Queue.Waits> told = new ArrayList<>();
    test.queue.listen(told::add);
    QueueId id = test.queue.add(test.message("x", "bo@far.test"));
    assertThat(told).hasSize(1);
    assertThat(told.getFirst().fresh()).isEqualTo(test.queue.recipients(id));
    Duration until = Duration.between(test.now(), test.queue.recipients(id).getFirst().next());
    assertThat(until).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
  }

  @Test
  void whatIsHeldByItsSenderHasItsTime() {
    List<Queue.Waits> told = new ArrayList<>();
    test.queue.listen(told::add);
    Instant then = test.now().plus(Duration.ofHours(7));
    QueueId id =
        test.queue.add(test.message("x", MailOptions.NONE.withHoldUntil(then), "bo@far.test"));
    assertThat(told.getFirst().fresh()).isEmpty();
    assertThat(test.queue.recipients(id).getFirst().next()).isEqualTo(then);
    assertThat(test.queue.message(id).expires()).isEqualTo(then.plus(Duration.ofDays(4)));
  }

  @Test
  void theMessageGoesWithItsLastRecipient() {
    QueueId id = test.queue.add(test.message("x", "bo@far.test", "cy@near.test"));
    List<QueuedRecipient> all = test.queue.recipients(id);
    long before = test.store.store.figures().liveOctets();
    assertThat(test.queue.update(id, List.of(new Queue.Change(all.get(0), null)), List.of()))
        .isTrue();
    assertThat(test.queue.message(id)).isNotNull();
    assertThat(test.queue.update(id, List.of(new Queue.Change(all.get(1), null)), List.of()))
        .isTrue();
    assertThat(test.queue.message(id)).isNull();
    assertThat(test.queue.recipients(id)).isEmpty();
    assertThat(test.store.store.figures().liveOctets()).as("room is given back").isLessThan(before);
  }

  @Test
  void whoComesLateChangesNothing() {
    QueueId id = test.queue.add(test.message("x", "bo@far.test", "cy@far.test"));
    List<QueuedRecipient> all = test.queue.recipients(id);
    Queue.Change held =
        change(
            all.get(0),
            r ->
                new QueuedRecipient(
                    r.number(),
                    r.recipient(),
                    r.destination(),
                    r.next(),
                    r.tries(),
                    r.last(),
                    QueuedRecipient.State.HELD,
                    false));
    assertThat(test.queue.update(id, List.of(held), List.of())).isTrue();
    List<Queue.Change> gone = all.stream().map(r -> new Queue.Change(r, null)).toList();
    assertThat(test.queue.update(id, gone, List.of(test.message("notice", "ana@here.test"))))
        .isFalse();
    assertThat(subjects()).containsExactly("x");
    assertThat(test.queue.recipients(id)).hasSize(2);
  }

  @Test
  void whatEndsAndTheNoticeAboutItAreOneCommit() {
    QueueId id = test.queue.add(test.message("x", "bo@far.test"));
    int before = commits.get();
    QueuedRecipient r = test.queue.recipients(id).getFirst();
    NewMessage notice = test.message("notice", "ana@here.test");
    assertThat(test.queue.update(id, List.of(new Queue.Change(r, null)), List.of(notice))).isTrue();
    assertThat(commits.get()).isEqualTo(before + 1);
    assertThat(subjects()).containsExactly("notice");
  }

  @Test
  void manyAddsShareCommits() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      NewMessage m = test.message("m" + i, "bo@far.test");
      threads.add(Thread.ofVirtual().unstarted(() -> test.queue.add(m)));
    }
    threads.forEach(Thread::start);
    for (Thread t : threads) t.join();
    assertThat(new HashSet<>(subjects())).hasSize(400);
    assertThat(commits.get()).isLessThan(400);
  }

  @Test
  void octetsInAccountsAndQueueAreWrittenOnceAndLiveAsLongAsOneUsesThem() throws IOException {
    Keeping keeping = test.store.store.keeping();
    AccountId account = test.store.store.createAccount();
    Message m = TestStore.message(test.store.store, "Subject: both\n\nHello\n");
    Kept kept = keeping.keep(m, true);
    List<Delivery.Target> targets = List.of(target(account));
    assertThat(test.store.store.deliver(m, kept, targets).getFirst())
        .isInstanceOf(Delivery.Outcome.Delivered.class);
    NewMessage base = test.message("unused", "bo@far.test");
    QueueId id =
        test.queue.add(
            new NewMessage(
                null, base.sender(), test.now(), kept, base.head(), "", base.recipients()));
    QueuedMessage queued = test.queue.message(id);
    assertThat(queued.blob()).isEqualTo(kept.blob());
    QueuedRecipient r = test.queue.recipients(id).getFirst();
    assertThat(test.queue.update(id, List.of(new Queue.Change(r, null)), List.of())).isTrue();
    later();
    assertThat(keeping.problem(kept.blob(), kept.size())).as("the account has it").isNull();
  }

  @Test
  void whatGoesFromTheQueueIntoAnAccountStays() throws IOException {
    Keeping keeping = test.store.store.keeping();
    AccountId account = test.store.store.createAccount();
    QueueId id = test.queue.add(test.message("late", "bo@here.test"));
    later();
    QueuedMessage queued = test.queue.message(id);
    Kept kept = test.queue.octets(queued);
    assertThat(test.store.store.deliver(keeping.message(kept), kept, List.of(target(account))))
        .first()
        .isInstanceOf(Delivery.Outcome.Delivered.class);
    QueuedRecipient r = test.queue.recipients(id).getFirst();
    assertThat(test.queue.update(id, List.of(new Queue.Change(r, null)), List.of())).isTrue();
    later();
    assertThat(keeping.problem(kept.blob(), kept.size())).isNull();
  }

  @Test
  void sharedOctetsGoWhenNobodyUsesThem() throws IOException {
    QueueId id = test.queue.add(test.message("x", "bo@here.test"));
    QueuedMessage m = test.queue.message(id);
    later();
    assertThat(test.text(m)).contains("Hello x");
    QueuedRecipient r = test.queue.recipients(id).getFirst();
    assertThat(test.queue.update(id, List.of(new Queue.Change(r, null)), List.of())).isTrue();
    assertThat(test.text(m)).contains("Hello x");
    later();
    assertThat(test.store.store.keeping().problem(m.blob(), m.size())).isNotNull();
  }

  private void later() {
    test.store.millis.addAndGet(LONG.toMillis());
    test.store.store.reap();
  }

  private Delivery.Target target(AccountId account) {
    return new Delivery.Target(
        account,
        "INBOX",
        new byte[0],
        Flags.NONE,
        OffsetDateTime.ofInstant(test.now(), ZoneOffset.UTC));
  }

  @Test
  void shardsAreUsedAlike() {
    Set<Integer> first = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      test.store.millis.incrementAndGet();
      test.queue.add(test.message("m" + i, "bo@far.test"));
    }
    for (int shard = 0; shard < Queue.SHARDS; shard++) {
      if (test.kv.head(org.posthorn.store.kv.Partition.queue(0, shard)).version() > 0) {
        first.add(shard);
      }
    }
    assertThat(first).hasSize(Queue.SHARDS);
  }

  @Test
  void everyWaitingRecipientIsFoundByAScan() {
    for (int i = 0; i < 20; i++) test.queue.add(test.message("m" + i, "a@b.test", "c@d.test"));
    List<Queue.Waits> all = new ArrayList<>();
    test.queue.forEachWaiting(all::add);
    assertThat(all).hasSize(20);
    assertThat(all)
        .allSatisfy(w -> {
          assertThat(w.others()).hasSize(2);
          assertThat(w.fresh()).isEmpty();
        });
  }
}
