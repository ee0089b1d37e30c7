package org.posthorn.net.sasl;

/// What a client whose token was refused is told, so that it can fetch a better one (RFC 7628
/// §3.2.2).
///
/// @param scope that a token needs, "" for none
/// @param openidConfiguration where the issuer describes itself, "" if nobody is told
public record TokenHints(String scope, String openidConfiguration) {}
