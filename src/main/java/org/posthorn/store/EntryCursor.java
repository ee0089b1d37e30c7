package org.posthorn.store;

/// Walks the entries of one mailbox in ascending UID order, without an object per message.
///
/// Begins before the first entry. The columns are valid after [#next] returned true. One thread.
public final class EntryCursor {
  private final Mailbox mailbox;
  private final PageIndex index;
  private final UidSet set;
  private final long above;
  private int range;
  private int nextPage;
  private Page page;

  /// Of that page, what the user has seen; null if nothing, or if the page says it.
  private Seen.Marks marks;

  private int at;

  EntryCursor(Mailbox mailbox, UidSet set, long aboveModSeq) {
    this.mailbox = mailbox;
    this.set = set;
    this.above = aboveModSeq;
    this.index = set.isEmpty() || mailbox.count() == 0 ? PageIndex.EMPTY : mailbox.index();
  }

  public boolean next() {
    at++;
    while (true) {
      if (page == null || at >= page.count) {
        if (!turn()) return false;
      }
      long uid = page.uid[at];
      while (set.last(range) < uid) if (++range == set.ranges()) return end();
      if (set.first(range) > uid) {
        // Jump to where the range begins: in this page, or far behind it.
        at = page.rank(set.first(range) - 1);
      } else if (modSeq() <= above) {
        at++;
      } else {
        return true;
      }
    }
  }

  private boolean end() {
    page = null;
    nextPage = index.pages.length;
    return false;
  }

  /// Goes to the next page that can hold an entry of the set.
  private boolean turn() {
    while (range < set.ranges() && nextPage < index.pages.length) {
      PageRef ref = index.pages[nextPage];
      long first = (long) ref.number << Page.SHIFT;
      if (set.last(range) < first) {
        range++;
      } else if (Page.numberOf(set.first(range)) > ref.number) {
        int p = index.find(Page.numberOf(set.first(range)));
        nextPage = p < 0 ? -p - 1 : p;
      } else if (highest(ref) <= above) {
        nextPage++;
      } else {
        nextPage++;
        page = mailbox.page(ref);
        marks = mailbox.seen == null ? null : mailbox.seen.marks(ref.number);
        at = 0;
        return page.count > 0 || turn();
      }
    }
    return end();
  }

  private long highest(PageRef ref) {
    return mailbox.seen == null
        ? ref.highest
        : Math.max(ref.highest, mailbox.seen.highest(ref.number));
  }

  public long uid() {
    return page.uid[at];
  }

  /// RFC822.SIZE in octets.
  public long size() {
    return page.size[at];
  }

  /// INTERNALDATE in seconds since 1970 UTC.
  public long internalDate() {
    return page.date[at];
  }

  /// The zone INTERNALDATE was given in, minutes east of UTC.
  public int zoneMinutes() {
    return (int) page.zone[at];
  }

  /// SAVEDATE (RFC 8514) in seconds since 1970 UTC.
  public long saveDate() {
    return page.saved[at];
  }

  public long emailId() {
    return page.email[at];
  }

  /// Bits of [Flags].
  public int systemFlags() {
    int flags = (int) page.flags[at];
    if (mailbox.seen == null) return flags;
    boolean has = marks != null && marks.has(page.uid[at]);
    return has ? flags | Flags.SEEN : flags & ~Flags.SEEN;
  }

  /// Bit i is the i-th name of [Mailbox#keywords]; keywords 0 to 63.
  public long keywordsLow() {
    return page.low[at];
  }

  /// Keywords 64 to 127.
  public long keywordsHigh() {
    return page.high[at];
  }

  public long modSeq() {
    return marks == null ? page.modSeq[at] : Math.max(page.modSeq[at], marks.modSeq(page.uid[at]));
  }
}
