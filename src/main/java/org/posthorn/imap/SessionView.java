package org.posthorn.imap;

import java.io.IOException;
import java.util.Set;
import java.util.TreeMap;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.SequenceSet;
import org.posthorn.store.Access;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Mailbox;
import org.posthorn.store.MailboxId;
import org.posthorn.store.Rights;
import org.posthorn.store.Rights.Right;
import org.posthorn.store.UidSet;

/// The selected mailbox as this client knows it.
///
/// The client's messages are the entries up to [#uidLimit] that are present, and those that are
/// gone without the client having been told, [#pending]; in the order of their UIDs they bear the
/// numbers 1 to [#count]. So the view needs no list of messages: a number is found by rank in the
/// mailbox's pages plus rank in `pending`.
///
/// A command works on one state of the mailbox, from [#begin] to [#tell] or [#release]; a session
/// that waits for its client holds none (STORE.md 5).
public final class SessionView {
  /// A session further behind than this is sent away; the client selects again.
  private static final long PENDING_MAX = 100_000;

  /// Ranges of UIDs that a session keeps for `$`: 1 MiB.
  private static final int SAVED_MAX = 65_536;

  private final Account account;
  private final MailboxId id;

  /// Who looks at it.
  private final AccountId user;

  /// Opened with EXAMINE.
  private final long uidValidity;

  private final boolean readOnly;

  /// Whether what is recent is claimed: not by those who can only look (RFC 3501 §6.3.2).
  private final boolean claims;

  /// What the user may do, as of the command under way.
  private Rights rights;

  /// With which PERMANENTFLAGS was told.
  private Rights rightsTold;

  /// The state a command works on; null between commands.
  private Mailbox head;

  /// Entries with a UID above have not been told by EXISTS.
  private long uidLimit;

  /// Expunged, numbered still, and not told yet.
  private UidSet pending = UidSet.EMPTY;

  /// `pending` is complete up to this MODSEQ.
  private long synced;

  /// Flag changes are told up to this MODSEQ.
  private long told;

  /// Told by EXISTS, minus what was told by EXPUNGE.
  private int count;

  /// Recent for this session alone; may hold UIDs that are gone.
  private UidSet recent = UidSet.EMPTY;

  /// What the last search has saved as `$` (RFC 5182 §2.1). May hold UIDs that are gone without the
  /// client's knowing.
  private UidSet saved = UidSet.EMPTY;

  private final Watches watches = new Watches();

  private UidSet ownArrivals = UidSet.EMPTY;

  private int keywordsTold;

  /// What the client has switched on so far; the session's own set.
  private final Manner manner;

  /// Up to here the client has been told everything, while there are pending ones.
  private long pendingFrom;

  /// What the command under way has told of flags: first UID of a run → the run.
  private final TreeMap<Long, Run> toldNow = new TreeMap<>();

  /// @param exactly whether only what changed in the operation `modSeq` itself is known
  private record Run(UidSet uids, long modSeq, boolean exactly) {}

  /// Opens a mailbox; the caller writes what SELECT tells.
  ///
  /// @param readOnly whether the client wants to change nothing
  public SessionView(Place place, AccountId user, boolean readOnly, Set<Extension> enabled) {
    this.manner = new Manner(enabled);
    this.account = place.account();
    this.id = place.box().id();
    this.user = user;
    this.rights = place.rights();
    this.rightsTold = rights;
    this.readOnly = readOnly;
    this.claims = !isReadOnly();
    // Claimed first: what arrives in between is recent for us, too.
    long from = claims ? account.claimRecent(id) : account.recentFrom(id);
    head = now();
    if (head == null) {
      throw CommandException.no("NONEXISTENT", "No such mailbox");
    }
    uidValidity = head.uidValidity();
    uidLimit = head.uidNext() - 1;
    count = head.count();
    synced = head.highestModSeq();
    told = synced;
    keywordsTold = head.keywords().size();
    if (from <= uidLimit) {
      recent = UidSet.range(Math.max(1, from), uidLimit);
    }
  }

