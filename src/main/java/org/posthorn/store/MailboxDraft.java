package org.posthorn.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// One mailbox being changed in a [Draft].
final class MailboxDraft {
  private final Draft draft;
  final Mailbox before;
  boolean dirty;
  boolean gone;
  long id;
  long uidNext;
  long highest;
  int count;
  int unseen;
  int deleted;
  long bytes;
  List<String> keywords;
  Set<SpecialUse> specialUse;
  private final TreeMap<Integer, Page> pages = new TreeMap<>();
  private final TreeMap<Integer, Page> replaced = new TreeMap<>();
  private final TreeMap<Integer, Boolean> fixedChanged = new TreeMap<>();

  MailboxDraft(Draft draft, Mailbox before) {
    this.draft = draft;
    this.before = before;
    id = before.data.id();
    uidNext = before.data.uidNext();
    highest = before.data.highestModSeq();
    count = before.data.count();
    unseen = before.data.unseen();
    deleted = before.data.deleted();
    bytes = before.data.bytes();
    keywords = before.data.keywords();
    specialUse = before.data.specialUse();
  }

  int number() {
    return before.number;
  }

  void mark() {
    dirty = true;
    draft.touch();
  }

  /// The page for reading, or null if it has no entries.
  Page peek(int number) {
    Page p = pages.get(number);
    if (p != null) return p.count == 0 ? null : p;
    PageIndex index = before.index();
    int i = index.find(number);
    return i < 0 ? null : before.page(index.pages[i]);
  }

  /// The page as a copy that may be changed.
  Page open(int number, boolean entriesChange) {
    mark();
    Page p = pages.get(number);
    if (p == null) {
      Page old = peek(number);
      if (old != null) replaced.put(number, old);
      p = old == null ? new Page(number, 16) : old.copy();
      pages.put(number, p);
    }
    if (entriesChange) fixedChanged.put(number, true);
    return p;
  }

  /// Numbers of the pages that may hold entries of `set`, ascending; none is empty.
  SortedSet<Integer> pagesOf(UidSet set) {
    SortedSet<Integer> out = new TreeSet<>();
    PageIndex index = before.index();
    int done = -1; // the last page looked at
    for (int range = 0; range < set.ranges(); range++) {
      int from = Math.max(Page.numberOf(set.first(range)), done + 1);
      int to = Page.numberOf(set.last(range));
      if (from > to) continue;
      int i = index.find(from);
      for (i = i < 0 ? -i - 1 : i; i < index.pages.length && index.pages[i].number <= to; i++) {
        out.add(index.pages[i].number);
      }
      out.addAll(pages.subMap(from, true, to, true).keySet());
      done = to;
    }
    out.removeIf(number -> pages.containsKey(number) && pages.get(number).count == 0);
    return out;
  }

  long append(Page.Entry e, long atModSeq) {
    draft.arrived();
    long uid = uidNext++;
    Page p = open(Page.numberOf(uid), true);
    p.add(e, uid, atModSeq);
    count++;
    bytes += e.size();
    if ((e.flags() & Flags.SEEN) == 0) unseen++;
    if ((e.flags() & Flags.DELETED) != 0) deleted++;
    highest = Math.max(highest, atModSeq);
    return uid;
  }

  private Mailbox.Data data(long recentFrom) {
    return new Mailbox.Data(
        id,
        before.data.uidValidity(),
        uidNext,
        highest,
        count,
        unseen,
        deleted,
        bytes,
        Math.max(recentFrom, before.data.recentFrom()),
        keywords,
        specialUse);
  }

  /// Writes the rows and gives the mailbox as it will be.
  Mailbox finish(String name) {
    long recentFrom = draft.account().recent().claimed(number());
    Mailbox.Data data = data(recentFrom);
    draft.put(Keys.mailbox('m', number()), data.row());
    if (pages.isEmpty())
      return new Mailbox(draft.account(), number(), name, data, before.indexRef());
    PageIndex old = before.index();
    List<PageRef> merged = new ArrayList<>(old.pages.length + pages.size());
    int i = 0;
    TreeMap<Integer, Boolean> chunks = new TreeMap<>();
    for (Map.Entry<Integer, Page> e : pages.entrySet()) {
      Page page = e.getValue();
      while (i < old.pages.length && old.pages[i].number < page.number) merged.add(old.pages[i++]);
      boolean had = i < old.pages.length && old.pages[i].number == page.number;
      if (had) {
        old.pages[i].pin(replaced.get(page.number));
        draft.pinned(old.pages[i++]);
      }
      chunks.put(PageIndex.chunkOf(page.number), true);
      if (page.count == 0) {
        if (had) {
          draft.delete(Keys.page('p', number(), page.number));
          draft.delete(Keys.page('f', number(), page.number));
        }
        continue;
      }
      if (fixedChanged.containsKey(page.number)) {
        draft.put(Keys.page('p', number(), page.number), page.fixedRow());
      }
      draft.put(Keys.page('f', number(), page.number), page.changingRow());
      PageRef ref = PageRef.of(page);
      merged.add(ref);
      draft.made(ref);
    }
    while (i < old.pages.length) merged.add(old.pages[i++]);
    PageIndex index = new PageIndex(merged.toArray(PageRef[]::new));
    for (int chunk : chunks.keySet()) {
      byte[] row = index.chunkRow(chunk);
      byte[] key = Keys.page('x', number(), chunk);
      if (row == null) draft.delete(key);
      else draft.put(key, row);
    }
    return new Mailbox(draft.account(), number(), name, data, new PageIndex.Ref(index));
  }
}
