package org.posthorn.store;

/// What the index of a mailbox knows of one page, and the page itself while the cache holds it.
///
/// A reader with an old head must not see newer columns. So whoever changes a page first loads it
/// here and pins it before the commit is handed over: from then on this reference answers with the
/// old page, whatever the disk says. A page that was not replaced can be dropped and read again,
/// for the disk has the same.
final class PageRef {
  final int number;
  final int count;
  final int unseen;
  final int deleted;
  final long highest;

  private Page page; // guarded by this
  private boolean pinned; // guarded by this: replaced by a newer version, so never dropped
  private boolean used; // guarded by this

  PageRef(int number, int count, int unseen, int deleted, long highest) {
    this.number = number;
    this.count = count;
    this.unseen = unseen;
    this.deleted = deleted;
    this.highest = highest;
  }

  static PageRef of(Page p) {
    PageRef r = new PageRef(p.number, p.count, p.unseen(), p.deleted(), p.highest());
    r.page = p;
    return r;
  }

  /// The page if it is in memory.
  synchronized Page peek() {
    used = true;
    return page;
  }

  /// Keeps what a reader read from disk, unless a writer was here before.
  synchronized Page offer(Page read) {
    if (page == null) page = read;
    used = true;
    return page;
  }

  /// Before a commit that replaces this version.
  ///
  /// @param current what the copy was made from; the cache may have dropped it since
  synchronized void pin(Page current) {
    if (page == null) page = current;
    pinned = true;
  }

  /// The commit did not happen.
  synchronized void unpin() {
    pinned = false;
  }

  /// Tries to let the page go. Weight freed; 0 if it was used since the last try; -1 if it is not
  /// the cache's any more.
  synchronized int drop() {
    if (page == null || pinned) return -1;
    if (used) {
      used = false;
      return 0;
    }
    int weight = page.weight();
    page = null;
    return weight;
  }
}
