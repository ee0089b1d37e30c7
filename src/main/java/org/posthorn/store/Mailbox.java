package org.posthorn.store;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.posthorn.store.search.Sought;

/// One mailbox as it was at one moment, immutable and consistent. Cheap to hold during a command; a
/// session that waits for its client keeps none.
///
/// Sequence numbers here are those of the present entries; a session adds what it has not told yet.
public final class Mailbox {
  static final int KEYWORDS_MAX = 128;
  private static final int FORMAT = 1;

  /// What row `m` says.
  ///
  /// @param recentFrom first UID that is recent to nobody yet
  record Data(
      long id,
      long uidValidity,
      long uidNext,
      long highestModSeq,
      int count,
      int unseen,
      int deleted,
      long bytes,
      long recentFrom,
      List<String> keywords,
      Set<SpecialUse> specialUse) {

    byte[] row() {
      Pack p = new Pack(96).u8(FORMAT).u64(id).u32(uidValidity).u32(uidNext);
      p.varint(highestModSeq).varint(count).varint(unseen).varint(deleted).varint(bytes);
      p.varint(recentFrom).varint(keywords.size());
      for (String k : keywords) p.text(k);
      p.varint(specialUse.size());
      for (SpecialUse s : specialUse) p.text(s.attribute());
      return p.done();
    }

    static Data decode(byte[] row) {
      Unpack u = Unpack.row(row, FORMAT);
      long id = u.u64();
      long uidValidity = u.u32();
      long uidNext = u.u32();
      long highest = u.varint();
      int count = u.count(0);
      int unseen = u.count(0);
      int deleted = u.count(0);
      long bytes = u.varint();
      long recentFrom = u.varint();
      String[] keywords = new String[u.count(1)];
      for (int i = 0; i < keywords.length; i++) keywords[i] = u.text();
      Set<SpecialUse> use = EnumSet.noneOf(SpecialUse.class);
      for (int i = u.count(1); i > 0; i--) {
        SpecialUse s = SpecialUse.find(u.text());
        if (s != null) use.add(s);
      }
      return new Data(
          id,
          uidValidity,
          uidNext,
          highest,
          count,
          unseen,
          deleted,
          bytes,
          recentFrom,
          List.of(keywords),
          use);
    }
  }

  final Account account;
  final int number;
  final Data data;
  private final String name;
  private final PageIndex.Ref index;

  /// What the user who looks has seen; null for the owner, for whom the pages say it.
  final Seen seen;

  Mailbox(Account account, int number, String name, Data data, PageIndex.Ref index) {
    this(account, number, name, data, index, null);
  }

  private Mailbox(
      Account account, int number, String name, Data data, PageIndex.Ref index, Seen seen) {
    this.account = account;
    this.number = number;
    this.name = name;
    this.data = data;
    this.index = index;
    this.seen = seen;
  }

  /// As somebody sees it who is not the owner.
  Mailbox seenBy(Seen who) {
    return new Mailbox(account, number, name, data, index, who);
  }

  Mailbox named(String newName) {
    return new Mailbox(account, number, newName, data, index);
  }

  PageIndex.Ref indexRef() {
    return index;
  }

  PageIndex index() {
    PageIndex i = index.peek();
    return i != null ? i : PageLoading.index(account, this, index);
  }

  Page page(PageRef ref) {
    Page p = ref.peek();
    return p != null ? p : PageLoading.page(account, this, ref);
  }

  public MailboxId id() {
    return new MailboxId(data.id);
  }

  /// Full name in NFC with `/` between levels; INBOX in upper case.
  public String name() {
    return name;
  }

  public long uidValidity() {
    return data.uidValidity;
  }

  public long uidNext() {
    return data.uidNext;
  }

  public long highestModSeq() {
    return seen == null ? data.highestModSeq : Math.max(data.highestModSeq, seen.highest());
  }

  /// Entries.
  public int count() {
    return data.count;
  }

  /// Entries without `\Seen`.
  public int unseen() {
    return seen == null ? data.unseen : data.count - seen.count(this);
  }

