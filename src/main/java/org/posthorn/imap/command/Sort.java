package org.posthorn.imap.command;

import java.io.IOException;
import java.util.List;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ResultOptions;
import org.posthorn.imap.wire.SearchKey;
import org.posthorn.imap.wire.SearchParser;
import org.posthorn.imap.wire.SortKey;

/// RFC 5256 §3 SORT; by display names, RFC 5957; with results by RFC 5267 §3.
///
/// @param result what to return; null for the SORT response of RFC 5256
record Sort(ResultOptions result, List<SortKey> keys, SearchKey key, boolean uid)
    implements Command {
  static Sort parse(ImapReader in, boolean uid) throws IOException {
    in.expectSpace();
    ResultOptions result = ResultOptions.accept(in);
    List<SortKey> keys = SortKey.parseAll(in);
    in.expectSpace();
    return new Sort(result, keys, SearchParser.parseWithCharset(in), uid);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    boolean modSeq = key.asksModSeq();
    if (modSeq) {
      s.enableCondstore(); // RFC 7162 §3.1
    }
    SessionView view = s.view();
    Found found = new Found();
    new SearchRun(s, key).search(found::add);
    var run = new SortRun(view.account(), view.head(), keys, found.set(0, found.count()));
    Found sorted = new Found(run.sorted());
    if (result == null) {
      sorted.list(s, "SORT", uid, modSeq);
    } else {
      sorted.extended(s, result, uid, modSeq);
    }
    return Reply.OK;
  }
}
