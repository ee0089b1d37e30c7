package org.posthorn.imap.command;

import java.io.IOException;
import java.util.List;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.SearchKey;
import org.posthorn.imap.wire.SearchParser;
import org.posthorn.imap.wire.SortKey;
import org.posthorn.store.UidSet;

/// RFC 5256 §3 SORT; by display names, RFC 5957.
record Sort(List<SortKey> keys, SearchKey key, boolean uid) implements Command {
  static Sort parse(ImapReader in, boolean uid) throws IOException {
    in.expectSpace();
    List<SortKey> keys = SortKey.parseAll(in);
    in.expectSpace();
    return new Sort(keys, SearchParser.parseWithCharset(in), uid);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    if (key.asksModSeq()) {
      s.enableCondstore(); // RFC 7162 §3.1
    }
    SessionView view = s.view();
    var found = new UidSet.Builder();
    new SearchRun(s, key).search(found::add);
    long[] sorted = new SortRun(view.account(), view.head(), keys, found.build()).sorted();
    ImapWriter out = s.out();
    out.untagged().raw("SORT");
    for (long u : sorted) {
      out.space().number(uid ? u : view.seq(u));
    }
    out.crlf();
    return Reply.OK;
  }
}
