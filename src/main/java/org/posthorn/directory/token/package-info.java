/// Bearer tokens of an OAuth 2.0 issuer (RFC 6749), which say whose mail may be read: is one good,
/// and which mail address does it name? By its signature, when it is a JWT
/// ([org.posthorn.directory.token.JwtTokens]), or by asking the issuer
/// ([org.posthorn.directory.token.IntrospectedTokens]).
///
/// Whether the address is an account is for the directory to say, and what a refusal looks like for
/// `net.sasl`. Sockets are opened by the [org.posthorn.directory.token.Fetcher] that is given to
/// us.
///
/// Rules for editors: whatever is not understood is refused; nothing in a token chooses how it is
/// checked but its key's name; no token and no secret in a log line, an exception or a `toString`;
/// no clock but the given ones.
package org.posthorn.directory.token;
