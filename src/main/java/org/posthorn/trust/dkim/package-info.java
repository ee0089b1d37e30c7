/// Signatures of domains (DKIM, RFC 6376), and the parts of them that ARC uses.
///
/// [SignedMessage][org.posthorn.trust.dkim.SignedMessage] reads a message once: the fields of its
/// header, and one hash of the body for each canonicalization that any signature asks for.
/// [DkimVerifier][org.posthorn.trust.dkim.DkimVerifier] reads each signature into a `Claim`, and
/// `Verification` checks it: first what costs nothing, then the body's hash, then the key.
/// [DkimSigner][org.posthorn.trust.dkim.DkimSigner] makes lines to be put before a message.
///
/// # Rules for editors
///
/// - A signature is read strictly, and nothing in it or in a key makes anything throw.
/// - No arithmetic with a key before its size is known to be decent; at most ten signatures.
/// - A good signature that lets people see another message than the one signed is POLICY, not PASS.
/// - Only CRLF ends a line of a body; a header with other line ends is not trusted.
/// - The JDK does RSA, Bouncy Castle does Ed25519, by its own classes.
package org.posthorn.trust.dkim;