  // ---- a command's state

  /// Takes the mailbox as it is now for the command to work on.
  public void begin() {
    Mailbox now = now();
    if (now == null) {
      // As Dovecot does: there is nothing that a session could still be told.
      throw CommandException.bye(null, "The selected mailbox was deleted");
    }
    if (now.uidValidity() != uidValidity) {
      // Its messages are in another mailbox now, and it counts anew.
      throw CommandException.bye(null, "INBOX was renamed, select it again");
    }
    rights = account.rights(id, user);
    if (!rights.has(Right.READ)) {
      // RFC 4314 §5.1.1: most clients would not understand that every command fails
      throw CommandException.bye(null, "The selected mailbox may not be read any more");
    }
    head = now;
    if (now.highestModSeq() == synced) {
      return;
    }
    UidSet gone = now.expungedSince(synced);
    if (gone == null || pending.size() + gone.size() > PENDING_MAX) {
      throw CommandException.bye(null, "Too many changes, select the mailbox again");
    }
    if (!gone.isEmpty()) {
      pendingFrom = pending.isEmpty() ? Math.min(synced, told) : pendingFrom;
      pending = pending.union(gone.intersect(known()));
    }
    synced = now.highestModSeq();
  }

  /// What the client may take for HIGHESTMODSEQ: it has been told of everything up to there. Never
  /// 0, which would mean that there are no MODSEQs.
  public long knownModSeq() {
    return Math.max(1, pending.isEmpty() ? told : Math.min(told, pendingFrom));
  }

  /// Flag changes are told up to this MODSEQ.
  public long told() {
    return told;
  }

  /// Lets go of the state. What the command has told is forgotten even if nothing else is told, as
  /// after NOTIFY NONE.
  public void release() {
    head = null;
    toldNow.clear();
  }

  /// The state that the command works on.
  public Mailbox head() {
    return head;
  }

  /// The mailbox as it is now, which may be later than [#head]; null if it was deleted.
  public Mailbox now() {
    return access().mailbox(id);
  }

  /// The account as this user changes it.
  public Access access() {
    return account.by(user);
  }

  /// Whose mailbox it is.
  public Account account() {
    return account;
  }

  public MailboxId id() {
    return id;
  }

  /// Whether it was opened with EXAMINE.
  public boolean readOnly() {
    return readOnly;
  }

  /// What the user may do; looked up anew for each command.
  public Rights rights() {
    return rights;
  }

  /// Whether it is READ-ONLY to the client (RFC 4314 §5.2). Who may change his own `\Seen` alone
  /// changes nothing that others see; PERMANENTFLAGS says that he may.
  public boolean isReadOnly() {
    return readOnly
        || !rights.hasAny(Right.INSERT, Right.EXPUNGE, Right.WRITE, Right.DELETE_MESSAGES);
  }

  /// Messages as the client counts them.
  public int count() {
    return count;
  }

  public UidSet pending() {
    return pending;
  }

  /// Messages with a higher UID have not been told.
  public long uidLimit() {
    return uidLimit;
  }

  /// The client's own command has put these messages here.
  public void arrivedByOwn(UidSet uids) {
    ownArrivals = uids;
  }

  /// Of the messages told last, those the client has put here itself.
  public UidSet ownArrivals() {
    return ownArrivals;
  }

  /// All UIDs that the client can know of.
  public UidSet known() {
    return uidLimit == 0 ? UidSet.EMPTY : UidSet.range(1, uidLimit);
  }

  // ---- numbers

  /// The sequence number of a message the client knows.
  public long seq(long uid) {
    return head.rank(uid) + pending.rank(uid);
  }

