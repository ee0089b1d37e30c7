package org.posthorn.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.posthorn.store.kv.Commit;

/// What happens to messages: appending, flags, expunging, as functions for [Gathering].
final class MessageChanges {
  /// Pages changed by one commit, so that others get in between.
  private static final int PAGES_A_STEP = 16;

  /// Membership rows read together.
  private static final int ROWS_A_READ = 1024;

  /// How long an expunged message can still be read, in seconds.
  static final long GRACE_SECONDS = 3600;

  private MessageChanges() {}

  // ---- appending

  /// One recipient's copy.
  record Arrival(
      Delivery.Target target, long email, Scanned scanned, Message.StoredBlob blob, long now) {
    long size() {
      return target.head().length + scanned.size();
    }
  }

  static Changes.Appended append(Draft d, Arrival a) {
    MailboxDraft box = taking(d, List.of(a), 0);
    return append(d, box, a, d.owner(), d.nextModSeq());
  }

  /// All of one mailbox, by one operation.
  ///
  /// @param user who has seen those that have `\Seen`
  static Changes.Arrived append(Draft d, List<Arrival> all, AccountId user) {
    return arrive(d, taking(d, all, 0), all, user, d.nextModSeq());
  }

  private static Changes.Arrived arrive(
      Draft d, MailboxDraft box, List<Arrival> all, AccountId user, long modSeq) {
    long first = box.uidNext;
    for (Arrival a : all) append(d, box, a, user, modSeq);
    return new Changes.Arrived(
        box.before.uidValidity(), UidSet.range(first, first + all.size() - 1), modSeq);
  }

  /// The mailbox that takes them, its keywords those that they bring, or [Refused].
  ///
  /// @param freed octets of the message that the same change gives back, or 0
  private static MailboxDraft taking(Draft d, List<Arrival> all, long freed) {
    MailboxDraft box = existing(d, number(d, all.getFirst().target));
    long size = all.stream().mapToLong(Arrival::size).sum();
    d.needRoom(all.size() - (freed > 0 ? 1 : 0), size - freed);
    roomFor(box, all.size());
    List<String> table = box.keywords;
    for (Arrival a : all) table = KeywordBits.tableWith(table, a.target.flags().keywords());
    box.keywords = table;
    return box;
  }

  private static Integer number(Draft d, Delivery.Target t) {
    Integer forUse = t.use() == null ? null : d.number(t.use());
    return forUse != null ? forUse : d.number(MailboxNames.normal(t.mailbox()));
  }

  private static Changes.Appended append(
      Draft d, MailboxDraft box, Arrival a, AccountId user, long modSeq) {
    Delivery.Target t = a.target;
    KeywordBits bits = KeywordBits.of(box.keywords, t.flags().keywords());
    long uid =
        add(
            d,
            box,
            new Page.Entry(
                a.email,
                a.size(),
                t.received().toEpochSecond(),
                t.received().getOffset().getTotalSeconds() / 60,
                a.now,
                t.flags().system(),
                bits.low(),
                bits.high()),
            user,
            modSeq);
    long thread = Threads.join(d, a.email, a.scanned.threadHashes());
    d.fact(Keys.id('e', a.email), MessageRow.encode(thread, a.blob.id(), t.head(), a.scanned));
    d.put(
        Keys.id('j', a.email),
        new Membership(modSeq, List.of(new Membership.Place(box.number(), uid))).row());
    d.put(Keys.pair('b', a.blob.id(), a.email), BlobUse.row(a.blob.shared()));
    d.local(new Commit.Local(a.blob.local(), List.of()));
    d.usedBytes += a.size();
    d.emails++;
    return new Changes.Appended(box.before.uidValidity(), uid, new EmailId(a.email), modSeq);
  }

  /// Adds an entry. If `\Seen` is among its flags, the user has seen it, not everybody.
  static long add(Draft d, MailboxDraft box, Page.Entry e, AccountId user, long modSeq) {
    Seen.Edit own = d.seen(box.number(), user);
    if (own == null) return box.append(e, modSeq);
    boolean seen = (e.flags() & Flags.SEEN) != 0;
    long uid = box.append(e.withFlags(e.flags() & ~Flags.SEEN), modSeq);
    if (seen) own.set(uid, true, modSeq);
    return uid;
  }

