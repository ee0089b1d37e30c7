package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

/// What users who are not the owner have seen, against a simple model; the store is closed and
/// opened now and then.
class SeenTest {
  private static final int OPERATIONS = 300;

  private MemoryKv kv = new MemoryKv();
  private final FaultyDisk disk = new FaultyDisk(3);
  private TestStore test = new TestStore(kv, disk, 20_000);
  private Account ana = test.store.account(test.store.createAccount());
  private final List<AccountId> users =
      List.of(ana.id(), test.store.createAccount(), test.store.createAccount());

  /// By user, the UIDs that he has seen; the owner is one of them.
  private final Map<AccountId, Set<Long>> seen = new TreeMap<>();

  private final Set<Long> flagged = new HashSet<>();
  private final Set<Long> present = new HashSet<>();
  private final MailboxId inbox = ana.mailbox("INBOX").id();
  private int serial;

  SeenTest() {
    for (AccountId u : users) seen.put(u, new HashSet<>());
  }

  private Mailbox as(AccountId user) {
    return ana.by(user).mailbox(inbox);
  }

  private void append() {
    Message m = TestStore.message(test.store, AccountTest.mail("n" + serial++));
    present.add(ana.append("INBOX", m, Flags.NONE, AccountTest.WHEN).uid());
  }

  private void flag(AccountId user, UidSet set, FlagChange.Op op, int flags) {
    Mailbox before = as(user);
    Map<AccountId, Long> others = new TreeMap<>();
    for (AccountId u : users) others.put(u, as(u).highestModSeq());
    Changes.Stored done =
        ana.by(user).store(inbox, set, new FlagChange(op, Flags.of(flags)), Long.MAX_VALUE);
    boolean shared = false;
    boolean any = false;
    for (long uid : present) {
      if (!set.contains(uid)) continue;
      any |= change(seen.get(user), uid, op, (flags & Flags.SEEN) != 0);
      shared |= change(flagged, uid, op, (flags & Flags.FLAGGED) != 0);
    }
    any |= shared;
    assertThat(done.before()).isEqualTo(before.highestModSeq());
    assertThat(done.modSeq() > done.before()).isEqualTo(any);
    // What is one's own nobody else notices; the owner's is in the flags that all have.
    boolean all = shared || any && user.equals(ana.id());
    for (AccountId u : users) {
      long now = as(u).highestModSeq();
      boolean told = u.equals(user) ? any : all;
      assertThat(now > others.get(u)).as("user " + u).isEqualTo(told);
    }
  }

  private static boolean change(Set<Long> of, long uid, FlagChange.Op op, boolean named) {
    return switch (op) {
      case ADD -> named && of.add(uid);
      case REMOVE -> named && of.remove(uid);
      case REPLACE -> named ? of.add(uid) : of.remove(uid);
    };
  }

  private void compare() {
    for (AccountId user : users) {
      Mailbox box = as(user);
      Set<Long> is = new HashSet<>();
      Set<Long> isFlagged = new HashSet<>();
      long highest = 0;
      long first = 0;
      EntryCursor c = box.entries(UidSet.ALL);
      while (c.next()) {
        if ((c.systemFlags() & Flags.SEEN) != 0) is.add(c.uid());
        else if (first == 0) first = c.uid();
        if ((c.systemFlags() & Flags.FLAGGED) != 0) isFlagged.add(c.uid());
        highest = Math.max(highest, c.modSeq());
      }
      assertThat(is).isEqualTo(seen.get(user));
      assertThat(isFlagged).isEqualTo(flagged);
      assertThat(box.unseen()).isEqualTo(present.size() - is.size());
      assertThat(box.firstUnseen()).isEqualTo(first);
      assertThat(highest).isLessThanOrEqualTo(box.highestModSeq());
    }
  }