  /// The UID of the message with this number.
  ///
  /// @param seq 1 to [#count]
  public long uidAt(long seq) {
    long before = 0; // pending ones below the range looked at
    for (int r = 0; r < pending.ranges(); r++) {
      long first = pending.first(r);
      long size = pending.last(r) - first + 1;
      long firstSeq = head.rank(first) + before + 1;
      if (seq < firstSeq) {
        break;
      }
      if (seq < firstSeq + size) {
        return first + seq - firstSeq;
      }
      before += size;
    }
    return head.uidAt((int) (seq - before));
  }

  /// The UIDs a command means; those of no message the client knows are left out for UIDs, and an
  /// error for sequence numbers.
  public UidSet resolve(SequenceSet set, boolean uids) {
    if (set.saved()) {
      return saved();
    }
    if (uids) {
      return resolveUids(set);
    }
    long[] ranges = set.resolve(count);
    if (count == 0) {
      // RFC 3501 §9 would have BAD for "*" in an empty mailbox; clients ask for 1:* all the same.
      if (ranges[0] == 0 && ranges[1] <= 1) {
        return UidSet.EMPTY;
      }
    }
    if (ranges[0] == 0 || ranges[ranges.length - 1] > count) {
      throw CommandException.bad("No message has that number"); // RFC 3501 §9, seq-number
    }
    return ofNumbers(ranges);
  }

  /// As [#resolve], but a number without message is no error: SEARCH finds nothing there.
  public UidSet resolveLeniently(SequenceSet set) {
    if (set.saved()) {
      return saved();
    }
    var b = new UidSet.Builder();
    long[] ranges = set.resolve(count);
    for (int i = 0; i < ranges.length; i += 2) {
      long from = Math.max(1, ranges[i]);
      long to = Math.min(count, ranges[i + 1]);
      if (from <= to) {
        b.add(uidAt(from), uidAt(to));
      }
    }
    return b.build();
  }

  /// What has been saved and not been expunged since, whether the client knows or not.
  private UidSet saved() {
    return saved.minus(pending);
  }

  /// Sets what `$` means; NO, and nothing, if that is too much to keep (RFC 5182 §2.5).
  public void save(UidSet uids) {
    saved = UidSet.EMPTY;
    if (uids.ranges() > SAVED_MAX) {
      throw CommandException.no("NOTSAVED", "The result is too large to be saved");
    }
    saved = uids;
  }

  private UidSet ofNumbers(long[] ranges) {
    var b = new UidSet.Builder();
    for (int i = 0; i < ranges.length; i += 2) {
      b.add(uidAt(ranges[i]), uidAt(ranges[i + 1]));
    }
    return b.build();
  }

  private UidSet resolveUids(SequenceSet set) {
    // RFC 3501 §9: "*" is the UID of the last message, or UIDNEXT in an empty mailbox
    long star = count > 0 ? uidAt(count) : uidLimit + 1;
    return resolveUids(set, star);
  }

  private UidSet resolveUids(SequenceSet set, long star) {
    var b = new UidSet.Builder();
    long[] ranges = set.resolve(star);
    for (int i = 0; i < ranges.length; i += 2) {
      long to = Math.min(uidLimit, ranges[i + 1]);
      if (ranges[i] <= to) {
        b.add(Math.max(1, ranges[i]), to);
      }
    }
    return b.build();
  }

  /// Results that the client wants to hear of.
  public Watches watches() {
    return watches;
  }

  // ---- recent

  public boolean isRecent(long uid) {
    return recent.contains(uid);
  }

  /// Whether the flags of a message are told with `\Recent`.
  public boolean showsRecent(long uid) {
    return manner.recent() && recent.contains(uid);
  }

  /// How many of the client's messages are recent.
  public long recentCount() {
    long n = 0;
    for (int r = 0; r < recent.ranges(); r++) {
      long below = recent.first(r) - 1;
      n += head.rank(Math.min(uidLimit, recent.last(r))) - (below == 0 ? 0 : head.rank(below));
    }
    return n + recent.intersect(pending).size();
  }

