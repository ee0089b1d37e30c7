package org.posthorn.store.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.posthorn.store.kv.CommitResult.Committed;
import org.posthorn.store.kv.CommitResult.Conflict;
import org.posthorn.store.kv.CommitResult.Rejected;

/// What every engine promises.
abstract class KvContract {
  static final Partition P = Partition.account(7);
  static final Partition Q = Partition.queue(1, 3);

  Kv kv;

  abstract Kv open() throws Exception;

  /// Closes and opens again.
  abstract Kv reopen(Kv old) throws Exception;

  @BeforeEach
  void openFirst() throws Exception {
    kv = open();
  }

  @AfterEach
  void closeLast() {
    kv.close();
  }

  static byte[] b(String s) {
    return s.getBytes(UTF_8);
  }

  static Row row(String key, String value) {
    return new Row(b(key), b(value));
  }

  static Commit commit(Partition p, long version, long id, List<Row> puts) {
    return new Commit(p, version, id, List.of(), puts, List.of(), List.of(), Commit.Local.NONE);
  }

  static Commit local(Partition p, long version, Commit.Local rows) {
    return new Commit(p, version, 1, List.of(), List.of(), List.of(), List.of(), rows);
  }

  static List<String> strings(List<Row> rows) {
    List<String> out = new ArrayList<>();
    for (Row r : rows) out.add(new String(r.key(), UTF_8) + "=" + new String(r.value(), UTF_8));
    return out;
  }

  static String string(byte[] b) {
    return b == null ? null : new String(b, UTF_8);
  }

  @Test
  void newPartitionHasVersionZero() {
    assertThat(kv.head(P)).isEqualTo(new Kv.Head(0, 0));
    assertThat(kv.get(P, b("a"))).isNull();
    assertThat(kv.scan(P, null, null, 10)).isEmpty();
    assertThat(kv.partitions('a', null, 10)).isEmpty();
    assertThat(kv.trouble()).isNull();
  }

  @Test
  void committedRaisesTheVersionAndKeepsTheCommitId() {
    assertThat(kv.commit(commit(P, 0, 11, List.of(row("a", "1"))))).isEqualTo(new Committed(1));
    assertThat(kv.commit(commit(P, 1, 12, List.of(row("b", "2"))))).isEqualTo(new Committed(2));
    assertThat(kv.head(P)).isEqualTo(new Kv.Head(2, 12));
    assertThat(string(kv.get(P, b("a")))).isEqualTo("1");
    assertThat(string(kv.get(P, b("b")))).isEqualTo("2");
    assertThat(kv.head(Q)).isEqualTo(new Kv.Head(0, 0));
    assertThat(kv.get(Q, b("a"))).isNull();
  }

  @Test
  void emptyCommitRaisesTheVersion() {
    assertThat(kv.commit(commit(P, 0, 5, List.of()))).isEqualTo(new Committed(1));
    assertThat(kv.head(P)).isEqualTo(new Kv.Head(1, 5));
    assertThat(kv.partitions('a', null, 10)).containsExactly(P);
  }

  @Test
  void conflictTellsTheVersionAndWritesNothing() {
    kv.commit(commit(P, 0, 11, List.of(row("a", "1"))));
    Commit late =
        new Commit(
            P,
            0,
            12,
            List.of(row("f", "x")),
            List.of(row("a", "2")),
            List.of(b("a")),
            List.of(new Commit.Range(b("a"), b("z"))),
            new Commit.Local(List.of(row("l", "x")), List.of()));
    assertThat(kv.commit(late)).isEqualTo(new Conflict(1));
    assertThat(kv.commit(commit(P, 2, 13, List.of()))).isEqualTo(new Conflict(1));
    assertThat(strings(kv.scan(P, null, null, 10))).containsExactly("a=1");
    assertThat(kv.getLocal(b("l"))).isNull();
    assertThat(kv.head(P)).isEqualTo(new Kv.Head(1, 11));
  }

