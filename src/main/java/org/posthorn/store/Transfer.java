package org.posthorn.store;

import static java.lang.System.Logger.Level.DEBUG;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Copies and moves messages into another account. Emails and threads keep their ids (RFC 8474
/// §5.1), and the octets stay where they are: the other account refers to the same blob.
///
/// First the source notes, in a commit of its own, that the blobs may have other users, so that its
/// reaper no longer releases them at once; then the target gets its rows and references. Between
/// the two less time passes than an expunged message's reference stays.
///
/// There is no transaction over two accounts. A MOVE adds to the target, and the same commit asks
/// the courier to take the messages out of the source: whenever the machine dies, they are in one
/// of the two at least, and in the target alone in the end.
final class Transfer {
  private static final System.Logger LOG = System.getLogger("posthorn.store");

  /// Of the outbox rows that ask for messages to be taken out.
  static final String KIND = "move-out";

  private static final int FORMAT = 1;

  /// Octets of message rows in one COPY, which is one commit: some five thousand messages.
  private static final long COPY_OCTETS_MAX = 16L << 20;

  /// Messages of one step of a MOVE. A row has at most some 300 KiB, and mostly two.
  private static final int MOVE_STEP = 256;

  private final Account from;
  private final AccountId user;
  private final MailboxId id;
  private final Account to;
  private final String target;
  private final Rights rights;

  private Transfer(Access from, MailboxId id, Account to, String target, Rights rights) {
    this.from = from.account();
    this.user = from.user();
    this.id = id;
    this.to = to;
    this.target = target;
    this.rights = rights;
  }

  static Changes.Copied copy(
      Access from, MailboxId id, UidSet uids, Account to, String target, Rights rights) {
    return new Transfer(from, id, to, target, rights).step(uids, false);
  }

  static Changes.Copied move(
      Access from, MailboxId id, UidSet uids, Account to, String target, Rights rights) {
    Transfer t = new Transfer(from, id, to, target, rights);
    Changes.Copied all = null;
    for (UidSet step : steps(t.source(), uids)) {
      Changes.Copied s = t.step(step, true);
      all = all == null ? s : all.then(s);
    }
    return all;
  }

  private static List<UidSet> steps(Mailbox box, UidSet uids) {
    List<UidSet> out = new ArrayList<>();
    UidSet.Builder b = new UidSet.Builder();
    int n = 0;
    EntryCursor c = box.entries(uids);
    while (c.next()) {
      b.add(c.uid());
      if (++n % MOVE_STEP == 0) {
        out.add(b.build());
        b = new UidSet.Builder();
      }
    }
    if (n % MOVE_STEP != 0 || n == 0) out.add(b.build());
    return out;
  }

  private Mailbox source() {
    Mailbox box = from.mailbox(id);
    if (box == null) throw new Refused(Refused.Reason.NONEXISTENT, "no such mailbox");
    return box;
  }

  private Changes.Copied step(UidSet uids, boolean leaving) {
    Map<Long, MessageRow> rows = rows(source(), uids);
    Load load = from.change(d -> load(d, uids, rows));
    long loaded = from.nowSeconds();
    Changes.Copied done = to.change(d -> unload(d, load, rows, loaded, leaving));
    if (!leaving || done.source().length == 0) return done;
    if (!to.store().courier().carryAll(to.id())) {
      throw new StoreUnavailable("moved messages are still in the source, too", null);
    }
    Mailbox left = from.mailbox(id);
    long modSeq = left == null ? load.before : left.highestModSeq();
    return new Changes.Copied(
        done.uidValidity(), done.source(), done.target(), load.before, modSeq);
  }

  // ---- the source

  /// The message rows by email; they are written once, so nobody need be held up while they are
  /// read.
  private Map<Long, MessageRow> rows(Mailbox box, UidSet uids) {
    Map<Long, MessageRow> rows = new LinkedHashMap<>();
    EntryCursor c = box.entries(uids);
    while (c.next()) rows.put(c.emailId(), null);
    if (rows.size() > Copying.COPY_MAX) throw tooMany();
    long[] emails = rows.keySet().stream().mapToLong(Long::longValue).toArray();
    long octets = 0;
    for (int i = 0; i < emails.length; ) {
      int next = Math.min(emails.length - i, Account.MESSAGES_MAX);
      for (MessageRow row : from.messages(emails, i, next)) {
        rows.put(emails[i++], row);
        octets += row == null ? 0 : row.row().length;
      }
      if (octets > COPY_OCTETS_MAX) throw tooMany();
    }
    return rows;
  }

  private static Refused tooMany() {
    return new Refused(Refused.Reason.LIMIT, "too many messages at once for another account");
  }

  /// What goes over, and with which keywords.
  private record Load(List<MessageChanges.Taken> taken, List<String> keywords, long before) {}

  private Load load(Draft d, UidSet uids, Map<Long, MessageRow> rows) {
    MailboxDraft box = MessageChanges.byId(d, id);
    List<MessageChanges.Taken> taken = MessageChanges.entries(box, uids, false);
    taken.removeIf(t -> rows.get(t.entry().email()) == null);
    Seen.Edit own = d.seen(box.number(), user);
    taken.replaceAll(t -> t.asSeenBy(own));
    List<byte[]> uses = new ArrayList<>();
    Set<Long> seen = new HashSet<>();
    for (MessageChanges.Taken t : taken) {
      long email = t.entry().email();
      if (seen.add(email)) uses.add(Keys.pair('b', rows.get(email).blob(), email));
    }
    List<byte[]> found = d.getAll(uses);
    for (int i = 0; i < uses.size(); i++) {
      byte[] row = found.get(i);
      if (row == null || !BlobUse.shared(row)) d.put(uses.get(i), BlobUse.row(true));
    }
    return new Load(taken, box.keywords, box.highest);
  }

  // ---- the target

  private Changes.Copied unload(
      Draft d, Load load, Map<Long, MessageRow> rows, long loaded, boolean leaving) {
    if (to.nowSeconds() - loaded > MessageChanges.GRACE_SECONDS / 2) {
      throw new StoreUnavailable("the copy took too long", null);
    }
    MailboxDraft box = MessageChanges.existing(d, d.number(target));
    List<MessageChanges.Taken> taken = load.taken;
    MessageChanges.roomFor(box, taken.size());
    Map<Long, Membership> members = members(d, taken);
    long octets = 0;
    Set<Long> fresh = new HashSet<>();
    for (MessageChanges.Taken t : taken) {
      long email = t.entry().email();
      if (members.get(email) == null && fresh.add(email)) octets += t.entry().size();
    }
    d.needRoom(fresh.size(), octets);
    List<String> table = KeywordBits.tableWith(box.keywords, keywords(load));
    List<byte[]> graves = graves(d, fresh);
    if (taken.isEmpty()) {
      return new Changes.Copied(
          box.before.uidValidity(), new long[0], new long[0], load.before, load.before);
    }

    long modSeq = d.nextModSeq();
    box.keywords = table;
    graves.forEach(d::delete);
    for (long email : fresh) settle(d, rows.get(email));
    d.usedBytes += octets;
    d.emails += fresh.size();
    long[] source = new long[taken.size()];
    long[] copies = new long[taken.size()];
    UidSet.Builder leave = new UidSet.Builder();
    for (int i = 0; i < source.length; i++) {
      MessageChanges.Taken t = taken.get(i);
      long email = t.entry().email();
      source[i] = t.uid();
      leave.add(t.uid());
      copies[i] = MessageChanges.add(d, box, entry(t.entry(), load, table), user, modSeq);
      Membership before = members.get(email);
      Membership m = before == null ? new Membership(modSeq, List.of()) : before;
      members.put(email, m.with(new Membership.Place(box.number(), copies[i])));
    }
    members.forEach((email, m) -> d.put(Keys.id('j', email), m.row()));
    if (leaving) Courier.write(d, KIND, leaving(leave.build()));
    return new Changes.Copied(box.before.uidValidity(), source, copies, load.before, load.before);
  }

  /// Where the emails are in the target already; null for one that is not there.
  private static Map<Long, Membership> members(Draft d, List<MessageChanges.Taken> taken) {
    Map<Long, Membership> out = new LinkedHashMap<>();
    for (MessageChanges.Taken t : taken) out.put(t.entry().email(), null);
    List<Long> emails = List.copyOf(out.keySet());
    List<byte[]> rows = d.getAll(emails.stream().map(e -> Keys.id('j', e)).toList());
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i) == null) continue;
      Membership m = Membership.decode(rows.get(i));
      if (m.places().size() >= Copying.PLACES_MAX) {
        throw new Refused(
            Refused.Reason.LIMIT,
            "a message is at most " + Copying.PLACES_MAX + " times in an account");
      }
      out.put(emails.get(i), m);
    }
    return out;
  }

  /// Keys of the graves of emails that were in the target before and come back.
  private static List<byte[]> graves(Draft d, Set<Long> fresh) {
    List<Long> emails = List.copyOf(fresh);
    List<byte[]> rows = d.getAll(emails.stream().map(e -> Keys.id('e', e)).toList());
    Set<Long> back = new HashSet<>();
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i) != null) back.add(emails.get(i));
    }
    List<byte[]> out = new ArrayList<>();
    if (back.isEmpty()) return out;
    for (byte[] key : d.keys(Keys.of('g'), Keys.of('h'))) {
      if (back.contains(Keys.u64(key, 9))) out.add(key);
    }
    return out;
  }

  private static void settle(Draft d, MessageRow row) {
    long email = row.email().value();
    byte[] key = Keys.id('e', email);
    if (d.get(key) == null) d.fact(key, row.row());
    d.put(Keys.pair('b', row.blob(), email), BlobUse.row(true));
    Threads.adopt(d, row);
  }

  private List<String> keywords(Load load) {
    long low = 0;
    long high = 0;
    for (MessageChanges.Taken t : load.taken) {
      low |= t.entry().low();
      high |= t.entry().high();
    }
    return rights.keywords() ? KeywordBits.names(load.keywords, low, high) : List.of();
  }

  private Page.Entry entry(Page.Entry e, Load load, List<String> table) {
    List<String> names =
        rights.keywords() ? KeywordBits.names(load.keywords, e.low(), e.high()) : List.of();
    return Copying.saved(
        e, to.nowSeconds(), e.flags() & rights.systemFlags(), KeywordBits.of(table, names));
  }

  // ---- leaving

  private byte[] leaving(UidSet uids) {
    Pack p = new Pack(32).u8(FORMAT).u64(from.id().value()).u64(id.value()).varint(uids.ranges());
    for (int r = 0; r < uids.ranges(); r++) {
      p.varint(uids.first(r)).varint(uids.last(r) - uids.first(r));
    }
    return p.done();
  }

  /// Takes messages out of the account that they were moved from. A UID is never given twice, so
  /// doing it again does nothing.
  record Leaving(Store store) implements Courier.Carrier {
    @Override
    public void carry(AccountId movedTo, long row, byte[] payload) {
      Unpack u = Unpack.row(payload, FORMAT);
      AccountId source = new AccountId(u.u64());
      MailboxId mailbox = new MailboxId(u.u64());
      UidSet.Builder uids = new UidSet.Builder();
      for (int n = u.count(2); n > 0; n--) {
        long first = u.varint();
        uids.add(first, first + u.varint());
      }
      Account account = store.account(source);
      if (account == null || account.mailbox(mailbox) == null) return;
      try {
        account.remove(mailbox, uids.build());
      } catch (Refused e) {
        LOG.log(DEBUG, "moved-from-nowhere account={0}", source); // deleted meanwhile
      }
    }
  }
}
