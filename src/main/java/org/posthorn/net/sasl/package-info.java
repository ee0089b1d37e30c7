/// SASL (RFC 4422) as pure exchanges: octets of a response in, the next step out. No sockets, no
/// base64 in the exchanges themselves, no passwords checked.
///
/// A protocol asks [org.posthorn.net.sasl.SaslServer#of] for the mechanism a client names, and has
/// [org.posthorn.net.sasl.SaslDialogue] hold the exchange until that gives credentials, is
/// malformed or cancelled. Whether the credentials are right is for the directory to say.
///
/// Rules for editors: no state outside an exchange; every input, however wrong, ends in a step and
/// never in an exception; no password in any `toString`.
package org.posthorn.net.sasl;
