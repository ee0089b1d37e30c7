package org.posthorn.imap.command;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;

/// RFC 2971: who is who.
///
/// @param client what the client says of itself; empty for NIL
record Id(Map<String, String> client) implements Command {
  // RFC 2971 §3.3
  private static final int FIELDS_MAX = 30;
  private static final int NAME_MAX = 30;
  private static final int VALUE_MAX = 1024;

  private static final System.Logger LOG = System.getLogger("posthorn.imap");

  static Id parse(ImapReader in) throws IOException {
    in.expectSpace();
    Map<String, String> client = new LinkedHashMap<>();
    if (in.acceptWord("NIL")) {
      return new Id(client);
    }
    in.expect('(');
    if (in.accept(')')) {
      return new Id(client);
    }
    do {
      if (client.size() == FIELDS_MAX) {
        throw CommandException.bad("Too many fields");
      }
      String name = in.string();
      in.expectSpace();
      String value = in.nstring();
      if (name.length() > NAME_MAX || (value != null && value.length() > VALUE_MAX)) {
        throw CommandException.bad("Field too long");
      }
      client.put(name, value);
    } while (in.acceptSpace());
    in.expect(')');
    return new Id(client);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    LOG.log(DEBUG, "imap-id client={0}", client);
    s.out().untagged().raw("ID (\"name\" \"Posthorn\" \"version\" ");
    s.out().string(s.server().config().version()).raw(")\r\n");
    return Reply.OK;
  }
}
