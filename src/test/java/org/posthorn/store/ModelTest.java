package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

/// Random operations on one account, held against a simple model after each; views taken earlier
/// must not change; the store is closed and opened now and then. The page cache is so small that
/// pages come and go.
class ModelTest {
  private static final int OPERATIONS = 400;

  private record Entry(long email, int flags, Set<String> keywords) {}

  private static final class Box {
    final TreeMap<Long, Entry> entries = new TreeMap<>();
    final Map<String, String> shared = new HashMap<>();
    final Map<String, String> own = new HashMap<>();
    long uidNext = 1;
  }

  /// A view and what was in it.
  private record Held(Mailbox view, TreeMap<Long, Entry> entries) {}

  private final Random random;
  private final Map<String, Box> model = new HashMap<>();
  private final List<Held> held = new ArrayList<>();
  private MemoryKv kv = new MemoryKv();
  private final FaultyDisk disk = new FaultyDisk(7);
  private TestStore test = new TestStore(kv, disk, 20_000);
  private AccountId id = test.store.createAccount();
  private Account account = test.store.account(id);
  private int serial;

  ModelTest() {
    random = new Random();
    for (Mailbox m : account.mailboxes()) model.put(m.name(), new Box());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithTheModel(long seed) {
    random.setSeed(seed);
    // Mailboxes with more than one page, so that steps and pages matter.
    for (int i = 0; i < 700; i++) append(random.nextInt(4) == 0 ? "Archive" : "INBOX");
    for (int i = 0; i < OPERATIONS; i++) {
      step();
      if (i % 20 == 0) compareAll();
      if (i % 150 == 149) reopen();
    }
    compareAll();
    test.close();
  }

  private void step() {
    String name = pick();
    switch (random.nextInt(11)) {
      case 0, 1 -> append(name);
      case 2, 3, 4 -> flag(name);
      case 5 -> expunge(name);
      case 6 -> copy(name, pick());
      case 7 -> move(name, pick());
      case 8 -> mailboxes(name);
      case 9 -> metadata(name);
      default -> hold(name);
    }
  }

  private String pick() {
    List<String> names = new ArrayList<>(model.keySet());
    names.sort(null);
    return random.nextInt(3) > 0 ? "INBOX" : names.get(random.nextInt(names.size()));
  }

  private void append(String name) {
    Message m = TestStore.message(test.store, AccountTest.mail("n" + serial++));
    int flags = random.nextInt(32);
    Changes.Appended a = account.append(name, m, Flags.of(flags), AccountTest.WHEN);
    Box box = model.get(name);
    assertThat(a.uid()).isEqualTo(box.uidNext++);
    box.entries.put(a.uid(), new Entry(a.email().value(), flags, Set.of()));
  }

  private UidSet some(Box box) {
    if (random.nextInt(8) == 0) return UidSet.ALL;
    UidSet.Builder b = new UidSet.Builder();
    long at = 1;
    for (int r = random.nextInt(4); r >= 0 && at < box.uidNext; r--) {
      long first = at + random.nextInt((int) Math.max(1, box.uidNext - at));
      long last = first + random.nextInt(40);
      b.add(first, last);
      at = last + 1;
    }
    return b.build();
  }

  private List<Long> present(Box box, UidSet set) {
    List<Long> out = new ArrayList<>();
    for (long uid : box.entries.keySet()) if (set.contains(uid)) out.add(uid);
    return out;
  }

  private void flag(String name) {
    Box box = model.get(name);
    UidSet set = some(box);
    int bits = random.nextInt(32);
    List<String> words = random.nextBoolean() ? List.of() : List.of("k" + random.nextInt(70));
    FlagChange.Op op = FlagChange.Op.values()[random.nextInt(3)];
    Changes.Stored s =
        account.store(
            account.mailbox(name).id(),
            set,
            new FlagChange(op, new Flags(bits, words)),
            Long.MAX_VALUE);
    assertThat(s.changed().toArray())
        .containsExactly(present(box, set).stream().mapToLong(Long::longValue).toArray());
    for (long uid : present(box, set)) {
      Entry e = box.entries.get(uid);
      Set<String> after = new java.util.HashSet<>(e.keywords);
      int flags =
          switch (op) {
            case REPLACE -> bits;
            case ADD -> e.flags | bits;
            case REMOVE -> e.flags & ~bits;
          };
      if (op == FlagChange.Op.REPLACE) after.clear();
      if (op == FlagChange.Op.REMOVE) after.removeAll(words);
      else after.addAll(words);
      box.entries.put(uid, new Entry(e.email, flags, after));
    }
  }

  private void expunge(String name) {
    Box box = model.get(name);
    UidSet set = some(box);
    long before = account.mailbox(name).highestModSeq();
    Changes.Expunged e = account.expunge(account.mailbox(name).id(), set);
    List<Long> gone = new ArrayList<>();
    for (long uid : present(box, set)) {
      if ((box.entries.get(uid).flags & Flags.DELETED) != 0) gone.add(uid);
    }
    gone.forEach(box.entries::remove);
    assertThat(e.uids().toArray())
        .containsExactly(gone.stream().mapToLong(Long::longValue).toArray());
    assertThat(account.mailbox(name).expungedSince(before)).isEqualTo(e.uids());
  }

  private void copy(String from, String to) {
    Box box = model.get(from);
    UidSet set = some(box);
    List<Long> wanted = present(box, set);
    Changes.Copied c = account.copy(account.mailbox(from).id(), set, to);
    assertThat(c.source()).containsExactly(wanted.stream().mapToLong(Long::longValue).toArray());
    Box target = model.get(to);
    List<Entry> entries = wanted.stream().map(box.entries::get).toList();
    for (int i = 0; i < entries.size(); i++) {
      assertThat(c.target()[i]).isEqualTo(target.uidNext);
      target.entries.put(target.uidNext++, entries.get(i));
    }
  }

  private void move(String from, String to) {
    Box box = model.get(from);
    UidSet set = some(box);
    List<Long> wanted = present(box, set);
    Changes.Copied c = account.move(account.mailbox(from).id(), set, to);
    assertThat(c.source()).containsExactly(wanted.stream().mapToLong(Long::longValue).toArray());
    Box target = model.get(to);
    List<Entry> entries = wanted.stream().map(box.entries::get).toList();
    wanted.forEach(box.entries::remove);
    for (int i = 0; i < entries.size(); i++) {
      assertThat(c.target()[i]).isEqualTo(target.uidNext);
      target.entries.put(target.uidNext++, entries.get(i));
    }
  }

  private void mailboxes(String name) {
    switch (random.nextInt(3)) {
      case 0 -> {
        String made = "box" + serial++;
        account.create(made, Set.of());
        model.put(made, new Box());
      }
      case 1 -> {
        String to = "moved" + serial++;
        account.rename(name, to);
        model.put(to, model.remove(name));
        if (name.equals("INBOX")) {
          Box inbox = new Box();
          inbox.uidNext = model.get(to).uidNext;
          inbox.shared.putAll(model.get(to).shared);
          inbox.own.putAll(model.get(to).own);
          model.put("INBOX", inbox);
        }
      }
      default -> {
        if (name.equals("INBOX") || model.size() < 4) return;
        account.delete(name);
        model.remove(name);
      }
    }
  }

  private void metadata(String name) {
    Box box = model.get(name);
    List<Metadata.Change> changes = new ArrayList<>();
    for (int n = random.nextInt(4); n >= 0; n--) {
      String entry = "/e" + random.nextInt(5);
      String value = random.nextInt(3) == 0 ? null : "v" + serial++;
      boolean shared = random.nextBoolean();
      byte[] octets = value == null ? null : value.getBytes(StandardCharsets.US_ASCII);
      changes.add(new Metadata.Change(shared ? null : id, entry, octets));
      if (value == null) (shared ? box.shared : box.own).remove(entry);
      else (shared ? box.shared : box.own).put(entry, value);
    }
    account.metadata().set(account.mailbox(name).id(), changes);
  }

  private Map<String, String> metadata(Mailbox box, AccountId user) {
    Map<String, String> found = new HashMap<>();
    account
        .metadata()
        .below(
            box.id(),
            user,
            "",
            true,
            e -> {
              found.put(e.name(), new String(e.value(), StandardCharsets.US_ASCII));
              return true;
            });
    return found;
  }

  private void hold(String name) {
    held.add(new Held(account.mailbox(name), new TreeMap<>(model.get(name).entries)));
    if (held.size() > 6) held.remove(random.nextInt(6));
  }

  private void compareAll() {
    assertThat(account.mailboxes()).extracting(Mailbox::name).hasSameElementsAs(model.keySet());
    for (Map.Entry<String, Box> e : model.entrySet()) {
      Mailbox m = account.mailbox(e.getKey());
      assertThat(m.uidNext()).isEqualTo(e.getValue().uidNext);
      compare(m, e.getValue().entries);
      assertThat(metadata(m, null)).isEqualTo(e.getValue().shared);
      assertThat(metadata(m, id)).isEqualTo(e.getValue().own);
    }
    for (Held h : held) compare(h.view, h.entries);
    assertThat(test.store.check()).isEmpty();
  }

  private static void compare(Mailbox m, TreeMap<Long, Entry> entries) {
    assertThat(m.count()).isEqualTo(entries.size());
    EntryCursor c = m.entries(UidSet.ALL);
    int seq = 0;
    int unseen = 0;
    for (Map.Entry<Long, Entry> e : entries.entrySet()) {
      assertThat(c.next()).isTrue();
      seq++;
      assertThat(c.uid()).isEqualTo(e.getKey());
      assertThat(c.emailId()).isEqualTo(e.getValue().email);
      assertThat(c.systemFlags()).isEqualTo(e.getValue().flags);
      assertThat(KeywordBits.names(m.keywords(), c.keywordsLow(), c.keywordsHigh()))
          .hasSameElementsAs(e.getValue().keywords);
      assertThat(m.rank(c.uid())).isEqualTo(seq);
      assertThat(m.uidAt(seq)).isEqualTo(c.uid());
      if ((e.getValue().flags & Flags.SEEN) == 0) unseen++;
    }
    assertThat(c.next()).isFalse();
    assertThat(m.unseen()).isEqualTo(unseen);
  }

  private void reopen() {
    held.clear();
    test.close();
    kv = kv.reopen(Faults.NONE);
    test = new TestStore(kv, disk, 20_000);
    account = test.store.account(id);
  }
}
