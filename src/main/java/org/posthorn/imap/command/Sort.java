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
    SearchProgram program = SearchProgram.parseWithCharset(in).with(wanted);
    if (byRelevancy(keys)) {
      program.needFuzzy();
    }
    return new Sort(wanted, keys, program, uid);
  }

  static boolean byRelevancy(List<SortKey> keys) {
    return keys.stream().anyMatch(k -> k.by() == SortKey.By.RELEVANCY);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    SearchProgram ready = program.ready(s, wanted);
    if (byRelevancy(keys)) {
      ready.needFuzzy();
    }
    boolean modSeq = ready.key().asksModSeq();
    SearchRun search = ready.begin(s, wanted);
    Found found = ready.find(search);
    SessionView view = s.view();
    UidSet uids = found.set(0, found.count());
    var run = new SortRun(view.account(), view.head(), keys, s.collation(), uids);
    long[] order = run.sorted(found);
    Found sorted = found.inOrder(order);
    if (wanted == null) {
      sorted.list(s, "SORT", uid, modSeq);
      return Reply.OK;
    }
    sorted.extended(s, wanted, uid, modSeq);
    if (wanted.has(ResultOptions.Option.UPDATE)) {
      SortContext.open(s, search, keys, uids, order, uid);
    }
    return Reply.OK;
  }
}
