/// Mail of our own people is signed when it leaves: DKIM by their domain, and ARC for what is sent
/// on.
///
/// `DomainKeys` makes the keys, watches the DNS for them and lets them grow old; `Signing` writes
/// the lines. A signature is a function of the octets and of the keys of that moment: it is made
/// when a message is accepted, and durable with it.
///
/// # Rules for editors
///
/// - No mail is lost or refused for want of a signature: it goes without.
/// - A private key is in no log, no exception and no answer.
package org.posthorn.mta.sign;
