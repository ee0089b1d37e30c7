/// Reports about mail that servers send each other: those of DMARC (RFC 9990, and RFC 7489 before
/// it) as XML, and those of TLS (RFC 8460) as JSON; packed and not.
///
/// Reading takes what strangers send: every size, depth and number is bounded, nothing is fetched,
/// and texts come without characters that a terminal would obey.
package org.posthorn.trust.report;