  /// Takes in a message and expunges another: nobody sees one without the other.
  static Changes.Replaced replace(Draft d, MailboxId id, long uid, Arrival a, AccountId user) {
    MailboxDraft from = byId(d, id);
    List<Taken> old = entries(from, UidSet.of(uid), false);
    if (old.isEmpty()) throw new Refused(Refused.Reason.EXPUNGED, "the message is gone");
    Taken t = old.getFirst();
    Membership left =
        memberships(d, old).get(t.entry.email()).without(new Membership.Place(from.number(), uid));
    long freed = left.places().isEmpty() ? t.entry.size() : 0;
    MailboxDraft to = taking(d, List.of(a), freed); // RFC 8508 §3.4: only the net counts
    long before = from.highest;
    long modSeq = d.nextModSeq();
    Changes.Arrived in = arrive(d, to, List.of(a), user, modSeq);
    UidSet gone = take(d, from, old, modSeq);
    leave(d, t, from, left, a.now + GRACE_SECONDS);
    return new Changes.Replaced(in, new Changes.Expunged(gone, before, modSeq));
  }

  static MailboxDraft existing(Draft d, Integer number) {
    MailboxDraft box = number == null ? null : d.box(number);
    if (box == null) throw new Refused(Refused.Reason.NONEXISTENT, "no such mailbox");
    return box;
  }

  static void roomFor(MailboxDraft box, long more) {
    if (box.uidNext + more > UidSet.UID_MAX) {
      throw new Refused(Refused.Reason.LIMIT, "the mailbox has no UIDs left");
    }
  }

  static MailboxDraft byId(Draft d, MailboxId id) {
    return existing(d, d.base.ids().get(id.value()));
  }

  // ---- flags

  static Changes.Stored store(
      Access access, MailboxId id, UidSet uids, FlagChange change, long unchangedSince) {
    Account account = access.account();
    Changes.Stored all = null;
    for (UidSet step : steps(account, id, uids)) {
      Changes.Stored s =
          account.change(d -> storeStep(d, id, step, change, unchangedSince, access.user()));
      all = all == null ? s : all.then(s);
    }
    return all;
  }

  private static Changes.Stored storeStep(
      Draft d, MailboxId id, UidSet uids, FlagChange change, long unchangedSince, AccountId user) {
    MailboxDraft box = byId(d, id);
    Seen.Edit own = d.seen(box.number(), user); // null: \Seen is in the pages
    Flags f = change.flags();
    List<String> table =
        change.op() == FlagChange.Op.REMOVE
            ? box.keywords
            : KeywordBits.tableWith(box.keywords, f.keywords());
    KeywordBits bits = KeywordBits.of(table, f.keywords());
    long before = own == null ? box.highest : Math.max(box.highest, own.highest());
    long modSeq = 0;
    UidSet.Builder changed = new UidSet.Builder();
    UidSet.Builder failed = new UidSet.Builder();
    for (int number : box.pagesOf(uids)) {
      Page p = box.peek(number);
      Page open = null;
      for (int i = 0; i < p.count; i++) {
        long uid = p.uid[i];
        if (!uids.contains(uid)) continue;
        if (Math.max(p.modSeq[i], own == null ? 0 : own.modSeq(uid)) > unchangedSince) {
          failed.add(uid);
          continue;
        }
        changed.add(uid);
        long flags = change.system(own == null ? p.flags[i] : mine(p.flags[i], own.has(uid)));
        if (own != null) {
          boolean seen = (flags & Flags.SEEN) != 0;
          if (seen != own.has(uid)) {
            if (modSeq == 0) modSeq = d.nextModSeq();
            own.set(uid, seen, modSeq);
          }
          flags = mine(flags, (p.flags[i] & Flags.SEEN) != 0);
        }
        long low = change.keywords(p.low[i], bits.low());
        long high = change.keywords(p.high[i], bits.high());
        if (flags == p.flags[i] && low == p.low[i] && high == p.high[i]) continue;
        if (modSeq == 0) modSeq = d.nextModSeq();
        if (open == null) {
          open = box.open(number, false);
          p = open;
          box.highest = modSeq;
          box.keywords = table;
        }
        box.unseen += bit(p.flags[i], Flags.SEEN) - bit(flags, Flags.SEEN);
        box.deleted += bit(flags, Flags.DELETED) - bit(p.flags[i], Flags.DELETED);
        p.flags[i] = flags;
        p.low[i] = low;
        p.high[i] = high;
        p.modSeq[i] = modSeq;
      }
    }
    return new Changes.Stored(
        changed.build(), failed.build(), before, modSeq == 0 ? before : modSeq);
  }

