/// The server's side of SMTP, message submission (RFC 6409) and LMTP: one class for all three, one
/// [SmtpConfig] for each listener.
///
/// An [SmtpSession] reads a line, finds its row in [Verb], parses it into a [Command] and runs it.
/// One command, one file. Replies go into the connection's buffer and out when the session waits
/// for the client: pipelined commands (RFC 2920) are answered by one write.
///
/// # Rules for editors
///
/// - A new command is a file and a row.
/// - `SmtpSession.execute` is the only place that turns an error into a reply.
/// - What an extension adds is offered where [SmtpConfig] says so, by [Feature]; a parameter or a
///   command of one that is not offered is not known.
/// - What follows BDAT is read before there is a reply, or the session ends. Whatever goes wrong
///   between the pieces of a message ends its transaction, so that it never arrives without one.
/// - Each loop over what a client sends has a bound, a constant at the top of its file.
/// - A transaction is closed exactly once, whatever happens; after `finish` it is kept until the
///   client's next command shows that our answer arrived.
package org.posthorn.smtp.server;