  // ---- telling

  /// The command has told the flags of these messages as they were at `modSeq`. Calls come in
  /// ascending order of UIDs.
  public void toldFlags(UidSet uids, long modSeq) {
    if (!uids.isEmpty()) {
      toldNow.put(uids.first(), new Run(uids, modSeq, false));
    }
  }

  /// The client itself changed these messages' flags in the operation `modSeq` and wants to hear
  /// nothing.
  public void toldSilently(UidSet uids, long modSeq) {
    if (!uids.isEmpty()) {
      toldNow.put(uids.first(), new Run(uids, modSeq, true));
    }
  }

  private boolean wasTold(long uid, long modSeq) {
    var entry = toldNow.floorEntry(uid);
    if (entry == null || !entry.getValue().uids.contains(uid)) {
      return false;
    }
    Run run = entry.getValue();
    return run.exactly ? modSeq == run.modSeq : modSeq <= run.modSeq;
  }

  /// Those of `uids` whose flags have changed, in the command's state, without the client's having
  /// been told.
  public UidSet untold(UidSet uids) {
    var b = new UidSet.Builder();
    EntryCursor c = head.changedSince(uids, told);
    while (c.next()) {
      b.add(c.uid());
    }
    return b.build();
  }

  /// VANISHED (EARLIER) and the flags of what has changed since `modSeq`, for a client that comes
  /// back (RFC 7162 §3.2.5.1).
  public void resync(ImapWriter out, UidSet known, long modSeq, UidSet unneeded)
      throws IOException {
    UidSet gone = head.expungedSince(modSeq);
    if (gone == null) {
      gone = known.minus(head.present(known)).minus(unneeded);
    }
    writeEarlier(out, gone.intersect(known));
    EntryCursor c = head.changedSince(known, modSeq);
    FlagWriter flags = new FlagWriter(head);
    while (c.next()) {
      writeFlags(out, c, flags);
    }
  }

  /// Those of `uids` that vanished after `modSeq`, apart from what is to be told as new (RFC 7162
  /// §3.2.6). Where the log of expunges does not reach back so far, all that are missing.
  public void tellEarlier(ImapWriter out, UidSet uids, long modSeq) throws IOException {
    UidSet gone = head.expungedSince(modSeq);
    if (gone == null) {
      gone = uids.minus(head.present(uids));
    }
    writeEarlier(out, gone.intersect(uids).minus(pending));
  }

  private static void writeEarlier(ImapWriter out, UidSet gone) throws IOException {
    if (!gone.isEmpty()) {
      out.untagged().raw("VANISHED (EARLIER) ").raw(gone.toString()).crlf();
    }
  }

  /// Writes what happened to the mailbox and the client does not know: expunges if they are allowed
  /// now, new messages, new keywords, flags (RFC 3501 §5.2, §7.4.1).
  ///
  /// @param flags whether changed flags are told; if not, they are passed over for good
  public void tell(ImapWriter out, boolean expunges, boolean flags) throws IOException {
    begin();
    if (head.highestModSeq() == told && pending.isEmpty() && head.uidNext() - 1 == uidLimit) {
      tellKeywords(out);
      toldNow.clear();
      return;
    }
    long limitBefore = uidLimit;
    long toldBefore = told;
    watches.tellGone(pending); // RFC 5267 §4.3.4: before the numbers change
    if (expunges && !pending.isEmpty()) {
      tellExpunges(out);
    }
    tellKeywords(out);
    tellArrivals(out);
    if (head.highestModSeq() != told) {
      if (flags && limitBefore > 0) {
        tellFlags(out, limitBefore);
      }
      told = head.highestModSeq();
    }
    toldNow.clear();
    watches.tellChanged(head, known(), toldBefore);
    if (manner.resyncs() && !pending.isEmpty()) {
      // RFC 7162 §6: what it has heard of later changes must not make the client miss these
      out.untagged()
          .raw("OK [HIGHESTMODSEQ ")
          .number(knownModSeq())
          .raw("] ")
          .text("Expunges to come");
      out.crlf();
    }
  }

