package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.Extension;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ResultOptions;

/// RFC 3501 §6.4.4 and RFC 9051 §6.4.4 SEARCH, with results by RFC 4731.
///
/// @param wanted what to return; null without RETURN
record Search(ResultOptions wanted, SearchProgram program, boolean uid) implements Command {
  static Search parse(ImapReader in, boolean uid) throws IOException {
    in.expectSpace();
    ResultOptions wanted = ResultOptions.accept(in);
    return new Search(wanted, SearchProgram.parse(in).with(wanted), uid);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    SearchProgram search = program.ready(s, wanted);
    SearchRun run = search.begin(s, wanted);
    if (wanted != null) {
      run.atMost(wanted.enough());
    }
    Found found = search.find(run);
    boolean modSeq = search.key().asksModSeq();
    if (wanted != null) {
      found.extended(s, wanted, uid, modSeq);
      if (wanted.has(ResultOptions.Option.UPDATE)) {
        SearchContext.open(s, run, found.set(0, found.count()), uid);
      }
    } else if (s.has(Extension.IMAP4REV2)) {
      found.extended(s, ResultOptions.ALL, uid, modSeq); // RFC 9051 §6.4.4: no SEARCH response
    } else {
      found.list(s, "SEARCH", uid, modSeq);
    }
    return Reply.OK;
  }
}
