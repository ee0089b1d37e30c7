/// Mail on its way to other servers: which hosts, in which order, what they are told, and what
/// follows from their answers.
///
/// Rules for editors: whether a failure is for ever, for now or another host's turn is decided in
/// [Trouble][org.posthorn.mta.send.Trouble] and nowhere else.
package org.posthorn.mta.send;
