/// Mail on its way to other servers: which hosts, in which order, what they are told, and what
/// follows from their answers.
///
/// [RemoteDelivery][org.posthorn.mta.send.RemoteDelivery] opens an errand for a destination; each
/// of its messages is an attempt along a [Route][org.posthorn.mta.send.Route], host by host, in the
/// form that each host can take, over a connection that is kept for the next message.
///
/// Rules for editors: whether a failure is for ever, for now or another host's turn is decided in
/// [Trouble][org.posthorn.mta.send.Trouble] and nowhere else.
package org.posthorn.mta.send;
