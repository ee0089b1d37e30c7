/// IMAP: the server's side of RFC 3501 and of the extensions that
/// [Capabilities][org.posthorn.imap.Capabilities] lists.
///
/// An [ImapSession][org.posthorn.imap.ImapSession] is one client on one virtual thread: it reads a
/// command, runs it, tells what else has changed, and answers. The language is the table
/// [Verb][org.posthorn.imap.command.Verb]; each command is one file in `imap.command`; tokens are
/// `imap.wire`.
///
/// What a client knows of its selected mailbox is a [SessionView][org.posthorn.imap.SessionView]: a
/// UID up to which it has been told, MODSEQs, and the UIDs that are gone without its knowing. A
/// command works on one installed state of the mailbox; between commands a session holds none, so
/// idle sessions cost little and pin nothing.
///
/// A client that has used CONDSTORE hears UID and MODSEQ with all flags that it did not ask for;
/// one that has enabled QRESYNC hears VANISHED in place of EXPUNGE, and where an expunge has to
/// wait, an untagged HIGHESTMODSEQ below it. Both stay on until the connection ends (RFC 7162).
///
/// What a client wants to be told by NOTIFY stands in
/// [Notifications][org.posthorn.imap.command.Notifications]; it takes the place of the rules of
/// IMAP for what changes are told behind a command.
///
/// Results that a client wants to hear of (RFC 5267) are [Watches][org.posthorn.imap.Watches] of
/// the view: it gives them what changed when it tells it, before expunges and after all else, and
/// they ask again only for that.
///
/// A selected mailbox that is deleted by another session ends the session with BYE, as with
/// Dovecot; the session that deletes its own goes on without one.
///
/// What a user calls a mailbox, his own or another's, is
/// [Namespaces][org.posthorn.imap.Namespaces]' business; every command that is given a name gets a
/// [Place][org.posthorn.imap.Place] from the session, with the rights that RFC 4314 §4 asks for. A
/// selected mailbox's rights are looked up anew for each command; whoever may not read it any more
/// is sent away with BYE.
///
/// Rules for who edits here:
/// - A name goes through `ImapSession.place`, `target` or `names`, never to an account.
/// - What changes a selected mailbox asks for it by `ImapSession.writable`, naming the rights.
/// - No answer, text or code, tells a mailbox that the user may not look up from none.
/// - EXPUNGE is told by `SessionView.tell` alone, and only where the table allows it.
/// - Sequence numbers are meant in the view, never in the store: go through `seq` and `resolve`.
/// - No answer before the change is durable: the store's calls return when it is.
/// - Errors are thrown (`CommandException`); only `ImapSession` writes tagged answers.
/// - A second thread ([Teller][org.posthorn.imap.Teller]) writes only while the session's own
///   thread waits for its client: during IDLE, and after NOTIFY between commands. It has ended
///   before the next command is read.
/// - No message text, no password in a log line.
package org.posthorn.imap;
