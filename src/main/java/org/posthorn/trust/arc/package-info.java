/// The chain of those who sent a message on (ARC, RFC 8617): what each found, signed by each.
///
/// # Rules for editors
///
/// - A chain is good or it is not; whatever is wrong with any set of it makes it fail, also that
///   nobody could tell a key (§5.2.1).
/// - At most fifty sets, and each number once: looked at before any signature.
/// - That a chain is good says nothing yet: who is believed is for `trust.dmarc` and the judge.
package org.posthorn.trust.arc;
