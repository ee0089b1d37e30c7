package org.posthorn.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.posthorn.store.kv.Commit;

/// What happens to messages: appending, flags, expunging, copying and moving, as functions for
/// [Gathering].
final class MessageChanges {
  /// Pages changed by one commit, so that others get in between.
  private static final int PAGES_A_STEP = 16;

  /// Messages of one COPY, which is one commit and all in memory at once: fewer on a small machine.
  static final int COPY_MAX = Math.clamp(Runtime.getRuntime().maxMemory() / 4096, 10_000, 200_000);

  /// Octets of the membership rows that one COPY changes.
  private static final long COPY_ROWS_MAX = 8L << 20;

  /// Entries of one email after which it is not copied any more: its row names them all, and a step
  /// of an EXPUNGE holds the rows of sixteen pages.
  static final int PLACES_MAX = 250;

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
    Draft.MailboxDraft box = taking(d, List.of(a), 0);
    return append(d, box, a, d.nextModSeq());
  }

  /// All of one mailbox, by one operation.
  static Changes.Arrived append(Draft d, List<Arrival> all) {
    return arrive(d, taking(d, all, 0), all, d.nextModSeq());
  }

  private static Changes.Arrived arrive(
      Draft d, Draft.MailboxDraft box, List<Arrival> all, long modSeq) {
    long first = box.uidNext;
    for (Arrival a : all) append(d, box, a, modSeq);
    return new Changes.Arrived(
        box.before.uidValidity(), UidSet.range(first, first + all.size() - 1), modSeq);
  }

  /// The mailbox that takes them, its keywords those that they bring, or [Refused].
  ///
  /// @param freed octets of the message that the same change gives back, or 0
  private static Draft.MailboxDraft taking(Draft d, List<Arrival> all, long freed) {
    Draft.MailboxDraft box =
        existing(d, d.number(MailboxNames.normal(all.getFirst().target.mailbox())));
    long size = all.stream().mapToLong(Arrival::size).sum();
    d.needRoom(all.size() - (freed > 0 ? 1 : 0), size - freed);
    roomFor(box, all.size());
    List<String> table = box.keywords;
    for (Arrival a : all) table = KeywordBits.tableWith(table, a.target.flags().keywords());
    box.keywords = table;
    return box;
  }

  private static Changes.Appended append(Draft d, Draft.MailboxDraft box, Arrival a, long modSeq) {
    Delivery.Target t = a.target;
    KeywordBits bits = KeywordBits.of(box.keywords, t.flags().keywords());
    long uid =
        box.append(
            new Page.Entry(
                a.email,
                a.size(),
                t.received().toEpochSecond(),
                t.received().getOffset().getTotalSeconds() / 60,
                a.now,
                t.flags().system(),
                bits.low(),
                bits.high()),
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

  /// Takes in a message and expunges another: nobody sees one without the other.
  static Changes.Replaced replace(Draft d, MailboxId id, long uid, Arrival a, Account account) {
    Draft.MailboxDraft from = byId(d, id);
    List<Taken> old = entries(from, UidSet.of(uid), false);
    if (old.isEmpty()) throw new Refused(Refused.Reason.EXPUNGED, "the message is gone");
    Taken t = old.getFirst();
    Membership left =
        memberships(d, old).get(t.entry.email()).without(new Membership.Place(from.number(), uid));
    long freed = left.places().isEmpty() ? t.entry.size() : 0;
    Draft.MailboxDraft to = taking(d, List.of(a), freed); // RFC 8508 §3.4: only the net counts
    long before = from.highest;
    long modSeq = d.nextModSeq();
    Changes.Arrived in = arrive(d, to, List.of(a), modSeq);
    UidSet gone = take(d, from, old, modSeq);
    leave(d, t, from, left, account.nowSeconds() + GRACE_SECONDS);
    return new Changes.Replaced(in, new Changes.Expunged(gone, before, modSeq));
  }

  static Draft.MailboxDraft existing(Draft d, Integer number) {
    Draft.MailboxDraft box = number == null ? null : d.box(number);
    if (box == null) throw new Refused(Refused.Reason.NONEXISTENT, "no such mailbox");
    return box;
  }

  static void roomFor(Draft.MailboxDraft box, long more) {
    if (box.uidNext + more > UidSet.UID_MAX) {
      throw new Refused(Refused.Reason.LIMIT, "the mailbox has no UIDs left");
    }
  }

  static Draft.MailboxDraft byId(Draft d, MailboxId id) {
    return existing(d, d.base.ids().get(id.value()));
  }

  // ---- flags

  static Changes.Stored store(
      Account account, MailboxId id, UidSet uids, FlagChange change, long unchangedSince) {
    Changes.Stored all = null;
    for (UidSet step : steps(account, id, uids)) {
      Changes.Stored s = account.change(d -> storeStep(d, id, step, change, unchangedSince));
      if (all == null) {
        all = s;
      } else {
        // If somebody came in between, the caller cannot take his view forward.
        long before = s.before() == all.modSeq() ? all.before() : -1;
        all =
            new Changes.Stored(
                all.changed().union(s.changed()),
                all.failed().union(s.failed()),
                before,
                s.modSeq());
      }
    }
    return all;
  }

  private static Changes.Stored storeStep(
      Draft d, MailboxId id, UidSet uids, FlagChange change, long unchangedSince) {
    Draft.MailboxDraft box = byId(d, id);
    Flags f = change.flags();
    List<String> table =
        change.op() == FlagChange.Op.REMOVE
            ? box.keywords
            : KeywordBits.tableWith(box.keywords, f.keywords());
    KeywordBits bits = KeywordBits.of(table, f.keywords());
    long before = box.highest;
    long modSeq = 0;
    UidSet.Builder changed = new UidSet.Builder();
    UidSet.Builder failed = new UidSet.Builder();
    for (int number : box.pagesOf(uids)) {
      Page p = box.peek(number);
      Page open = null;
      for (int i = 0; i < p.count; i++) {
        if (!uids.contains(p.uid[i])) continue;
        if (p.modSeq[i] > unchangedSince) {
          failed.add(p.uid[i]);
          continue;
        }
        changed.add(p.uid[i]);
        long flags = p.flags[i];
        long low = p.low[i];
        long high = p.high[i];
        switch (change.op()) {
          case REPLACE -> {
            flags = flags & ~change.system() | f.system() & change.system();
            low = change.keywords() ? bits.low() : low;
            high = change.keywords() ? bits.high() : high;
          }
          case ADD -> {
            flags |= f.system();
            low |= bits.low();
            high |= bits.high();
          }
          case REMOVE -> {
            flags &= ~f.system();
            low &= ~bits.low();
            high &= ~bits.high();
          }
        }
        if (flags == p.flags[i] && low == p.low[i] && high == p.high[i]) continue;
        if (modSeq == 0) modSeq = d.nextModSeq();
        if (open == null) {
          open = box.open(number, false);
          p = open;
        }
        box.unseen += bit(p.flags[i], Flags.SEEN) - bit(flags, Flags.SEEN);
        box.deleted += bit(flags, Flags.DELETED) - bit(p.flags[i], Flags.DELETED);
        p.flags[i] = flags;
        p.low[i] = low;
        p.high[i] = high;
        p.modSeq[i] = modSeq;
      }
    }
    if (modSeq != 0) {
      box.highest = modSeq;
      box.keywords = table;
      box.mark();
    }
    return new Changes.Stored(
        changed.build(), failed.build(), before, modSeq == 0 ? before : modSeq);
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
      if (all == null) {
        all = s;
      } else {
        long before = s.before() == all.modSeq() ? all.before() : -1;
        all = new Changes.Expunged(all.uids().union(s.uids()), before, s.modSeq());
      }
    }
    return all;
  }

  private static Changes.Expunged expungeStep(
      Draft d, MailboxId id, UidSet uids, boolean onlyDeleted, Account account) {
    Draft.MailboxDraft box = byId(d, id);
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
  private static void leave(
      Draft d, Taken t, Draft.MailboxDraft box, Membership left, long release) {
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
  record Taken(long uid, Page.Entry entry) {}

  static List<Taken> entries(Draft.MailboxDraft box, UidSet uids, boolean onlyDeleted) {
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
  private static Map<Long, Membership> memberships(Draft d, List<Taken> taken) {
    return memberships(d, taken, Long.MAX_VALUE);
  }

  /// An email that is here many times has one row, read once.
  ///
  /// @param octetsMax of the rows together; beyond, the change is refused
  private static Map<Long, Membership> memberships(Draft d, List<Taken> taken, long octetsMax) {
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
  private static UidSet take(Draft d, Draft.MailboxDraft box, List<Taken> taken, long modSeq) {
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

  // ---- copying and moving

  /// @param rights on the target: flags that they do not allow are lost (RFC 4314 §4)
  /// @param now seconds since 1970: when the copies are saved
  static Changes.Copied copy(
      Draft d, MailboxId id, UidSet uids, String target, Rights rights, long now) {
    Draft.MailboxDraft from = byId(d, id);
    Draft.MailboxDraft to = existing(d, d.number(target));
    long before = from.highest;
    List<Taken> found = entries(from, uids, false);
    if (found.size() > COPY_MAX) {
      throw new Refused(Refused.Reason.LIMIT, "at most " + COPY_MAX + " messages at once");
    }
    roomFor(to, found.size());
    List<String> table = KeywordBits.tableWith(to.keywords, usedKeywords(from, found, rights));
    if (found.isEmpty()) {
      return new Changes.Copied(to.before.uidValidity(), new long[0], new long[0], before, before);
    }
    Map<Long, Membership> members = memberships(d, found, COPY_ROWS_MAX);
    for (Membership m : members.values()) {
      if (m.places().size() >= PLACES_MAX) {
        throw new Refused(
            Refused.Reason.LIMIT, "a message is at most " + PLACES_MAX + " times here");
      }
    }
    long modSeq = d.nextModSeq();
    to.keywords = table;
    long[] source = new long[found.size()];
    long[] copies = new long[found.size()];
    for (int i = 0; i < found.size(); i++) {
      Taken t = found.get(i);
      source[i] = t.uid;
      copies[i] = to.append(translated(t.entry, from, to, rights, now), modSeq);
      long email = t.entry.email();
      Membership m = members.get(email).with(new Membership.Place(to.number(), copies[i]));
      members.put(email, m);
      d.put(Keys.id('j', email), m.row());
    }
    return new Changes.Copied(to.before.uidValidity(), source, copies, before, modSeq);
  }

  static Changes.Copied move(
      Account account, MailboxId id, UidSet uids, String target, Rights rights) {
    Changes.Copied all = null;
    for (UidSet step : steps(account, id, uids)) {
      long now = account.nowSeconds();
      Changes.Copied s = account.change(d -> moveStep(d, id, step, target, rights, now));
      if (all == null) {
        all = s;
      } else {
        long before = s.before() == all.modSeq() ? all.before() : -1;
        all =
            new Changes.Copied(
                s.uidValidity(),
                join(all.source(), s.source()),
                join(all.target(), s.target()),
                before,
                s.modSeq());
      }
    }
    return all;
  }

  private static Changes.Copied moveStep(
      Draft d, MailboxId id, UidSet uids, String target, Rights rights, long now) {
    Draft.MailboxDraft from = byId(d, id);
    Draft.MailboxDraft to = existing(d, d.number(target));
    long before = from.highest;
    List<Taken> taken = entries(from, uids, false);
    roomFor(to, taken.size());
    List<String> table = KeywordBits.tableWith(to.keywords, usedKeywords(from, taken, rights));
    if (taken.isEmpty()) {
      return new Changes.Copied(to.before.uidValidity(), new long[0], new long[0], before, before);
    }
    Map<Long, Membership> members = memberships(d, taken);
    long modSeq = d.nextModSeq();
    to.keywords = table;
    long[] source = new long[taken.size()];
    long[] moved = new long[taken.size()];
    take(d, from, taken, modSeq);
    for (int i = 0; i < taken.size(); i++) {
      Taken t = taken.get(i);
      source[i] = t.uid;
      moved[i] = to.append(translated(t.entry, from, to, rights, now), modSeq);
      long email = t.entry.email();
      Membership m = members.get(email).without(new Membership.Place(from.number(), t.uid));
      m = m.with(new Membership.Place(to.number(), moved[i]));
      members.put(email, m);
      d.put(Keys.id('j', email), m.row());
    }
    return new Changes.Copied(to.before.uidValidity(), source, moved, before, modSeq);
  }

  private static List<String> usedKeywords(
      Draft.MailboxDraft box, List<Taken> entries, Rights rights) {
    if (!rights.keywords()) return List.of();
    long low = 0;
    long high = 0;
    for (Taken t : entries) {
      low |= t.entry.low();
      high |= t.entry.high();
    }
    return KeywordBits.names(box.keywords, low, high);
  }

  /// An entry as it comes into another mailbox, saved now (RFC 8514 §3).
  private static Page.Entry translated(
      Page.Entry e, Draft.MailboxDraft from, Draft.MailboxDraft to, Rights rights, long now) {
    List<String> names = List.of();
    if (rights.keywords() && (e.low() != 0 || e.high() != 0)) {
      names = KeywordBits.names(from.keywords, e.low(), e.high());
    }
    return saved(e, now, e.flags() & rights.systemFlags(), KeywordBits.of(to.keywords, names));
  }

  static Page.Entry saved(Page.Entry e, long now, int flags, KeywordBits bits) {
    return new Page.Entry(
        e.email(), e.size(), e.date(), e.zone(), now, flags, bits.low(), bits.high());
  }

  static long[] join(long[] a, long[] b) {
    long[] out = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }

  // ---- steps

  /// `uids` cut at page borders so that one commit does not grow beyond about a megabyte; at least
  /// one step.
  private static List<UidSet> steps(Account account, MailboxId id, UidSet uids) {
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
