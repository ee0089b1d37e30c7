package org.posthorn.smtp.server;

import java.io.IOException;

/// One command, parsed: one file each, listed in [Verb]. Parsing and running throw
/// [org.posthorn.smtp.Refused] for what cannot be; the session's loop turns that into the reply.
sealed interface Command
    permits Helo,
        Ehlo,
        Mail,
        Rcpt,
        Data,
        Bdat,
        Burl,
        Rset,
        Noop,
        Help,
        Quit,
        Vrfy,
        Expn,
        Etrn,
        Auth,
        StartTls {
  void run(SmtpSession session) throws IOException;
}