  private static long mine(long flags, boolean seen) {
    return seen ? flags | Flags.SEEN : flags & ~Flags.SEEN;
  }

  private static int bit(long flags, int bit) {
    return (flags & bit) != 0 ? 1 : 0;
  }

  // ---- expunging

  /// Takes away everything, for DELETE of the mailbox.
  static void removeAll(Account account, MailboxId id) {
    Mailbox box = account.mailbox(id);
    if (box != null && box.count() > 0) expunge(account, id, UidSet.ALL, false);
  }

  static Changes.Expunged expunge(Account account, MailboxId id, UidSet uids, boolean onlyDeleted) {
    Changes.Expunged all = null;
    for (UidSet step : steps(account, id, uids)) {
      Changes.Expunged s = account.change(d -> expungeStep(d, id, step, onlyDeleted, account));
      all = all == null ? s : all.then(s);
    }
    return all;
  }

  private static Changes.Expunged expungeStep(
      Draft d, MailboxId id, UidSet uids, boolean onlyDeleted, Account account) {
    MailboxDraft box = byId(d, id);
    long before = box.highest;
    List<Taken> taken = entries(box, uids, onlyDeleted);
    if (taken.isEmpty()) return new Changes.Expunged(UidSet.EMPTY, before, before);
    Map<Long, Membership> members = memberships(d, taken);
    long modSeq = d.nextModSeq();
    UidSet gone = take(d, box, taken, modSeq);
    long release = account.nowSeconds() + GRACE_SECONDS;
    for (Taken t : taken) {
      long email = t.entry.email();
      Membership left = members.get(email).without(new Membership.Place(box.number(), t.uid));
      members.put(email, left); // another entry of it may be in this set
      leave(d, t, box, left, release);
    }
    return new Changes.Expunged(gone, before, modSeq);
  }

  /// The email is only in the places left, or in a grave.
  private static void leave(Draft d, Taken t, MailboxDraft box, Membership left, long release) {
    if (left.places().isEmpty()) {
      bury(d, t, box.number(), release);
    } else {
      d.put(Keys.id('j', t.entry.email()), left.row());
    }
  }

  private static void bury(Draft d, Taken t, int mailbox, long release) {
    d.delete(Keys.id('j', t.entry.email()));
    d.put(
        Keys.pair('g', release, t.entry.email()),
        new Grave(mailbox, t.uid, t.entry.flags(), "expunge").row());
    d.usedBytes -= t.entry.size();
    d.emails--;
    if (d.oldestGrave == 0) d.oldestGrave = release;
  }

  /// An entry that leaves its mailbox.
  record Taken(long uid, Page.Entry entry) {
    /// With the flags as a user sees them.
    ///
    /// @param seen null if `\Seen` is among them
    Taken asSeenBy(Seen.Edit seen) {
      if (seen == null) return this;
      return new Taken(uid, entry.withFlags((int) mine(entry.flags(), seen.has(uid))));
    }
  }

  static List<Taken> entries(MailboxDraft box, UidSet uids, boolean onlyDeleted) {
    List<Taken> out = new ArrayList<>();
    for (int number : box.pagesOf(uids)) {
      Page p = box.peek(number);
      for (int i = 0; i < p.count; i++) {
        if (!uids.contains(p.uid[i])) continue;
        if (onlyDeleted && (p.flags[i] & Flags.DELETED) == 0) continue;
        out.add(new Taken(p.uid[i], p.entry(i)));
      }
    }
    return out;
  }

