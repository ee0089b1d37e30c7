package org.posthorn.imap.command;

import java.io.IOException;
import java.util.List;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ResultOptions;
import org.posthorn.imap.wire.SortKey;
import org.posthorn.store.UidSet;

/// RFC 5256 §3 SORT; by display names, RFC 5957; with results by RFC 5267 §3.
///
/// @param wanted what to return; null for the SORT response of RFC 5256
record Sort(ResultOptions wanted, List<SortKey> keys, SearchProgram program, boolean uid)
    implements Command {
  static Sort parse(ImapReader in, boolean uid) throws IOException {
    in.expectSpace();
    ResultOptions wanted = ResultOptions.accept(in);
    List<SortKey> keys = SortKey.parseAll(in);
    in.expectSpace();
    return new Sort(wanted, keys, SearchProgram.parseWithCharset(in), uid);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    boolean modSeq = program.key().asksModSeq();
    SearchRun search = program.begin(s, wanted);
    var b = new UidSet.Builder();
    search.search(b::add);
    UidSet found = b.build();
    SessionView view = s.view();
    long[] order = new SortRun(view.account(), view.head(), keys, s.collation(), found).sorted();
    Found sorted = new Found(order);
    if (wanted == null) {
      sorted.list(s, "SORT", uid, modSeq);
      return Reply.OK;
    }
    sorted.extended(s, wanted, uid, modSeq);
    if (wanted.has(ResultOptions.Option.UPDATE)) {
      SortContext.open(s, search, keys, found, order, uid);
    }
    return Reply.OK;
  }
}
