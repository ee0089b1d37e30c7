package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Teller;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;

/// RFC 2177. While it lasts, a second virtual thread tells what changes and says now and then that
/// we are still here; the session's own thread only waits for DONE.
record Idle() implements Command {
  private static final int LINE_MAX = 1000;

  static Idle parse(ImapReader in) {
    return new Idle();
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    s.out().raw("+ idling").crlf().flush();
    s.server().counters().idling.increment();
    String line;
    Teller teller = Teller.start(s, s.server().config().stillHere());
    try {
      s.in().done();
      s.connection().timeout(s.server().config().idleTimeout());
      line = s.connection().awaitCommand() ? s.in().plainLine(LINE_MAX) : null;
    } finally {
      teller.end();
      s.connection().timeout(s.server().config().dataTimeout());
      s.server().counters().idling.decrement();
    }
    if (teller.failure() != null) {
      throw teller.failure();
    }
    if (line == null) {
      throw CommandException.bye(
          s.connection().draining() ? "UNAVAILABLE" : null, "Server ends IDLE");
    }
    if (!line.equalsIgnoreCase("DONE")) {
      throw CommandException.bad("Expected DONE");
    }
    return Reply.OK;
  }
}
