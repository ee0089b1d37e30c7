/// SASL (RFC 4422) as pure exchanges: octets of a response in, the next step out. No sockets, no
/// base64 in the exchanges themselves, no passwords checked.
///
/// A protocol has a [org.posthorn.net.sasl.SaslOffer] of what works on its connection, begins the
/// mechanism that a client names, and has [org.posthorn.net.sasl.SaslDialogue] hold the exchange to
/// its end. In it the client makes a [org.posthorn.net.sasl.Claim]; whether it holds is for a
/// [org.posthorn.net.sasl.Judge] to say, who stands before the directory.
///
/// What SCRAM proves is computed here, because it is arithmetic over the exchange and the channel;
/// that the proof is worth anything (the account lives, its password is still the same, it has not
/// been tried too often) is the judge's to say.
///
/// Rules for editors: no state outside an exchange; every input, however wrong, ends in a step and
/// never in an exception; no password, token or key in any `toString`; secrets are compared in
/// constant time.
package org.posthorn.net.sasl;
