package org.posthorn.imap.command;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ResultOptions;
import org.posthorn.imap.wire.SearchKey;
import org.posthorn.imap.wire.SearchParser;
import org.posthorn.mime.Charsets;

/// RFC 3501 §6.4.4 SEARCH, with results by RFC 4731.
///
/// @param result what to return; null for the SEARCH response of RFC 3501
record Search(ResultOptions result, SearchKey key, boolean uid) implements Command {
  static Search parse(ImapReader in, boolean uid) throws IOException {
    in.expectSpace();
    ResultOptions result = ResultOptions.accept(in);
    // Without CHARSET it is US-ASCII, of which UTF-8 is a superset (RFC 9051 has UTF-8 here).
    Charset charset = StandardCharsets.UTF_8;
    if (in.acceptWord("CHARSET")) {
      in.expectSpace();
      charset = Charsets.find(in.astring());
      if (charset == null) {
        // RFC 3501 §7.1
        throw CommandException.no("BADCHARSET (US-ASCII UTF-8)", "Unknown charset");
      }
      in.expectSpace();
    }
    return new Search(result, SearchParser.parse(in, charset), uid);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    boolean modSeq = key.asksModSeq();
    if (modSeq) {
      s.enableCondstore(); // RFC 7162 §3.1
    }
    Found found = new Found();
    new SearchRun(s, key).search(found::add);
    if (result == null) {
      found.list(s, "SEARCH", uid, modSeq);
    } else {
      found.extended(s, result, uid, modSeq);
    }
    return Reply.OK;
  }
}
