package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Watches;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;

/// RFC 5267 §4.3.5. All or nothing.
record CancelUpdate(List<String> tags) implements Command {
  static CancelUpdate parse(ImapReader in) throws IOException {
    List<String> tags = new ArrayList<>();
    in.expectSpace();
    do {
      tags.add(in.string());
    } while (in.acceptSpace());
    return new CancelUpdate(tags);
  }

  @Override
  public Reply run(ImapSession s) {
    Watches watches = s.view().watches();
    for (String tag : tags) {
      if (!watches.has(tag)) {
        throw CommandException.bad("No search of that tag is updated");
      }
    }
    tags.forEach(watches::cancel);
    return Reply.ok(null, "No further updates");
  }
}
