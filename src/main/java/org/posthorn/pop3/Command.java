package org.posthorn.pop3;

import java.io.IOException;

/// One command, parsed: one file each, listed in [Verb]. Parsing and running throw [Refusal] for
/// what cannot be; the session's loop turns that into the reply.
sealed interface Command
    permits Auth,
        Capa,
        Dele,
        ListMessages,
        Noop,
        Pass,
        Quit,
        Retr,
        Rset,
        Stat,
        Stls,
        Top,
        Uidl,
        User {
  void run(Pop3Session session) throws IOException;
}
