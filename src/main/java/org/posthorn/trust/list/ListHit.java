package org.posthorn.trust.list;

/// A list in the DNS that names a host or a domain (RFC 5782).
///
/// @param list what the list is called, most often its zone, as `zen.example.org`
/// @param subject what is listed: an IP address or a domain
/// @param code the address it answered with, as `127.0.0.2`
/// @param text what the list says about it, "" if it does not
public record ListHit(String list, Kind kind, String subject, String code, String text) {
  /// What being listed means.
  public enum Kind {
    /// Bad.
    BLOCK,
    /// Looks bad, and is no reason alone.
    WEAK,
    /// Good.
    WELCOME
  }
}
