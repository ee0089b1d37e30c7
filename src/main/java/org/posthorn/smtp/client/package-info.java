/// SMTP as the one who speaks first: the client side of a connection to another server.
///
/// What the other end says is a value: a [RemoteReply] or the reason why there was none, with the
/// [Stage] at which it came. What follows from that is not decided here.
///
/// Rules for editors: nothing the other end sends is believed, and none of it is kept beyond a
/// stated bound; every wait has a deadline; a message goes out with CRLF line ends and doubled dots
/// whatever it held.
package org.posthorn.smtp.client;
