package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Language;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;

/// RFC 5255 §3.2 LANGUAGE: which languages there are, or which to use from now on.
///
/// @param ranges the client's wishes, the dearest first; empty to be told what there is
record ChooseLanguage(List<String> ranges) implements Command {
  private static final int RANGES_MAX = 50;

  static ChooseLanguage parse(ImapReader in) throws IOException {
    List<String> ranges = new ArrayList<>();
    while (in.acceptSpace()) {
      if (ranges.size() == RANGES_MAX) {
        throw CommandException.bad("Too many languages");
      }
      ranges.add(in.astring());
    }
    return new ChooseLanguage(ranges);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    ImapWriter out = s.out();
    if (ranges.isEmpty()) {
      out.untagged().raw("LANGUAGE (");
      String between = "";
      for (Language l : Language.values()) {
        out.raw(between).raw(l.tag());
        between = " ";
      }
      out.raw(")").crlf();
      return Reply.OK;
    }
    for (String range : ranges) {
      Language l = Language.find(range);
      if (l != null) {
        out.untagged().raw("LANGUAGE (").raw(l.tag()).raw(")").crlf();
        s.language(l);
        if (s.account() != null) {
          Namespace.write(s); // §3.4: with the prefixes in that language
        }
        return Reply.OK;
      }
    }
    throw CommandException.no("Unsupported language");
  }
}
