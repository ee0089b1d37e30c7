/// Where is my mail? Every hop of a message, from its connection to the last reply about it, with
/// times and the other side's own words; incoming and outgoing mail alike, refused mail too.
///
/// Whoever does something to mail gets a [Story][org.posthorn.mta.trace.Story] of the message from
/// [Trace.story][org.posthorn.mta.trace.Trace#story] and says what happened. That never waits: the
/// event goes to a bounded queue, and one thread writes behind, about once a second. **What was
/// noted in the last second before a crash is lost**; mail is not, and a clean end writes
/// everything. When more happens than can be written, events are dropped and counted.
///
/// Rows local to the disk, numbers big-endian. Stories and index are not copied to other nodes.
///
/// | key | row |
/// |---|---|
/// | `T` | octets that all of it takes, about |
/// | `T` id, time, sequence | events of one message that were written together |
/// | `X` hash, ~id | a message that a term of that hash leads to; newest first |
///
/// The time is that of the row's first event, six octets of milliseconds since 1970. The hash is
/// the first half of SHA-256 of kind and text of a term: a Message-ID, an address, an IP address.
/// Queue ids need no index. Whoever finds something by a hash looks whether it is the right one.
///
/// A story is kept until its last event is as old as configured, and then goes as a whole; when all
/// stories together take more than they may, those of the oldest messages go first.
///
/// Rules for editors: nothing here waits on the path of mail; every text is bounded and free of
/// control characters before it is kept, for strangers write it and terminals show it; what is
/// deleted is deleted in bounded steps.
package org.posthorn.mta.trace;
