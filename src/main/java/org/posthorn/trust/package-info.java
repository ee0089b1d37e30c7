/// Whether mail, or a host, is what it says: judged by the rules of the RFCs, and nothing is
/// decided here about what follows.
///
/// - `trust.spf` may this host send for that domain
/// - `trust.dkim` who has signed the message, and signing
/// - `trust.dmarc` does the author's domain stand for it, and its reports
/// - `trust.arc` what those who sent it on had found
/// - `trust.list` lists of hosts and domains in the DNS
/// - `trust.transport` which TLS a domain asks for: MTA-STS, DANE, and reports about it
///
/// Every answer is a value with the word of its RFC and a reason for people.
///
/// # Rules for editors
///
/// - A name server that does not answer makes a temporary error, never a verdict.
/// - Whatever a message or a record asks us to do is bounded: lookups, keys, signatures, octets.
/// - No sockets, no clock: a `Resolver`, a fetcher and the time are given.
package org.posthorn.trust;
