/// Accounts, mailboxes and messages: the sole owner of the disk.
///
/// [Store][org.posthorn.store.Store] opens a directory and gives out
/// [Account][org.posthorn.store.Account]s. An account is one partition of the ordered rows in
/// `store.kv`; the octets of messages lie in `store.blob`.
///
/// **Reading.** A session asks the account for a [Mailbox][org.posthorn.store.Mailbox]: an
/// immutable view of one mailbox at one moment. Its index is a list of pages of 256 UIDs, each a
/// few columns of numbers, read when needed and dropped when memory is short. Views share pages; a
/// change makes new ones. What a view shows never changes, although what the disk holds does:
/// `PageRef` says how.
///
/// **Changing.** Every change is a function from the account's head to rows and a result.
/// `Gathering` collects the functions that wait, applies them to one `Draft`, and hands over one
/// commit. Only when that is durable is the new head installed, the bus told, and each caller
/// answered. Thus a hundred deliveries into one account share an fsync, and nobody reads what could
/// be lost.
///
/// **Leaving.** An expunged email whose last entry is gone waits an hour in a grave, so that
/// sessions which were not told can still read it; then the reaper removes its rows, and its blob
/// when no account uses it.
///
/// **Searching.** `Feeder` brings what arrives into the index of `store.search`, some time later.
/// [Candidates][org.posthorn.store.Candidates] tells a search which texts it need not read: the
/// index says that they cannot contain the string, or an earlier search read them.
///
/// **Sorting.** [NotedCursor][org.posthorn.store.NotedCursor] walks a mailbox with notes that
/// somebody makes of message rows; `NoteCache` remembers them, within bounds.
///
/// Rules for editors:
/// - No socket write, no blob read and no wait for a disk while anything here is locked.
/// - A change is published after it is durable, in MODSEQ order, before its session is answered.
/// - A change function decides before it touches the draft, and may be applied again.
/// - Rows under `e` are written once. Every value begins with its format; a new format is read
///   beside the old one for ever.
/// - Anything two rows say must be compared in `Check`.
package org.posthorn.store;
