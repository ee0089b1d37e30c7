/// Which TLS the servers of a domain are to be reached by, as the domain itself says: MTA-STS (RFC
/// 8461), DANE (RFC 7672), and what is told about it in reports (RFC 8460).
///
/// - [org.posthorn.trust.transport.MtaSts] finds the policy of a domain, by DNS, HTTPS and what is
///   kept; [org.posthorn.trust.transport.StsPolicy] is one.
/// - [org.posthorn.trust.transport.Dane] judges a certificate by TLSA records.
/// - [org.posthorn.trust.transport.TlsResult] is what came of one connection under one policy.
///
/// # Rules for editors
///
/// - What a domain once promised holds until it ends: no failure to ask again makes it weaker.
/// - A TLSA record that cannot be found out is not one that is absent.
package org.posthorn.trust.transport;
