package org.posthorn.trust.dkim;

/// SHA-256 of a whole body.
///
/// @param length of the body after canonicalization
record BodyHash(byte[] sha256, long length) {}
