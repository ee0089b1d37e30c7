package org.posthorn.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.posthorn.store.blob.Blobs;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;
import org.posthorn.store.search.SearchIndex;

/// Reads everything and says what contradicts something else: `posthorn check`.
final class Check {
  private static final int PROBLEMS_MAX = 1000;
  private static final int ACCOUNTS_A_LOOK = 256;

  private final Store store;
  private final List<String> problems = new ArrayList<>();
  private final Set<Long> blobsSeen = new HashSet<>();

  Check(Store store) {
    this.store = store;
  }

  List<String> run() {
    if (store.index() != null) {
      for (String wrong : store.index().check()) problems.add("search index " + wrong);
    }
    AccountId after = null;
    while (true) {
      List<AccountId> some = store.accounts(after, ACCOUNTS_A_LOOK);
      for (AccountId id : some) {
        try {
          account(store.account(id));
        } catch (RuntimeException e) {
          problem(id, "not readable: " + e);
        }
      }
      if (some.size() < ACCOUNTS_A_LOOK) return problems;
      after = some.getLast();
    }
  }

  private void problem(AccountId id, String text) {
    if (problems.size() < PROBLEMS_MAX) problems.add("account " + id + ": " + text);
  }

  private void expect(boolean holds, AccountId id, String text) {
    if (!holds) problem(id, text);
  }

  /// What is found of one account while reading it.
  private static final class Found {
    final Map<Long, List<Membership.Place>> places = new HashMap<>();
    final Map<Long, Long> sizes = new HashMap<>();
  }

  private void account(Account a) {
    if (a == null) return;
    AccountId id = a.id();
    // What is on disk, not what the head remembers.
    AccountState s = AccountLoader.load(a, store.kv(), a.partition());
    if (s == null || s.data().removed()) return;
    Found found = new Found();
    Set<Integer> numbers = new HashSet<>();
    for (Map.Entry<String, Integer> n : s.names().entrySet()) {
      Mailbox box = s.boxes().get(n.getValue());
      expect(numbers.add(n.getValue()), id, "two names for mailbox " + n.getValue());
      if (box == null) problem(id, "name " + n.getKey() + " without mailbox");
      else mailbox(a, s, box, found);
    }
    for (Row r : a.scanAll(Keys.of('m'), Keys.of('n'))) {
      int number = (int) Keys.u32(r.key(), 1);
      expect(numbers.contains(number), id, "mailbox " + number + " without name");
      expect(number < s.data().nextMailbox(), id, "mailbox " + number + " not given out");
    }
    strayPages(a, numbers);
    members(a, found);
    long bytes = 0;
    for (long size : found.sizes.values()) bytes += size;
    expect(bytes == s.data().usedBytes(), id, "usage " + s.data().usedBytes() + " is " + bytes);
    expect(
        found.sizes.size() == s.data().emails(),
        id,
        "emails " + s.data().emails() + " are " + found.sizes.size());
    graves(a, found);
    log(a, s);
    String urlKeys = UrlKeys.problem(a);
    expect(urlKeys == null, id, urlKeys);
    shares(a, s, numbers);
    metadata(a, s, numbers);
    seen(a, s);
  }

  /// What users have seen changed with MODSEQs that were given, the last of which row `v` knows.
  private void seen(Account a, AccountState s) {
    Map<Seen.Key, Long> highest = new HashMap<>();
    for (Row r : a.scanAll(Keys.of('s'), Keys.of('t'))) {
      AccountId user = new AccountId(Keys.u64(r.key(), 5));
      Seen.Key key = new Seen.Key((int) Keys.u32(r.key(), 1), user);
      highest.merge(key, Seen.Marks.decode(r.value()).highest(), Math::max);
    }
    for (Row r : a.scanAll(Keys.of('v'), Keys.of('w'))) {
      AccountId user = new AccountId(Keys.u64(r.key(), 5));
      Seen.Key key = new Seen.Key((int) Keys.u32(r.key(), 1), user);
      long said = Seen.decodeHighest(r.value());
      Long is = highest.remove(key);
      String what = "seen by " + user + " in mailbox " + key.mailbox();
      expect(is != null && is == said, a.id(), what + ": MODSEQ " + said + " is " + is);
      expect(said <= s.data().modSeq(), a.id(), what + ": MODSEQ above the account's");
    }
    expect(highest.isEmpty(), a.id(), "seen by users without MODSEQ: " + highest.keySet());
  }

