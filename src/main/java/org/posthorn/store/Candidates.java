package org.posthorn.store;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLongArray;
import org.posthorn.mime.MessageText;
import org.posthorn.store.search.Found;
import org.posthorn.store.search.SearchIndex;
import org.posthorn.store.search.Sought;

/// What is known, without reading texts, of one string in the messages of one mailbox: from earlier
/// searches, and from the index. What [#read] finds is remembered, so that nobody reads it again
/// for the same string.
///
/// For one run of a search; one thread. The index is asked when the first message comes that
/// earlier searches did not see.
public final class Candidates {
  /// Whether a message contains the string.
  public enum Verdict {
    YES,
    NO,
    /// The text must be read.
    OPEN
  }

  private final Sought sought;
  private final Verdicts.Known known;
  private final Mailbox mailbox;
  private Found found; // null: the index was not asked yet, or there is none
  private int pageNumber = -1;
  private AtomicLongArray page; // of pageNumber; null if nothing is known of it

  Candidates(Mailbox mailbox, Sought sought) {
    this.mailbox = mailbox;
    this.sought = sought;
    known = mailbox.account.store().verdicts().of(mailbox.id(), sought);
  }

  /// @param email that the UID means
  public Verdict of(long uid, long email) {
    turn(uid);
    if (page != null) {
      if (Verdicts.Known.yes(page, uid)) return Verdict.YES;
      if (Verdicts.Known.no(page, uid)) return Verdict.NO;
    }
    SearchIndex index = mailbox.account.store().index();
    if (index == null) return Verdict.OPEN;
    if (found == null) found = index.find(mailbox.account.id().value(), mailbox.number, sought);
    boolean must = found.must(email);
    if (!must && found.may(uid, email)) return Verdict.OPEN;
    note(uid, must);
    return must ? Verdict.YES : Verdict.NO;
  }

  /// Reads whether the message of an open one contains the string.
  public boolean read(long uid, MessageText text) throws IOException {
    boolean contains = sought.in(text);
    note(uid, contains);
    return contains;
  }

  private void note(long uid, boolean contains) {
    turn(uid);
    if (page == null) page = known.pageToAdd(pageNumber);
    Verdicts.Known.add(page, uid, contains);
  }

  private void turn(long uid) {
    int number = Page.numberOf(uid);
    if (number == pageNumber) return;
    pageNumber = number;
    page = known.page(number);
  }
}
