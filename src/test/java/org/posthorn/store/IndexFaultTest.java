package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;
import org.posthorn.store.search.Sought;

/// Mail arrives, goes and is moved, the index is fed and asked, all at once, while the engine fails
/// as a seed decides; then the machine dies and comes back. At every moment a search finds what
/// reading finds.
class IndexFaultTest {
  private static final int SESSIONS = 3;
  private static final int OPERATIONS = 60;

  @TempDir Path directory;

  private final List<String> words = Collections.synchronizedList(new ArrayList<>());
  private final List<Throwable> wrong = Collections.synchronizedList(new ArrayList<>());
  private final AtomicBoolean over = new AtomicBoolean();

  private static final class SeededFaults implements Faults {
    private final Random random;
    private final int crashAt;
    private int commits;
    private volatile boolean on;

    SeededFaults(long seed) {
      random = new Random(seed);
      crashAt = 40 + random.nextInt(120);
    }

    @Override
    public synchronized Fate commit(Commit commit) {
      if (!on) return Fate.APPLY;
      if (++commits == crashAt) return random.nextBoolean() ? Fate.CRASH_LOST : Fate.CRASH_KEPT;
      return random.nextInt(12) == 0 ? Fate.REJECT : Fate.APPLY;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aSearchFindsWhatReadingFinds(long seed) throws Exception {
    SeededFaults faults = new SeededFaults(seed);
    MemoryKv kv = new MemoryKv(faults);
    FaultyDisk disk = new FaultyDisk(seed);
    TestStore test = TestStore.withIndex(kv, disk, directory);
    AccountId id = test.store.createAccount();
    Account account = test.store.account(id);
    faults.on = true;
    List<Thread> sessions = new ArrayList<>();
    for (int s = 0; s < SESSIONS; s++) {
      Random random = new Random(seed * 100 + s);
      sessions.add(run(() -> session(test.store, account, random)));
    }
    Thread feeder =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) test.store.feed();
            });
    Thread searcher = run(() -> searchWhile(account, new Random(seed)));
    for (Thread t : sessions) t.join();
    over.set(true);
    feeder.join();
    searcher.join();
    assertThat(wrong).isEmpty();
    assertThat(words).hasSizeGreaterThan(10);
    if (!kv.crashed()) kv.crash();

    // The index was not closed, either.
    TestStore after = TestStore.withIndex(kv.reopen(Faults.NONE), disk.crash(), directory);
    assertThat(after.store.check()).isEmpty();
    Account again = after.store.account(id);
    for (String word : words) compare(again, word);
    assertThat(after.store.feed()).isTrue();
    for (String word : words) compare(again, word);
    // Everything is fed now: only what has the word is read.
    after.store.verdicts().forgetAll();
    for (String word : words) assertThat(compare(again, word)).isLessThanOrEqualTo(2);
    after.close();
  }

  private interface Work {
    void run() throws IOException;
  }

  private Thread run(Work work) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            work.run();
          } catch (Throwable e) {
            wrong.add(e);
          }
        });
  }

  private void session(Store store, Account account, Random random) {
    List<Long> mine = new ArrayList<>();
    for (int i = 0; i < OPERATIONS; i++) {
      try {
        int what = mine.isEmpty() ? 0 : random.nextInt(6);
        if (what < 4) {
          String word = "w" + Long.toString(random.nextLong() >>> 20, 36);
          words.add(word);
          var text = TestStore.message(store, AccountTest.mail("of " + word));
          mine.add(account.append("INBOX", text, Flags.NONE, AccountTest.WHEN).uid());
        } else {
          UidSet one = UidSet.of(mine.remove(random.nextInt(mine.size())));
          MailboxId inbox = account.mailbox("INBOX").id();
          if (what == 4) account.remove(inbox, one);
          else account.move(inbox, one, "Archive");
        }
      } catch (StoreUnavailable e) {
        // Not acknowledged.
      }
    }
  }

  private void searchWhile(Account account, Random random) throws IOException {
    while (!over.get()) {
      if (words.isEmpty()) continue;
      try {
        compare(account, words.get(random.nextInt(words.size())));
      } catch (StoreUnavailable | IllegalStateException e) {
        return; // the engine has crashed
      }
    }
  }

  /// How many texts the search read.
  private int compare(Account account, String word) throws IOException {
    int read = 0;
    for (String name : List.of("INBOX", "Archive")) {
      Mailbox box = account.mailbox(name);
      Sought sought = Sought.anywhere(word);
      Candidates candidates = box.candidates(sought);
      TreeSet<Long> found = new TreeSet<>();
      TreeSet<Long> right = new TreeSet<>();
      EntryCursor c = box.entries(UidSet.ALL);
      while (c.next()) {
        MessageRow row = account.message(c.emailId());
        boolean has =
            switch (candidates.of(c.uid(), c.emailId())) {
              case YES -> true;
              case NO -> false;
              case OPEN -> {
                read++;
                yield candidates.read(c.uid(), account.text(row));
              }
            };
        if (has) found.add(c.uid());
        if (sought.in(account.text(row))) right.add(c.uid());
      }
      assertThat(found).as(word).isEqualTo(right);
    }
    return read;
  }
}
