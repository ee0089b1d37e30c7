/// POP3 (RFC 1939, RFC 2449) on an account's INBOX.
///
/// A [org.posthorn.pop3.Pop3Session] reads a line, finds its row in `Verb`, parses it into a
/// `Command` and runs it. One command, one file. Replies go into the connection's buffer and out
/// when the session waits for the client: pipelined commands are answered by one write.
///
/// # The maildrop
///
/// Login fixes the drop: UIDs, sizes and email ids of what is in INBOX at that moment, in three
/// arrays (`Maildrop`). Mail that arrives later is seen by the next session; what IMAP expunges
/// meanwhile keeps its number and cannot be retrieved any more. The unique id (UIDL) is the email
/// id, so it never changes, not even when the message is moved out of INBOX and back.
///
/// Sessions of POP3 exclude one another (`Claims`), nobody else: IMAP and delivery go on. A session
/// that is silent for half a minute loses its drop to the next login.
///
/// RETR marks a message `\Seen`, TOP does not. The flags of a session are set together when it
/// ends, with or without QUIT; messages are removed at QUIT alone.
///
/// # Rules for editors
///
/// - A new command is a file and a row.
/// - `Pop3Session.execute` is the only place that turns an error into a reply.
/// - Nothing is said to be removed before the store has said so.
/// - No object per message is kept: a drop may have a million.
/// - After `+OK` of a multi-line response there is no way to say that something went wrong but to
///   cut the connection: whatever can fail comes before.
package org.posthorn.pop3;
