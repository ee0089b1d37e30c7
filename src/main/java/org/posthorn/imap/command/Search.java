package org.posthorn.imap.command;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.SearchKey;
import org.posthorn.imap.wire.SearchParser;
import org.posthorn.imap.wire.SequenceSet;
import org.posthorn.mime.Charsets;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Mailbox;
import org.posthorn.store.UidSet;

/// RFC 3501 §6.4.4 SEARCH, with results by RFC 4731.
///
/// @param result what to return; null for the SEARCH response of RFC 3501
record Search(Set<Result> result, SearchKey key, boolean uid) implements Command {
  enum Result {
    MIN,
    MAX,
    ALL,
    COUNT
  }

  static Search parse(ImapReader in, boolean uid) throws IOException {
    in.expectSpace();
    Set<Result> result = null;
    if (in.acceptWord("RETURN")) {
      in.expectSpace();
      result = results(in);
      in.expectSpace();
    }
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

  private static Set<Result> results(ImapReader in) {
    Set<Result> result = EnumSet.noneOf(Result.class);
    in.expect('(');
    if (in.accept(')')) {
      result.add(Result.ALL); // RFC 4731 §3.1
      return result;
    }
    do {
      String word = in.word();
      result.add(
          switch (word) {
            case "MIN" -> Result.MIN;
            case "MAX" -> Result.MAX;
            case "ALL" -> Result.ALL;
            case "COUNT" -> Result.COUNT;
            default -> throw CommandException.bad("Unknown result option " + word);
          });
    } while (in.acceptSpace());
    in.expect(')');
    return result;
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    if (key.asksModSeq()) {
      s.enableCondstore(); // RFC 7162 §3.1
    }
    Found found = new Found();
    new SearchRun(s, key).search(found::add);
    long modSeq = key.asksModSeq() && found.count > 0 ? highest(s.view().head(), found) : 0;
    if (!uid) {
      found.toNumbers(s.view());
    }
    ImapWriter out = s.out();
    if (result == null) {
      out.untagged().raw("SEARCH");
      for (int i = 0; i < found.count; i++) {
        out.space().number(found.values[i]);
      }
      if (modSeq > 0) {
        out.raw(" (MODSEQ ").number(modSeq).raw(")"); // RFC 7162 §3.1.6
      }
      out.crlf();
      return Reply.OK;
    }
    out.untagged().raw("ESEARCH (TAG ").string(s.tag()).raw(")");
    if (uid) {
      out.raw(" UID");
    }
    if (found.count > 0 && result.contains(Result.MIN)) {
      out.raw(" MIN ").number(found.values[0]);
    }
    if (found.count > 0 && result.contains(Result.MAX)) {
      out.raw(" MAX ").number(found.values[found.count - 1]);
    }
    if (result.contains(Result.COUNT)) {
      out.raw(" COUNT ").number(found.count);
    }
    if (found.count > 0 && result.contains(Result.ALL)) {
      out.raw(" ALL ").raw(SequenceSet.print(found.ranges()));
    }
    if (modSeq > 0) {
      out.raw(" MODSEQ ").number(modSeq); // RFC 7162 §3.1.10
    }
    out.crlf();
    return Reply.OK;
  }

  /// The highest MODSEQ of what is returned: of the first and the last if only those are (RFC 4731
  /// §3.2).
  private long highest(Mailbox box, Found found) {
    boolean ends = result != null && !result.contains(Result.ALL) && !result.contains(Result.COUNT);
    var b = new UidSet.Builder();
    for (int i = 0; i < found.count; i++) {
      if (!ends
          || (i == 0 && result.contains(Result.MIN))
          || (i == found.count - 1 && result.contains(Result.MAX))) {
        b.add(found.values[i]);
      }
    }
    long highest = 0;
    EntryCursor c = box.entries(b.build());
    while (c.next()) {
      highest = Math.max(highest, c.modSeq());
    }
    return highest;
  }

  /// UIDs found, ascending; then their numbers.
  private static final class Found {
    private long[] values = new long[64];
    private int count;

    void add(long uid) {
      if (count == values.length) {
        values = java.util.Arrays.copyOf(values, count * 2);
      }
      values[count++] = uid;
    }

    void toNumbers(SessionView view) {
      boolean holes = !view.pending().isEmpty();
      long last = -1;
      long seq = 0;
      for (int i = 0; i < count; i++) {
        long uid = values[i];
        seq = !holes && uid == last + 1 ? seq + 1 : view.seq(uid);
        last = uid;
        values[i] = seq;
      }
    }

    long[] ranges() {
      long[] r = new long[2 * count];
      int n = 0;
      for (int i = 0; i < count; i++) {
        if (n > 0 && r[n - 1] + 1 == values[i]) {
          r[n - 1] = values[i];
        } else {
          r[n++] = values[i];
          r[n++] = values[i];
        }
      }
      return java.util.Arrays.copyOf(r, n);
    }
  }
}
