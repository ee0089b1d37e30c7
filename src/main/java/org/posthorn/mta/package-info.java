/// What happens to mail: from a connection, or the command line, into accounts and into the queue.
///
/// `Mta` gives out a backend for each kind of listener. They differ in whom they let begin a mail
/// transaction; a `Submitter` says what our own people may. Recipients are decided by `Recipients`
/// alone, and what follows is one `MailTransaction`: octets go into the store's spool as they come,
/// then `Distribution` commits the copies of all accounts together, adds to the queue what is for
/// elsewhere (`Outgoing`) or could not be delivered now, and only then is there a reply.
/// `Submission` is the same for what does not come by SMTP.
///
/// What waits lies in `mta.queue`; `LocalDelivery` takes it into accounts, `mta.send` to other
/// servers, `mta.report` tells senders, `mta.trace` remembers.
///
/// # Rules for editors
///
/// - No 250 for what is not durable, and none for what cannot be carried out.
/// - What can be refused is refused at RCPT, when the sender's server still knows whom to tell.
/// - One account gets one copy of a message, whichever of its addresses were named.
/// - `user%far@here`, `"user@far"@here` and source routes name local parts; nothing here takes an
///   address apart to find another destination in it.
package org.posthorn.mta;
