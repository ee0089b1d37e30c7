package org.posthorn.imap.command;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.posthorn.imap.Extension;
import org.posthorn.imap.ImapConfig;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;

/// RFC 5161. What we do not know is passed over in silence.
record Enable(Set<Extension> wanted) implements Command {
  static Enable parse(ImapReader in) {
    Set<Extension> wanted = EnumSet.noneOf(Extension.class);
    in.expectSpace();
    do {
      Extension e = Extension.find(in.word());
      if (e != null) {
        wanted.add(e);
      }
    } while (in.acceptSpace());
    return new Enable(wanted);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    if (!s.server().config().has(ImapConfig.Switch.UIDONLY)) {
      wanted.remove(Extension.UIDONLY);
    }
    Set<Extension> enabled = s.enable(wanted);
    s.out().untagged().raw("ENABLED");
    for (Extension on : enabled) {
      s.out().space().raw(on.word());
    }
    s.out().crlf();
    if (wanted.contains(Extension.CONDSTORE) || wanted.contains(Extension.QRESYNC)) {
      s.enableCondstore(); // each of them is one of its enabling commands
    }
    return Reply.OK;
  }
}