  /// Lists belong to mailboxes; hints say what the lists say, unless the courier is still to come.
  private void shares(Account a, AccountState s, Set<Integer> numbers) {
    Set<AccountId> users = new HashSet<>();
    boolean anyone = false;
    for (Map.Entry<Integer, Acl> e : s.acls().entrySet()) {
      expect(numbers.contains(e.getKey()), a.id(), "rights on no mailbox " + e.getKey());
      for (Map.Entry<Grantee, Rights> g : e.getValue().entries().entrySet()) {
        if (g.getKey().negative() || g.getValue().isEmpty()) continue;
        if (g.getKey().isAnyone()) anyone = true;
        else users.add(g.getKey().account());
      }
    }
    users.remove(a.id());
    boolean settled = store.kv().scan(a.partition(), Keys.of('o'), Keys.of('p'), 1).isEmpty();
    if (settled) {
      expect(
          anyone == store.server().sharersWithAnyone().contains(a.id()),
          a.id(),
          "shares with anyone: " + anyone + ", the server's row says otherwise");
      for (AccountId user : users) {
        Account u = store.account(user);
        expect(
            u == null || Sharing.hints(u).contains(a.id()),
            a.id(),
            "shares with " + user + ", who has no hint");
      }
    }
    for (AccountId owner : Sharing.hints(a)) {
      Partition p = Partition.account(owner.value());
      if (!store.kv().scan(p, Keys.of('o'), Keys.of('p'), 1).isEmpty()) continue;
      Account o = store.account(owner);
      expect(
          o != null && Sharing.gives(o.state(), Grantee.user(a.id())),
          a.id(),
          "hint that " + owner + " shares, who does not");
    }
  }

  private void metadata(Account a, AccountState s, Set<Integer> numbers) {
    long bytes = 0;
    for (Row r : a.scanAll(Keys.of('d'), Keys.of('e'))) {
      int number = Metadata.mailboxOf(r.key());
      expect(number == 0 || numbers.contains(number), a.id(), "metadata of no mailbox " + number);
      Metadata.decode(r.value());
      bytes += Metadata.weight(r.key(), r.value());
    }
    expect(
        bytes == s.data().metadataBytes(),
        a.id(),
        "metadata counts for " + bytes + ", the account says " + s.data().metadataBytes());
  }

  private void mailbox(Account a, AccountState s, Mailbox box, Found found) {
    AccountId id = a.id();
    String name = box.name();
    int count = 0;
    int unseen = 0;
    int deleted = 0;
    long bytes = 0;
    long highest = 0;
    long lastUid = 0;
    for (PageRef ref : box.index().pages) {
      Page p = box.page(ref);
      expect(p.count == ref.count, id, name + " page " + ref.number + ": count differs from x");
      expect(p.unseen() == ref.unseen, id, name + " page " + ref.number + ": unseen differs");
      expect(p.deleted() == ref.deleted, id, name + " page " + ref.number + ": deleted differs");
      expect(p.highest() == ref.highest, id, name + " page " + ref.number + ": modseq differs");
      expect(p.count > 0, id, name + " page " + ref.number + ": empty");
      for (int i = 0; i < p.count; i++) {
        expect(p.uid[i] > lastUid, id, name + " UID " + p.uid[i] + ": out of order");
        expect(Page.numberOf(p.uid[i]) == p.number, id, name + " UID " + p.uid[i] + ": wrong page");
        lastUid = p.uid[i];
        bytes += p.size[i];
        keywordsInTable(id, box, p, i);
        found
            .places
            .computeIfAbsent(p.email[i], e -> new ArrayList<>())
            .add(new Membership.Place(box.number, p.uid[i]));
        found.sizes.put(p.email[i], p.size[i]);
      }
      index(box, p);
      count += p.count;
      unseen += p.unseen();
      deleted += p.deleted();
      highest = Math.max(highest, p.highest());
    }
    expect(count == box.count(), id, name + ": count " + box.count() + " is " + count);
    expect(unseen == box.unseen(), id, name + ": unseen " + box.unseen() + " is " + unseen);
    expect(deleted == box.deleted(), id, name + ": deleted " + box.deleted() + " is " + deleted);
    expect(bytes == box.bytes(), id, name + ": bytes " + box.bytes() + " is " + bytes);
    expect(lastUid < box.uidNext(), id, name + ": UIDNEXT below a UID");
    expect(highest <= box.highestModSeq(), id, name + ": MODSEQ above HIGHESTMODSEQ");
    expect(box.highestModSeq() <= s.data().modSeq(), id, name + ": MODSEQ above the account's");
  }

