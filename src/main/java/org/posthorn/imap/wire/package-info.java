/// The IMAP language without its meaning: tokens, literals, sets, dates, sections, search keys,
/// names of mailboxes (RFC 3501 §9), and the writing of responses.
///
/// [ImapReader][org.posthorn.imap.wire.ImapReader] takes a command line whole and parses it in
/// memory; it fetches a literal only where the grammar expects a string.
/// [ImapWriter][org.posthorn.imap.wire.ImapWriter] gathers a response and hands it over in pieces
/// of 8 KiB. Neither holds a buffer while a session idles.
///
/// Rules for who edits here:
/// - Whatever a client can make long or deep has a named limit at the top of its file.
/// - What is wrong ends in a [CommandException][org.posthorn.imap.wire.CommandException] whose text
///   a person at a terminal understands; never in another exception.
/// - No recursion without `enter` and `leave`, no regular expression on a client's input whose time
///   is not bounded by a limit.
/// - Nothing here knows a mailbox, a store, or a session.
package org.posthorn.imap.wire;
