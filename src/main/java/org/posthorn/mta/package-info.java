/// What happens to mail: here, so far, its way from a connection into accounts.
///
/// `Mta` gives out a backend for each kind of listener. They differ in whom they let begin a mail
/// transaction; recipients are decided by `Recipients` alone, and what follows is one
/// `LocalTransaction`: octets go into the store's spool as they come, then the store commits the
/// copies of all accounts together, and only then is there a reply.
///
/// # Rules for editors
///
/// - No 250 for what is not durable, and none for what cannot be carried out.
/// - What can be refused is refused at RCPT, when the sender's server still knows whom to tell.
/// - One account gets one copy of a message, whichever of its addresses were named.
/// - `user%far@here`, `"user@far"@here` and source routes name local parts; nothing here takes an
///   address apart to find another destination in it.
package org.posthorn.mta;