  /// What the index says it has, it has: a message that it lacks is never found.
  private void index(Mailbox box, Page p) {
    SearchIndex index = store.index();
    if (index == null) return;
    long account = box.account.id().value();
    try {
      long mark = index.marks(account).getOrDefault(box.number, 1L);
      int n = p.rank(mark - 1);
      long[] emails = Arrays.copyOf(p.email, n);
      boolean[] known = index.known(account, emails);
      for (int i = 0; i < n; i++) {
        if (known[i]) continue;
        // Marks count what searches do not see yet.
        index.settle(SearchIndex.Settle.ALL);
        known = index.known(account, emails);
        break;
      }
      for (int i = 0; i < n; i++) {
        expect(known[i], box.account.id(), box.name() + " UID " + p.uid[i] + ": not in the index");
      }
    } catch (IOException e) {
      problem(box.account.id(), "search index: " + e);
    }
  }

  private void keywordsInTable(AccountId id, Mailbox box, Page p, int i) {
    int n = box.keywords().size();
    long low = n >= 64 ? -1L : (1L << n) - 1;
    long high = n >= 128 ? -1L : n <= 64 ? 0 : (1L << (n - 64)) - 1;
    expect(
        (p.low[i] & ~low) == 0 && (p.high[i] & ~high) == 0,
        id,
        box.name() + " UID " + p.uid[i] + ": keyword without name");
  }

  private void strayPages(Account a, Set<Integer> numbers) {
    for (char letter : new char[] {'x', 'p', 'f', 's', 'v'}) {
      for (Row r : a.scanAll(Keys.of(letter), Keys.after(Keys.of(letter)))) {
        int number = (int) Keys.u32(r.key(), 1);
        expect(numbers.contains(number), a.id(), "row " + letter + " of no mailbox " + number);
      }
    }
  }

  /// Every entry has its membership, every membership its entry; message row, reference, octets.
  private void members(Account a, Found found) {
    Set<Long> seen = new HashSet<>();
    for (Row r : a.scanAll(Keys.of('j'), Keys.of('k'))) {
      long email = Keys.u64(r.key(), 1);
      seen.add(email);
      Set<Membership.Place> said = new HashSet<>(Membership.decode(r.value()).places());
      Set<Membership.Place> is = new HashSet<>(found.places.getOrDefault(email, List.of()));
      expect(
          said.equals(is),
          a.id(),
          "email " + new EmailId(email) + ": is at " + is + ", says " + said);
    }
    for (long email : found.places.keySet()) {
      expect(seen.contains(email), a.id(), "email " + new EmailId(email) + ": without membership");
      MessageRow row = a.message(email);
      if (row == null) {
        problem(a.id(), "email " + new EmailId(email) + ": without message row");
        continue;
      }
      expect(
          row.size() == found.sizes.get(email),
          a.id(),
          "email " + new EmailId(email) + ": size differs from its entry");
      blob(a, row);
    }
  }

  private void blob(Account a, MessageRow row) {
    byte[] ref = store.kv().get(a.partition(), Keys.pair('b', row.blob(), row.email().value()));
    expect(ref != null, a.id(), "email " + row.email() + ": blob not referred to");
    if (!blobsSeen.add(row.blob())) return;
    Blobs blobs = store.blobs();
    try {
      blobs.verify(row.blob());
      long length = blobs.length(row.blob());
      expect(
          length + row.head().length == row.size(),
          a.id(),
          "email " + row.email() + ": blob of " + length + " octets");
    } catch (IOException e) {
      problem(a.id(), "email " + row.email() + ": " + e.getMessage());
    }
  }

  private void graves(Account a, Found found) {
    for (Row r : a.scanAll(Keys.of('g'), Keys.of('h'))) {
      long email = Keys.u64(r.key(), 9);
      Grave.decode(r.value());
      expect(
          !found.places.containsKey(email),
          a.id(),
          "email " + new EmailId(email) + ": in a grave and in a mailbox");
      MessageRow row = a.message(email);
      if (row == null) problem(a.id(), "grave " + new EmailId(email) + ": without message row");
      else blob(a, row);
    }
  }

  private void log(Account a, AccountState s) {
    long uids = 0;
    for (Row r : a.scanAll(Keys.of('l'), Keys.of('m'))) {
      long modSeq = Keys.u64(r.key(), 1);
      expect(modSeq > s.data().logFloor(), a.id(), "log " + modSeq + ": below the floor");
      expect(modSeq <= s.data().modSeq(), a.id(), "log " + modSeq + ": above MODSEQ");
      uids += LogRow.decode(r.value()).uids();
    }
    expect(
        uids == s.data().logged(),
        a.id(),
        "log counts " + s.data().logged() + " UIDs, has " + uids);
  }
}
