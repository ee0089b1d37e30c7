package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;

/// RFC 5161. What we do not know is passed over in silence.
record Enable(List<String> wanted) implements Command {
  static Enable parse(ImapReader in) {
    List<String> wanted = new ArrayList<>();
    in.expectSpace();
    do {
      wanted.add(in.word());
    } while (in.acceptSpace());
    return new Enable(wanted);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    List<String> enabled = s.enable(wanted);
    s.out().untagged().raw("ENABLED");
    for (String on : enabled) {
      s.out().space().raw(on);
    }
    s.out().crlf();
    if (!enabled.isEmpty()) {
      s.enableCondstore(); // each of them is one of its enabling commands
    }
    return Reply.OK;
  }
}
