package org.posthorn.mta.judge;

import java.util.List;
import org.posthorn.mime.EmailAddress;

/// What the rules are asked about: a message, and what one account has to do with it.
///
/// @param authors addresses of From
/// @param unclear nobody can tell who its author is: From is missing, there twice, or holds
///   something that is no address
/// @param forgery whether it says it comes from a domain of ours
/// @param disguise for people, that a name shows an address of ours; "" if none does
/// @param sealed whether those who sent it on, and whom we trust, say that its author's domain
///   stood for it
/// @param standing of the author with the account
record Case(
    Facts facts,
    List<EmailAddress> authors,
    boolean unclear,
    Forgery forgery,
    String disguise,
    Sealed.Code sealed,
    Standing standing,
    Likeness likeness) {
  Case {
    authors = List.copyOf(authors);
  }

  /// The same message with an account that knows more.
  Case with(Standing itsStanding, Likeness itsLikeness) {
    return new Case(facts, authors, unclear, forgery, disguise, sealed, itsStanding, itsLikeness);
  }
}
