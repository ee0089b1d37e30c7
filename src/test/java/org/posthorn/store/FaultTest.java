package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

/// Several sessions change one account while disk and engine fail as a seed decides; then the
/// machine dies and comes back. What was acknowledged must be there once, what was refused may not
/// be half there, and the self-check must be clean.
class FaultTest {
  private static final int SESSIONS = 4;
  private static final int OPERATIONS = 40;

  /// What one session knows of the messages that it alone changes.
  private static final class Known {
    final String subject;
    boolean acknowledged;
    long uid;
    boolean removalTried;
    boolean removed;
    Boolean flagged; // null: an attempt failed, so either
    int attempts = 1;

    Known(String subject) {
      this.subject = subject;
      this.flagged = false;
    }
  }

  /// Rejects and forgets commits now and then, and dies at the n-th.
  private static final class SeededFaults implements Faults {
    private final Random random;
    private final int crashAt;
    private int commits;
    boolean on;

    SeededFaults(long seed) {
      random = new Random(seed);
      crashAt = 20 + random.nextInt(100);
    }

    @Override
    public synchronized Fate commit(Commit commit) {
      if (!on) return Fate.APPLY;
      if (++commits == crashAt) return random.nextBoolean() ? Fate.CRASH_LOST : Fate.CRASH_KEPT;
      return switch (random.nextInt(25)) {
        case 0 -> Fate.REJECT;
        case 1 -> commit == null ? Fate.APPLY : Fate.UNKNOWN_APPLIED;
        case 2 -> commit == null ? Fate.APPLY : Fate.UNKNOWN_LOST;
        default -> Fate.APPLY;
      };
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void nothingAcknowledgedIsLost(long seed) throws Exception {
    run(seed);
  }

  /// More seeds than a build wants to wait for: `-Dposthorn.fault.seeds=1000`.
  @Test
  void manySeeds() throws Exception {
    int seeds = Integer.getInteger("posthorn.fault.seeds", 0);
    for (int s = 0; s < seeds; s++) run(1000 + s);
  }

  private static void run(long seed) throws Exception {
    Random random = new Random(seed);
    SeededFaults faults = new SeededFaults(seed);
    MemoryKv kv = new MemoryKv(faults);
    FaultyDisk disk = new FaultyDisk(seed);
    TestStore test = new TestStore(kv, disk);
    AccountId id = test.store.createAccount();
    Account account = test.store.account(id);
    MailboxId inbox = account.mailbox("INBOX").id();
    faults.on = true;
    if (random.nextBoolean()) {
      for (int i = 0; i < 4; i++) {
        disk.failAt(1 + random.nextInt(120), FaultyDisk.Failure.values()[random.nextInt(2)]);
      }
    }
    List<Known> all = Collections.synchronizedList(new ArrayList<>());
    List<Throwable> wrong = Collections.synchronizedList(new ArrayList<>());
    List<Thread> sessions = new ArrayList<>();
    for (int s = 0; s < SESSIONS; s++) {
      int session = s;
      sessions.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  session(test.store, account, inbox, new Random(seed * 100 + session), all);
                } catch (Throwable e) {
                  wrong.add(e);
                }
              }));
    }
    for (Thread t : sessions) t.join();
    assertThat(wrong).isEmpty();
    if (!kv.crashed()) kv.crash();

    TestStore after = new TestStore(kv.reopen(Faults.NONE), disk.crash());
    assertThat(after.store.check()).as("seed " + seed).isEmpty();
    compare(after.store, id, all, seed);
    // And it goes on working.
    Account a = after.store.account(id);
    a.append(
        "INBOX",
        TestStore.message(after.store, AccountTest.mail("after")),
        Flags.NONE,
        AccountTest.WHEN);
    after.close();
  }

  private static void session(
      Store store, Account account, MailboxId inbox, Random random, List<Known> all) {
    List<Known> mine = new ArrayList<>();
    for (int i = 0; i < OPERATIONS; i++) {
      Known k = mine.isEmpty() ? null : mine.get(random.nextInt(mine.size()));
      boolean usable = k != null && k.acknowledged && !k.removalTried;
      try {
        switch (usable ? random.nextInt(4) : 0) {
          case 0, 1 -> {
            k = new Known("s" + Long.toHexString(random.nextLong()) + "-" + i);
            mine.add(k);
            all.add(k);
            String text =
                AccountTest.mail(k.subject, "X: " + "y".repeat(random.nextInt(60)) + "\n");
            k.uid =
                account
                    .append("INBOX", TestStore.message(store, text), Flags.NONE, AccountTest.WHEN)
                    .uid();
            k.acknowledged = true;
          }
          case 2 -> {
            boolean want = !Boolean.TRUE.equals(k.flagged);
            k.flagged = null;
            account.store(
                inbox,
                UidSet.of(k.uid),
                new FlagChange(
                    want ? FlagChange.Op.ADD : FlagChange.Op.REMOVE, Flags.of(Flags.FLAGGED)),
                Long.MAX_VALUE);
            k.flagged = want;
          }
          default -> {
            k.removalTried = true;
            account.remove(inbox, UidSet.of(k.uid));
            k.removed = true;
          }
        }
      } catch (StoreUnavailable e) {
        // Not acknowledged: either is right.
      }
    }
  }

  private static void compare(Store store, AccountId id, List<Known> all, long seed)
      throws IOException {
    Account account = store.account(id);
    Map<String, List<Long>> found = new HashMap<>();
    Map<Long, Integer> flags = new HashMap<>();
    EntryCursor c = account.mailbox("INBOX").entries(UidSet.ALL);
    while (c.next()) {
      MessageRow row = account.message(c.emailId());
      String text = new String(account.bytes(row, 0, (int) row.size()), StandardCharsets.US_ASCII);
      String subject = text.substring(text.indexOf("Subject: ") + 9).split("\r\n")[0];
      assertThat(text).endsWith("\r\nHello " + subject + "\r\n");
      found.computeIfAbsent(subject, s -> new ArrayList<>()).add(c.uid());
      flags.put(c.uid(), c.systemFlags());
    }
    for (Known k : all) {
      List<Long> uids = found.getOrDefault(k.subject, List.of());
      String what = "seed " + seed + " message " + k.subject;
      if (k.removed) {
        assertThat(uids).as(what).isEmpty();
      } else if (k.acknowledged && !k.removalTried) {
        assertThat(uids).as(what).containsExactly(k.uid);
        if (k.flagged != null) {
          assertThat((flags.get(k.uid) & Flags.FLAGGED) != 0).as(what).isEqualTo(k.flagged);
        }
      } else {
        assertThat(uids.size()).as(what).isLessThanOrEqualTo(k.attempts);
      }
    }
  }
}