  @Test
  void overTheLimitsIsRejected() {
    byte[] key = new byte[Kv.KEY_MAX];
    byte[] value = new byte[Kv.VALUE_MAX];
    new Random(1).nextBytes(value);
    assertThat(kv.commit(commit(P, 0, 1, List.of(new Row(key, value)))))
        .isEqualTo(new Committed(1));
    assertThat(kv.get(P, key)).isEqualTo(value);
    List<Row> longKey = List.of(new Row(new byte[Kv.KEY_MAX + 1], b("x")));
    assertThat(kv.commit(commit(P, 1, 2, longKey))).isInstanceOf(Rejected.class);
    List<Row> noKey = List.of(new Row(new byte[0], b("x")));
    assertThat(kv.commit(commit(P, 1, 2, noKey))).isInstanceOf(Rejected.class);
    List<Row> longValue = List.of(new Row(key, new byte[Kv.VALUE_MAX + 1]));
    assertThat(kv.commit(commit(P, 1, 2, longValue))).isInstanceOf(Rejected.class);
    List<Row> many = new ArrayList<>();
    for (int i = 0; i < 257; i++) {
      many.add(new Row(ByteBuffer.allocate(4).putInt(i).array(), value));
    }
    assertThat(kv.commit(commit(P, 1, 2, many))).isInstanceOf(Rejected.class);
    assertThat(kv.head(P).version()).isEqualTo(1);
  }

  @Test
  void scansInOrderOfUnsignedOctets() {
    List<Row> rows = new ArrayList<>();
    for (int i = 255; i >= 0; i--) rows.add(new Row(new byte[] {'k', (byte) i}, b("" + i)));
    kv.commit(commit(P, 0, 1, rows));
    List<Row> all = kv.scan(P, null, null, 1000);
    assertThat(all).hasSize(256);
    for (int i = 0; i < 256; i++) assertThat(string(all.get(i).value())).isEqualTo("" + i);
  }

  @Test
  void scansFromToWithLimit() {
    kv.commit(
        commit(P, 0, 1, List.of(row("a", "1"), row("b", "2"), row("ba", "3"), row("c", "4"))));
    kv.commit(commit(Partition.account(6), 0, 1, List.of(row("b", "x"))));
    kv.commit(commit(Partition.account(8), 0, 1, List.of(row("b", "y"))));
    assertThat(strings(kv.scan(P, b("b"), b("c"), 10))).containsExactly("b=2", "ba=3");
    assertThat(strings(kv.scan(P, b("b"), null, 10))).containsExactly("b=2", "ba=3", "c=4");
    assertThat(strings(kv.scan(P, null, b("b"), 10))).containsExactly("a=1");
    assertThat(strings(kv.scan(P, null, null, 2))).containsExactly("a=1", "b=2");
    assertThat(kv.scan(P, null, null, 0)).isEmpty();
    assertThat(kv.scan(P, b("c"), b("b"), 10)).isEmpty();
    assertThat(kv.scan(P, b("b"), b("b"), 10)).isEmpty();
    assertThat(kv.scan(P, b("d"), null, 10)).isEmpty();
  }

  @Test
  void getAllKeepsTheOrderOfTheKeys() {
    kv.commit(commit(P, 0, 1, List.of(row("a", "1"), row("b", "2"))));
    List<byte[]> got = kv.getAll(P, List.of(b("b"), b("x"), b("a"), b("b")));
    assertThat(got.stream().map(KvContract::string)).containsExactly("2", null, "1", "2");
    assertThat(kv.getAll(P, List.of())).isEmpty();
  }