  private void tellExpunges(ImapWriter out) throws IOException {
    boolean vanished = manner.vanished();
    if (vanished) {
      out.untagged().raw("VANISHED ").raw(pending.toString()).crlf();
    }
    for (int r = 0; !vanished && r < pending.ranges(); r++) {
      // Ascending: the ones below have been told, so each of a range bears the number of its first.
      long seq = head.rank(pending.first(r)) + 1L;
      for (long u = pending.first(r); u <= pending.last(r); u++) {
        out.untagged().number(seq).raw(" EXPUNGE\r\n");
      }
    }
    count -= (int) pending.size();
    recent = recent.minus(pending);
    saved = saved.minus(pending);
    pending = UidSet.EMPTY;
  }

  private void tellArrivals(ImapWriter out) throws IOException {
    long last = head.uidNext() - 1;
    if (last <= uidLimit) {
      return;
    }
    long from = claims ? account.claimRecent(id) : account.recentFrom(id);
    from = Math.max(from, uidLimit + 1);
    if (from <= last) {
      recent = recent.union(UidSet.range(from, last));
    }
    uidLimit = last;
    int all = head.count() + (int) pending.size();
    if (all != count) {
      count = all;
      out.untagged().number(count).raw(" EXISTS\r\n");
      if (manner.recent()) {
        out.untagged().number(recentCount()).raw(" RECENT\r\n");
      }
    }
  }

  /// Tells of new keywords before flags that may use them, and of other rights (RFC 4314 §5.1.1).
  public void tellKeywords(ImapWriter out) throws IOException {
    boolean sameRights =
        readOnly
            || (rights.systemFlags() == rightsTold.systemFlags()
                && rights.keywords() == rightsTold.keywords());
    if (head.keywords().size() != keywordsTold || !sameRights) {
      writeFlagNames(out);
    }
  }

  /// FLAGS and PERMANENTFLAGS, at SELECT and when there are new keywords.
  public void writeFlagNames(ImapWriter out) throws IOException {
    keywordsTold = head.keywords().size();
    rightsTold = rights;
    FlagWriter.names(out, head, readOnly ? Rights.NONE : rights);
  }

  private void tellFlags(ImapWriter out, long upTo) throws IOException {
    EntryCursor c = head.changedSince(UidSet.range(1, upTo), told);
    FlagWriter flags = null;
    while (c.next()) {
      if (wasTold(c.uid(), c.modSeq())) {
        continue;
      }
      if (flags == null) {
        flags = new FlagWriter(head);
      }
      writeFlags(out, c, flags);
    }
  }

  /// The beginning of a FETCH response, or of UIDFETCH, which has the UID in it (RFC 9586 §3).
  ///
  /// @param seq the message's number
  public ImapWriter beginFetch(ImapWriter out, long uid, long seq) throws IOException {
    return manner.uidsOnly()
        ? out.untagged().number(uid).raw(" UIDFETCH (")
        : out.untagged().number(seq).raw(" FETCH (");
  }

  /// The FETCH response nobody asked for.
  private void writeFlags(ImapWriter out, EntryCursor c, FlagWriter flags) throws IOException {
    beginFetch(out, c.uid(), seq(c.uid()));
    if (!manner.uidsOnly()) {
      out.raw("UID ").number(c.uid()).space();
    }
    out.raw("FLAGS ");
    flags.write(out, c.systemFlags(), c.keywordsLow(), c.keywordsHigh(), showsRecent(c.uid()));
    if (manner.modSeqs()) {
      out.raw(" MODSEQ (").number(c.modSeq()).raw(")"); // RFC 7162 §3.2.4
    }
    out.raw(")\r\n");
  }
}
