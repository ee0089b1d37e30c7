package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Watch;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.store.UidSet;

/// What a SEARCH has found, kept up to date for its client (RFC 5267 §4.3). The client keeps the
/// result in the mailbox's order, so all changes are at position 0.
final class SearchContext implements Watch {
  private final Question question;
  private UidSet result;

  /// What `*` meant the last time.
  private UidSet star;

  private SearchContext(Question question, UidSet result) {
    this.question = question;
    this.result = result;
    this.star = question.star();
  }

  /// Begins to watch what `run` has found, or tells the client that it will not.
  static void open(ImapSession s, SearchRun run, UidSet found, boolean uid) throws IOException {
    Question q = Question.of(s, run, uid);
    if (!s.view().watches().add(new SearchContext(q, found))) {
      q.refuse("Too many contexts");
    }
  }

  @Override
  public String tag() {
    return question.tag();
  }

  @Override
  public long weight() {
    return question.weight() + (long) Question.RANGE * result.ranges();
  }

  @Override
  public void gone(UidSet uids) throws IOException {
    UidSet removed = result.intersect(uids);
    if (!removed.isEmpty()) {
      result = result.minus(removed);
      tell(removed, UidSet.EMPTY);
    }
  }

  @Override
  public boolean changed(UidSet uids) throws IOException {
    UidSet starNow = question.star();
    UidSet asked = uids.union(star).union(starNow);
    star = starNow;
    Question.Change change = question.change(result, asked);
    if (change == null) {
      return false;
    }
    UidSet removed = change.removed();
    UidSet added = change.added();
    if (removed.isEmpty() && added.isEmpty()) {
      return true;
    }
    result = result.minus(removed).union(added);
    tell(removed, added);
    return question.fits();
  }

  private void tell(UidSet removed, UidSet added) throws IOException {
    ImapWriter out = question.begin();
    if (!removed.isEmpty()) {
      out.raw(" REMOVEFROM (0 ").raw(named(removed)).raw(")");
    }
    if (!added.isEmpty()) {
      out.raw(" ADDTO (0 ").raw(named(added)).raw(")");
    }
    out.crlf();
  }

  private String named(UidSet uids) {
    var names = new UidSet.Builder();
    uids.forEach(u -> names.add(question.name(u)));
    return names.build().toString();
  }
}
