package org.posthorn.dns;

/// A host that takes mail of a domain (RFC 5321 §5.1).
///
/// @param preference the smaller first
/// @param host in lower case, without the dot at the end; "" in a null MX (RFC 7505)
public record Mx(int preference, String host) {}
