/// Lookups in the Domain Name System, with what is known of their truth.
///
/// A [Resolver] answers with values: what was found, that there is nothing, or that nobody could
/// tell. The three are never mixed up: who treats a server that did not answer like a name that
/// does not exist loses mail.
///
/// The real one is [DnsResolver]. A question goes through its cache to a `Lookup`, which follows
/// CNAMEs, asks an `Upstream` for each name on the way, and is there answered by `NameServers`: one
/// after another, each over a `Wire` of its own. Bytes are read by dnsjava, whose types stay in
/// this package.
///
/// Between the two stands the `Validator` (DNSSEC): it lets an answer pass as it is, as secure, or
/// not at all. `Chain` finds the keys that it needs, from a trust anchor down; `NsecDenial` and
/// `Nsec3Denial` read proofs that something is not there; `Work` bounds what one call may cost, and
/// `SignatureWatch` knows whether signatures arrive at all. What servers say of it (AD) counts for
/// nothing.
///
/// Rules for editors: an answer says whether it was validated; no exception for what a name server
/// does; names go in as A-labels and come out in lower case without the dot at the end; nothing
/// grows by what a server sends, and every wait is part of the call's total.
package org.posthorn.dns;
