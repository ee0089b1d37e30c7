package org.posthorn.imap.command;

import java.io.IOException;
import java.util.Map;
import org.posthorn.imap.Extension;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.SearchKey;
import org.posthorn.mime.Collation;
import org.posthorn.store.StoreUnavailable;
import org.posthorn.store.UidSet;

/// A search whose result is watched: can be asked again for some messages, and names them as the
/// client wants.
///
/// @param fixed what numbers in `key` have meant from the beginning (RFC 5267 §4.3)
record Question(
    ImapSession s,
    String tag,
    SearchKey key,
    Map<SearchKey, UidSet> fixed,
    Collation collation,
    boolean uid) {
  /// Octets of a range of UIDs.
  static final int RANGE = 2 * Long.BYTES;

  static Question of(ImapSession s, SearchRun run, boolean uid) {
    return new Question(s, s.tag(), run.key(), run.fixed(), run.collation(), uid);
  }

  /// Those of `uids` that are found now.
  UidSet among(UidSet uids) throws IOException {
    var found = new UidSet.Builder();
    if (!uids.isEmpty()) {
      new SearchRun(s, key, fixed, collation).search(uids, found::add);
    }
    return found.build();
  }

  /// What has left a result and what has come.
  record Change(UidSet removed, UidSet added) {}

  /// Asks again for `asked`; null if that cannot be done, of which the client has been told.
  Change change(UidSet result, UidSet asked) throws IOException {
    try {
      UidSet found = among(asked);
      return new Change(result.intersect(asked).minus(found), found.minus(result));
    } catch (StoreUnavailable e) {
      refuse("Temporary failure");
      return null;
    }
  }

  /// Whether what the session keeps for its contexts is within the limit; else the client is told.
  boolean fits() throws IOException {
    if (s.view().watches().tooHeavy()) {
      refuse("Too much to keep");
      return false;
    }
    return true;
  }

  /// The message that `*` means, which decides about it though it has not changed itself; empty
  /// where the search does not ask.
  UidSet star() {
    SessionView view = s.view();
    boolean asks = key.anyWithin(k -> k instanceof SearchKey.Uids u && u.set().open());
    return asks && view.count() > 0 ? UidSet.of(view.uidAt(view.count())) : UidSet.EMPTY;
  }

  /// Octets kept for what is fixed.
  long weight() {
    return (long) RANGE * fixed.values().stream().mapToInt(UidSet::ranges).sum();
  }

  /// UIDs are told also where the client has given up numbers since (RFC 9586 §3).
  private boolean byUid() {
    return uid || s.has(Extension.UIDONLY);
  }

  long name(long u) {
    return byUid() ? u : s.view().seq(u);
  }

  /// Begins the response that tells of changes.
  ImapWriter begin() throws IOException {
    ImapWriter out = s.out().untagged().raw("ESEARCH (TAG ").string(tag).raw(")");
    return byUid() ? out.raw(" UID") : out;
  }

  /// Says that changes are told no longer, or not at all (RFC 5267 §4.3.1).
  void refuse(String why) throws IOException {
    s.out().untagged().raw("NO [NOUPDATE ").string(tag).raw("] ").text(why).crlf();
  }
}