  /// Where the emails of these entries are, by email. Before anything is touched: a row may be
  /// damaged.
  static Map<Long, Membership> memberships(Draft d, List<Taken> taken) {
    return memberships(d, taken, Long.MAX_VALUE);
  }

  /// An email that is here many times has one row, read once.
  ///
  /// @param octetsMax of the rows together; beyond, the change is refused
  static Map<Long, Membership> memberships(Draft d, List<Taken> taken, long octetsMax) {
    Map<Long, Membership> out = HashMap.newHashMap(taken.size());
    List<Long> missing = new ArrayList<>(Math.min(taken.size(), ROWS_A_READ));
    long octets = 0;
    for (int i = 0; i < taken.size(); i++) {
      long email = taken.get(i).entry.email();
      if (out.putIfAbsent(email, NOT_READ) == null) missing.add(email);
      if (missing.size() < ROWS_A_READ && i < taken.size() - 1) continue;
      octets += read(d, missing, out);
      missing.clear();
      if (octets > octetsMax) {
        throw new Refused(Refused.Reason.LIMIT, "too many copies of the messages at once");
      }
    }
    return out;
  }

  private static final Membership NOT_READ = new Membership(0, List.of());

  private static long read(Draft d, List<Long> emails, Map<Long, Membership> out) {
    List<byte[]> keys = new ArrayList<>(emails.size());
    for (long email : emails) keys.add(Keys.id('j', email));
    List<byte[]> rows = d.getAll(keys);
    long octets = 0;
    for (int i = 0; i < rows.size(); i++) {
      byte[] row = rows.get(i);
      if (row == null) throw new Unpack.DamagedRow("email " + emails.get(i) + " is nowhere");
      out.put(emails.get(i), Membership.decode(row));
      octets += row.length;
    }
    return octets;
  }

  /// Takes the entries out of their pages and notes the expunge.
  static UidSet take(Draft d, MailboxDraft box, List<Taken> taken, long modSeq) {
    UidSet.Builder b = new UidSet.Builder();
    for (int i = 0; i < taken.size(); ) {
      int number = Page.numberOf(taken.get(i).uid);
      Page p = box.open(number, true);
      boolean[] gone = new boolean[p.count];
      for (; i < taken.size() && Page.numberOf(taken.get(i).uid) == number; i++) {
        Taken t = taken.get(i);
        gone[p.find(t.uid)] = true;
        b.add(t.uid);
        box.count--;
        box.bytes -= t.entry.size();
        box.unseen -= 1 - bit(t.entry.flags(), Flags.SEEN);
        box.deleted -= bit(t.entry.flags(), Flags.DELETED);
      }
      p.removeAll(gone);
    }
    box.highest = modSeq;
    UidSet uids = b.build();
    d.logExpunge(modSeq, box.number(), uids);
    return uids;
  }

  // ---- steps

  /// `uids` cut at page borders so that one commit does not grow beyond about a megabyte; at least
  /// one step.
  static List<UidSet> steps(Account account, MailboxId id, UidSet uids) {
    Mailbox box = account.mailbox(id);
    if (box == null) throw new Refused(Refused.Reason.NONEXISTENT, "no such mailbox");
    if (uids.isEmpty()) return List.of(uids);
    PageRef[] pages = box.index().pages;
    List<UidSet> out = new ArrayList<>();
    Function<Integer, Long> lastUid =
        page -> Math.min(UidSet.UID_MAX, ((long) page << Page.SHIFT) + Page.ENTRIES - 1);
    long from = 1;
    int inStep = 0;
    for (PageRef p : pages) {
      if (++inStep < PAGES_A_STEP) continue;
      long last = lastUid.apply(p.number);
      UidSet step = uids.intersect(UidSet.range(from, last));
      if (!step.isEmpty()) out.add(step);
      from = last + 1;
      inStep = 0;
    }
    if (from <= box.uidNext()) {
      UidSet step = uids.intersect(UidSet.range(from, box.uidNext()));
      if (!step.isEmpty()) out.add(step);
    }
    return out.isEmpty() ? List.of(UidSet.EMPTY) : out;
  }
}
