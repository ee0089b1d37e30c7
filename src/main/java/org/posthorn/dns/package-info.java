/// Lookups in the Domain Name System, with what is known of their truth.
///
/// A [Resolver] answers with values: what was found, that there is nothing, or that nobody could
/// tell. The three are never mixed up: who treats a server that did not answer like a name that
/// does not exist loses mail.
///
/// Rules for editors: an answer says whether it was validated; no exception for what a name server
/// does; names go in as A-labels and come out in lower case without the dot at the end.
package org.posthorn.dns;