  /// Entries with `\Deleted`.
  public int deleted() {
    return data.deleted;
  }

  /// Sum of sizes in octets (STATUS=SIZE, RFC 8438).
  public long bytes() {
    return data.bytes;
  }

  /// Sum of the sizes of entries with `\Deleted` (RFC 9208 §4.1.4). Reads the pages that have one,
  /// unless none or all are.
  public long deletedBytes() {
    if (data.deleted == 0 || data.deleted == data.count) return data.deleted == 0 ? 0 : data.bytes;
    long sum = 0;
    for (PageRef r : index().pages) {
      if (r.deleted == 0) continue;
      Page p = page(r);
      for (int i = 0; i < p.count; i++) if ((p.flags[i] & Flags.DELETED) != 0) sum += p.size[i];
    }
    return sum;
  }

  /// Names of the keyword bits.
  public List<String> keywords() {
    return data.keywords;
  }

  /// Whether another keyword fits into the table.
  public boolean keywordsFit() {
    return data.keywords.size() < KEYWORDS_MAX;
  }

  public Set<SpecialUse> specialUse() {
    return Set.copyOf(data.specialUse);
  }

  /// The UID of the n-th entry.
  ///
  /// @param seq 1 to [#count]
  public long uidAt(int seq) {
    if (seq < 1 || seq > data.count) throw new IndexOutOfBoundsException(seq);
    PageIndex i = index();
    int p = i.pageOfSeq(seq);
    return page(i.pages[p]).uid[seq - 1 - i.before()[p]];
  }

  /// How many entries have a UID ≤ `uid`.
  public int rank(long uid) {
    if (uid >= data.uidNext - 1) return data.count;
    PageIndex i = index();
    int p = i.find(Page.numberOf(uid));
    if (p < 0) return i.before()[-p - 1];
    return i.before()[p] + page(i.pages[p]).rank(uid);
  }

  public boolean contains(long uid) {
    PageIndex i = index();
    int p = i.find(Page.numberOf(uid));
    return p >= 0 && page(i.pages[p]).find(uid) >= 0;
  }

  /// The first entry without `\Seen`: its UID, or 0.
  public long firstUnseen() {
    if (seen == null && data.unseen == 0) return 0;
    for (PageRef r : index().pages) {
      if (seen == null && r.unseen == 0) continue;
      long first = (long) r.number << Page.SHIFT;
      long last = Math.min(UidSet.UID_MAX, first + Page.ENTRIES - 1);
      EntryCursor c = entries(UidSet.range(Math.max(1, first), last));
      while (c.next()) if ((c.systemFlags() & Flags.SEEN) == 0) return c.uid();
    }
    return 0;
  }

  /// The UIDs of `set` that are present.
  public UidSet present(UidSet set) {
    UidSet.Builder b = new UidSet.Builder();
    EntryCursor c = entries(set);
    while (c.next()) b.add(c.uid());
    return b.build();
  }

  /// UIDs that operations above `modSeq` expunged and that are not here any more, or null if the
  /// log does not reach back so far.
  public UidSet expungedSince(long modSeq) {
    return account.expungedSince(this, modSeq);
  }

  /// What is known of a string in the messages here before their texts are read.
  public Candidates candidates(Sought sought) {
    return new Candidates(this, sought);
  }

  /// Entries of `set`, ascending.
  public EntryCursor entries(UidSet set) {
    return new EntryCursor(this, set, 0);
  }

  /// Entries of `set`, ascending, with notes about their messages.
  ///
  /// @param kinds names of what `maker` makes; the same name always means the same
  public NotedCursor noted(UidSet set, List<String> kinds, NotedCursor.Maker maker) {
    return new NotedCursor(this, set, kinds, maker);
  }

  /// Entries of `set` whose MODSEQ is above `modSeq`; skips pages without change.
  public EntryCursor changedSince(UidSet set, long modSeq) {
    return new EntryCursor(this, set, modSeq);
  }
}