  private UidSet some(Random random) {
    long uidNext = ana.mailbox("INBOX").uidNext();
    long first = 1 + random.nextLong(uidNext);
    return random.nextInt(10) == 0
        ? UidSet.ALL
        : UidSet.range(first, first + random.nextInt(1 + random.nextInt(200)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void agreesWithTheModel(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 600; i++) append();
    for (int i = 0; i < OPERATIONS; i++) {
      AccountId user = users.get(random.nextInt(users.size()));
      switch (random.nextInt(8)) {
        case 0 -> append();
        case 1 -> {
          UidSet gone = random.nextInt(4) == 0 ? some(random) : UidSet.of(1 + random.nextInt(600));
          ana.remove(inbox, gone);
          present.removeIf(gone::contains);
          flagged.removeIf(gone::contains);
          seen.values().forEach(s -> s.removeIf(gone::contains));
        }
        default -> {
          FlagChange.Op op = FlagChange.Op.values()[random.nextInt(3)];
          int flags = random.nextInt(3) > 0 ? Flags.SEEN : random.nextInt(8) & 5;
          flag(user, some(random), op, flags);
        }
      }
      if (i % 10 == 0) compare();
      if (i % 100 == 99) reopen();
    }
    compare();
    test.close();
  }

  private void reopen() {
    assertThat(test.store.check()).isEmpty();
    kv.crash();
    kv = kv.reopen(Faults.NONE);
    test = new TestStore(kv, disk.crash(), 20_000);
    ana = test.store.account(users.getFirst());
  }

  @Test
  void aChangeIsFoundByItsModSeq() {
    for (int i = 0; i < 300; i++) append();
    AccountId bo = users.get(1);
    long before = as(bo).highestModSeq();
    flag(bo, UidSet.of(270), FlagChange.Op.ADD, Flags.SEEN);
    EntryCursor c = as(bo).changedSince(UidSet.ALL, before);
    assertThat(c.next()).isTrue();
    assertThat(c.uid()).isEqualTo(270);
    assertThat(c.next()).isFalse();
    assertThat(as(users.get(2)).changedSince(UidSet.ALL, before).next()).isFalse();
    long since = as(bo).highestModSeq();
    FlagChange unsee = new FlagChange(FlagChange.Op.REMOVE, Flags.of(Flags.SEEN));
    Changes.Stored late = ana.by(bo).store(inbox, UidSet.of(270), unsee, since - 1);
    assertThat(late.failed()).isEqualTo(UidSet.of(270));
    test.close();
  }

  /// Whatever becomes of a commit, what is shown is what is on disk.
  @ParameterizedTest
  @EnumSource(names = {"APPLY", "REJECT", "UNKNOWN_APPLIED", "UNKNOWN_LOST"})
  void memoryAndDiskAgreeAfterTrouble(Faults.Fate fate) {
    test.close();
    AtomicReference<Faults.Fate> next = new AtomicReference<>(Faults.Fate.APPLY);
    kv =
        new MemoryKv(
            new Faults() {
              @Override
              public Fate commit(Commit commit) {
                return next.getAndSet(Fate.APPLY);
              }
            });
    FaultyDisk other = new FaultyDisk(4);
    TestStore first = new TestStore(kv, other);
    Account owner = first.store.account(first.store.createAccount());
    AccountId bo = first.store.createAccount();
    for (int i = 0; i < 3; i++) {
      Message m = TestStore.message(first.store, AccountTest.mail("n" + i));
      owner.append("INBOX", m, Flags.NONE, AccountTest.WHEN);
    }
    MailboxId box = owner.mailbox("INBOX").id();
    FlagChange see = new FlagChange(FlagChange.Op.ADD, Flags.of(Flags.SEEN));
    owner.by(bo).store(box, UidSet.of(1), see, Long.MAX_VALUE);
    next.set(fate);
    boolean done = true;
    try {
      owner.by(bo).store(box, UidSet.of(2), see, Long.MAX_VALUE);
    } catch (StoreUnavailable e) {
      done = false;
    }
    assertThat(done).isEqualTo(fate == Faults.Fate.APPLY || fate == Faults.Fate.UNKNOWN_APPLIED);
    Mailbox shown = owner.by(bo).mailbox(box);
    assertThat(shown.unseen()).isEqualTo(done ? 1 : 2);
    kv.crash();
    TestStore second = new TestStore(kv.reopen(Faults.NONE), other.crash());
    Mailbox read = second.store.account(owner.id()).by(bo).mailbox(box);
    assertThat(read.unseen()).isEqualTo(shown.unseen());
    assertThat(read.highestModSeq()).isEqualTo(shown.highestModSeq());
    second.close();
  }

  @Test
  void copiesTakeAlongWhatTheUserHasSeen() {
    append();
    append();
    AccountId bo = users.get(1);
    flag(bo, UidSet.of(1), FlagChange.Op.ADD, Flags.SEEN);
    flag(ana.id(), UidSet.of(2), FlagChange.Op.ADD, Flags.SEEN);
    ana.by(bo).copy(inbox, UidSet.ALL, ana, "Archive", Rights.ALL);
    ana.by(bo).move(inbox, UidSet.ALL, ana, "Trash", Rights.ALL);
    for (String box : List.of("Archive", "Trash")) {
      MailboxId id = ana.mailbox(box).id();
      List<Integer> his = new ArrayList<>();
      EntryCursor c = ana.by(bo).mailbox(id).entries(UidSet.ALL);
      while (c.next()) his.add(c.systemFlags());
      assertThat(his).as(box).containsExactly(Flags.SEEN, 0);
      assertThat(ana.mailbox(id).unseen()).as(box).isEqualTo(2);
    }
    test.close();
  }

  @Test
  void pagesThatAreEmptyAreDropped() {
    AccountId bo = users.get(1);
    for (int i = 0; i < 60; i++) {
      // Leaves one message in each page.
      for (int k = 0; k < 2; k++) append();
      long uid = ana.mailbox("INBOX").uidNext() - 1;
      flag(bo, UidSet.range(uid - 1, uid), FlagChange.Op.ADD, Flags.SEEN);
      ana.change(d -> {
        MailboxDraft box = d.box(ana.mailbox("INBOX").number);
        box.uidNext += Page.ENTRIES;
        box.mark();
        return null;
      });
    }
    assertThat(rows()).isEqualTo(60);
    UidSet most = UidSet.range(1, 50L * Page.ENTRIES);
    ana.remove(inbox, most);
    present.removeIf(most::contains);
    seen.values().forEach(s -> s.removeIf(most::contains));
    compare();
    long last = ana.mailbox("INBOX").uidNext() - Page.ENTRIES - 1;
    flag(bo, UidSet.of(last), FlagChange.Op.REMOVE, Flags.SEEN);
    assertThat(rows()).isLessThan(15);
    compare();
    test.close();
  }

  private int rows() {
    return ana.scanAll(Keys.of('s'), Keys.of('t')).size();
  }

  @Test
  void aMailboxTakesTheRowsAlong() {
    ana.create("x", Set.of());
    ana.append(
        "x", TestStore.message(test.store, AccountTest.mail("x")), Flags.NONE, AccountTest.WHEN);
    MailboxId x = ana.mailbox("x").id();
    FlagChange see = new FlagChange(FlagChange.Op.ADD, Flags.of(Flags.SEEN));
    ana.by(users.get(1)).store(x, UidSet.ALL, see, Long.MAX_VALUE);
    assertThat(ana.by(users.get(1)).mailbox(x).unseen()).isZero();
    ana.rename("x", "y");
    assertThat(ana.by(users.get(1)).mailbox(x).unseen()).isZero();
    ana.delete("y");
    assertThat(ana.by(users.get(1)).mailbox(x)).isNull();
    assertThat(ana.scanAll(Keys.of('s'), Keys.of('w')))
        .noneMatch(r -> r.key()[0] == 's' || r.key()[0] == 'v');
    test.close();
  }
}
