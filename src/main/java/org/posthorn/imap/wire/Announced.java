package org.posthorn.imap.wire;

/// What a client says about a literal before it sends it.
///
/// @param size its octets
/// @param kind what its octets may be
/// @param waits whether the client waits to be told to go on; false with LITERAL+ (RFC 7888)
public record Announced(long size, Kind kind, boolean waits) {
  /// What a literal may carry.
  public enum Kind {
    /// RFC 3501 §9: anything but NUL.
    TEXT,
    /// RFC 3516 §7 literal8: anything.
    BINARY
  }
}