  /// Rows beside each other and far apart, absent ones, long rows of removed ones between them,
  /// keys of which one begins another; from memory and from the disk.
  @Test
  void keysInOrderAreFoundWhereverTheyLie() throws Exception {
    Random random = new Random(5);
    TreeMap<String, String> there = new TreeMap<>();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      String key = "k" + (10_000 + i) + (i % 7 == 0 ? "+" : "");
      there.put(key, "value " + i + "x".repeat(random.nextInt(300)));
      rows.add(row(key, there.get(key)));
    }
    kv.commit(commit(P, 0, 1, rows));
    List<byte[]> removed = new ArrayList<>();
    for (int i = 1000; i < 1900; i++) removed.add(b("k" + (10_000 + i)));
    removed.forEach(k -> there.remove(string(k)));
    kv.commit(new Commit(P, 1, 2, List.of(), List.of(), removed, List.of(), Commit.Local.NONE));
    for (int round = 0; round < 100; round++) {
      if (round == 50) kv = reopen(kv);
      int step = 1 + random.nextInt(1 + random.nextInt(200));
      List<byte[]> keys = new ArrayList<>();
      for (int i = random.nextInt(3000); keys.size() < 40 && i < 3050; i += step) {
        keys.add(b("k" + (10_000 + i)));
        if (random.nextInt(5) == 0) keys.add(b("k" + (10_000 + i) + "+"));
      }
      assertThat(kv.getAll(P, keys).stream().map(v -> v == null ? null : string(v)))
          .containsExactly(keys.stream().map(k -> there.get(string(k))).toArray(String[]::new));
    }
  }

  @Test
  void rangeDeletesComeBeforeDeletesBeforePuts() {
    kv.commit(commit(P, 0, 1, List.of(row("a", "1"), row("b", "2"), row("c", "3"), row("d", "4"))));
    kv.commit(commit(Partition.account(8), 0, 1, List.of(row("b", "other"))));
    Commit c =
        new Commit(
            P,
            1,
            2,
            List.of(row("bf", "fact")),
            List.of(row("b", "new"), row("d", "new")),
            List.of(b("d"), b("absent")),
            List.of(new Commit.Range(b("b"), b("d")), new Commit.Range(b("z"), b("y"))),
            Commit.Local.NONE);
    assertThat(kv.commit(c)).isEqualTo(new Committed(2));
    assertThat(strings(kv.scan(P, null, null, 10)))
        .containsExactly("a=1", "b=new", "bf=fact", "d=new");
    assertThat(string(kv.get(Partition.account(8), b("b")))).isEqualTo("other");
  }

  @Test
  void localRowsBelongToNoPartition() {
    Commit.Local rows = new Commit.Local(List.of(row("B1", "x"), row("B2", "y")), List.of());
    assertThat(kv.commit(local(P, 0, rows))).isEqualTo(new Committed(1));
    assertThat(string(kv.getLocal(b("B1")))).isEqualTo("x");
    assertThat(kv.get(P, b("B1"))).isNull();
    kv.writeLocal(new Commit.Local(List.of(row("B3", "z")), List.of(b("B1"))));
    assertThat(strings(kv.scanLocal(b("B"), b("C"), 10))).containsExactly("B2=y", "B3=z");
    assertThat(strings(kv.scanLocal(null, null, 1))).containsExactly("B2=y");
    assertThat(kv.getAllLocal(List.of(b("B1"), b("B3"))).stream().map(KvContract::string))
        .containsExactly(null, "z");
    assertThat(kv.head(P).version()).isEqualTo(1);
  }

  @Test
  void listsPartitionsOfAKindInOrder() {
    for (int i : new int[] {300, 2, 1}) kv.commit(commit(Partition.account(i), 0, 1, List.of()));
    kv.commit(commit(Partition.domain("b.test"), 0, 1, List.of()));
    kv.commit(commit(Partition.domain("a.test"), 0, 1, List.of()));
    kv.commit(commit(Partition.SERVER, 0, 1, List.of()));
    Partition first = Partition.account(1);
    assertThat(kv.partitions('a', null, 10))
        .containsExactly(first, Partition.account(2), Partition.account(300));
    assertThat(kv.partitions('a', null, 1)).containsExactly(first);
    assertThat(kv.partitions('a', first, 1)).containsExactly(Partition.account(2));
    assertThat(kv.partitions('a', Partition.account(300), 1)).isEmpty();
    assertThat(kv.partitions('d', null, 10))
        .containsExactly(Partition.domain("a.test"), Partition.domain("b.test"));
    assertThat(kv.partitions('s', null, 10)).containsExactly(Partition.SERVER);
    assertThat(kv.partitions('q', null, 10)).isEmpty();
  }

  @Test
  void commitsOfOnePartitionTakeEffectInTheOrderOfSubmission() throws Exception {
    int n = 500;
    var results = new ConcurrentLinkedQueue<CommitResult>();
    CountDownLatch done = new CountDownLatch(n);
    for (int i = 0; i < n; i++) {
      kv.submit(
          commit(P, i, i + 1, List.of(row("k", "" + i))),
          r -> {
            results.add(r);
            done.countDown();
          });
    }
    done.await();
    long version = 1;
    for (CommitResult r : results) assertThat(r).isEqualTo(new Committed(version++));
    assertThat(string(kv.get(P, b("k")))).isEqualTo("" + (n - 1));
  }

  @Test
  void manyVirtualThreadsLoseNoUpdate() throws Exception {
    int threads = 60;
    int rounds = 20;
    AtomicInteger conflicts = new AtomicInteger();
    List<Thread> running = new ArrayList<>();
    var failures = new ConcurrentLinkedQueue<Throwable>();
    for (int t = 0; t < threads; t++) {
      Partition mine = Partition.account(100 + t % 6);
      int id = t;
      running.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (int done = 0; done < rounds; ) {
                    long version = kv.head(mine).version();
                    Row counter = new Row(b("n" + id), b("" + done));
                    switch (kv.commit(commit(mine, version, id, List.of(counter)))) {
                      case Committed _ -> done++;
                      case Conflict c -> {
                        assertThat(c.currentVersion()).isGreaterThan(version);
                        conflicts.incrementAndGet();
                      }
                      case CommitResult r -> throw new AssertionError(r);
                    }
                    kv.scan(mine, null, null, 100);
                  }
                } catch (Throwable e) {
                  failures.add(e);
                }
              }));
    }
    for (Thread t : running) t.join();
    assertThat(failures).isEmpty();
    for (int i = 0; i < 6; i++) {
      Partition p = Partition.account(100 + i);
      assertThat(kv.head(p).version()).isEqualTo(threads / 6 * rounds);
      assertThat(kv.scan(p, null, null, 100)).hasSize(threads / 6);
    }
  }

  @Test
  void whatIsCommittedIsThereAfterOpeningAgain() throws Exception {
    byte[] large = new byte[200_000];
    new Random(3).nextBytes(large);
    kv.commit(commit(P, 0, 11, List.of(new Row(b("large"), large), row("gone", "x"))));
    kv.commit(
        new Commit(
            P,
            1,
            12,
            List.of(row("fact", "1")),
            List.of(),
            List.of(b("gone")),
            List.of(),
            new Commit.Local(List.of(row("B1", "here")), List.of())));
    kv = reopen(kv);
    assertThat(kv.head(P)).isEqualTo(new Kv.Head(2, 12));
    assertThat(kv.get(P, b("large"))).isEqualTo(large);
    assertThat(kv.get(P, b("gone"))).isNull();
    assertThat(string(kv.get(P, b("fact")))).isEqualTo("1");
    assertThat(string(kv.getLocal(b("B1")))).isEqualTo("here");
    assertThat(kv.commit(commit(P, 1, 13, List.of()))).isEqualTo(new Conflict(2));
    assertThat(kv.commit(commit(P, 2, 13, List.of()))).isEqualTo(new Committed(3));
  }

  @Test
  void behavesAsATreeMapDoes() throws Exception {
    Random r = new Random(42);
    TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
    for (int i = 0; i < 200; i++) {
      List<Row> puts = new ArrayList<>();
      List<byte[]> deletes = new ArrayList<>();
      List<Commit.Range> ranges = new ArrayList<>();
      if (r.nextInt(4) == 0) {
        byte[] from = randomKey(r);
        byte[] to = randomKey(r);
        ranges.add(new Commit.Range(from, to));
        if (Arrays.compareUnsigned(from, to) < 0) model.subMap(from, to).clear();
      }
      for (int n = r.nextInt(4); n > 0; n--) {
        byte[] key = randomKey(r);
        deletes.add(key);
        model.remove(key);
      }
      for (int n = r.nextInt(6); n > 0; n--) {
        Row row = new Row(randomKey(r), b("v" + r.nextInt()));
        puts.add(row);
        model.put(row.key(), row.value());
      }
      Commit c = new Commit(P, i, i, List.of(), puts, deletes, ranges, Commit.Local.NONE);
      assertThat(kv.commit(c)).isEqualTo(new Committed(i + 1));
      if (i == 120) kv = reopen(kv);
      byte[] from = randomKey(r);
      byte[] to = randomKey(r);
      List<Row> expected = new ArrayList<>();
      if (Arrays.compareUnsigned(from, to) < 0) {
        model.subMap(from, to).forEach((k, v) -> expected.add(new Row(k, v)));
      }
      assertThat(strings(kv.scan(P, from, to, 1000))).isEqualTo(strings(expected));
      byte[] key = randomKey(r);
      assertThat(kv.get(P, key)).isEqualTo(model.get(key));
    }
  }

  private static byte[] randomKey(Random r) {
    byte[] key = new byte[1 + r.nextInt(2)];
    for (int i = 0; i < key.length; i++) key[i] = (byte) ('a' + r.nextInt(20));
    return key;
  }

  /// Counts syncs, and fails when told to, once or always.
  static final class Guard implements LocalGuard {
    final AtomicInteger syncs = new AtomicInteger();
    volatile boolean failing;
    volatile boolean stubborn; // goes on failing
    volatile boolean trusting = true;

    @Override
    public boolean trusts(Commit.Local rows) {
      return trusting;
    }

    @Override
    public void sync() throws IOException {
      syncs.incrementAndGet();
      if (failing) {
        failing = stubborn;
        throw new IOException("told to");
      }
    }
  }

  private static final Commit.Local ONE = new Commit.Local(List.of(row("B1", "x")), List.of());

  @Test
  void guardIsAskedOnlyForLocalRows() {
    Guard guard = new Guard();
    kv.guardLocal(guard);
    kv.commit(commit(P, 0, 1, List.of(row("a", "1"))));
    assertThat(guard.syncs).hasValue(0);
    kv.commit(local(P, 1, ONE));
    assertThat(guard.syncs).hasValue(1);
    guard.trusting = false;
    assertThat(kv.commit(local(P, 2, ONE))).isInstanceOf(Rejected.class);
    assertThat(kv.commit(commit(P, 2, 3, List.of()))).isEqualTo(new Committed(3));
  }

  @Test
  void failedGuardRejectsAndEverythingWorksAfterwards() {
    Guard guard = new Guard();
    kv.guardLocal(guard);
    guard.failing = true;
    assertThat(kv.commit(local(P, 0, ONE))).isInstanceOf(Rejected.class);
    assertThat(kv.head(P).version()).isZero();
    assertThat(kv.getLocal(b("B1"))).isNull();
    assertThat(kv.commit(local(P, 0, ONE))).isEqualTo(new Committed(1));
    assertThat(string(kv.getLocal(b("B1")))).isEqualTo("x");
  }

  @Test
  void failedGuardFailsAWriteOfLocalRows() {
    Guard guard = new Guard();
    kv.guardLocal(guard);
    guard.failing = true;
    assertThatThrownBy(() -> kv.writeLocal(ONE)).isInstanceOf(KvException.class);
    assertThat(kv.getLocal(b("B1"))).isNull();
  }

  @Test
  void callbackThatThrowsHarmsNobody() {
    kv.submit(
        commit(P, 0, 1, List.of()),
        _ -> {
          throw new IllegalStateException("callback's own fault");
        });
    assertThat(kv.commit(commit(P, 1, 2, List.of()))).isEqualTo(new Committed(2));
  }

  @Test
  void interruptedCallerStillLearnsTheOutcome() throws Exception {
    kv.commit(commit(P, 0, 1, List.of(row("a", "1"))));
    Thread.currentThread().interrupt();
    try {
      assertThat(kv.commit(commit(P, 1, 2, List.of()))).isEqualTo(new Committed(2));
      assertThat(kv.scan(P, null, null, 10)).hasSize(1);
      assertThat(string(kv.get(P, b("a")))).isEqualTo("1");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void closedEngineSaysSo() {
    kv.close();
    kv.close();
    assertThatThrownBy(() -> kv.get(P, b("a"))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> kv.scan(P, null, null, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> kv.commit(commit(P, 0, 1, List.of())))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> kv.writeLocal(ONE)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closeWaitsForWhatWasSubmitted() {
    AtomicInteger told = new AtomicInteger();
    for (int i = 0; i < 300; i++) {
      kv.submit(
          commit(P, i, i, List.of()),
          r -> {
            if (r instanceof Committed) told.incrementAndGet();
          });
    }
    kv.close();
    assertThat(told).hasValue(300);
  }
}
