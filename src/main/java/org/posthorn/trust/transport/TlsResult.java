package org.posthorn.trust.transport;

/// What came of one try to speak TLS with a server, under one policy. Where two policies were in
/// force, there are two results.
///
/// @param recipientDomain whose mail it was: who gets the report (RFC 8460 §3)
/// @param failure null if all was as it should be
/// @param reason for people, printable ASCII; "" without failure
/// @param sendingIp our address, "" if none was used
/// @param mxHost the host's name, "" if it is about no host
/// @param mxHelo what the server called itself in its greeting, printable ASCII, perhaps ""
/// @param receivingIp its address, "" if nobody was asked
public record TlsResult(
    String recipientDomain,
    TlsPolicy policy,
    TlsFailure failure,
    String reason,
    String sendingIp,
    String mxHost,
    String mxHelo,
    String receivingIp) {}
