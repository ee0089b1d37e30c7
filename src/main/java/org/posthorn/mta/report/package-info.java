/// Tells senders what became of their mail: notices of failure, delay and delivery (RFC 3461 §5,
/// RFC 3464), in plain language and for machines.
///
/// Rules for editors: a notice goes from `<>` to the envelope's sender and never to the null one;
/// whoever a message was sent to may have chosen any octet of it and of the other server's words,
/// so none of them becomes a header field of a notice; one notice for a message and an event.
package org.posthorn.mta.report;
