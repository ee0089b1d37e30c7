package org.posthorn.trust.spf;

/// What SPF says of a host and a domain (RFC 7208 §2.6).
///
/// @param domain that was asked for
/// @param explanation of the domain's owner, for the sender; printable ASCII, "" without
/// @param reason for people: the mechanism that decided, or what was wrong
public record SpfResult(
    Code code, Identity identity, String domain, String explanation, String reason) {

  /// RFC 7208 §2.6.
  public enum Code {
    NONE,
    NEUTRAL,
    PASS,
    FAIL,
    SOFTFAIL,
    TEMPERROR,
    PERMERROR;

    /// As in Authentication-Results (RFC 8601 §2.7.2).
    public String word() {
      return name().toLowerCase();
    }
  }

  /// Whose name was checked (RFC 7208 §2.3, §2.4).
  public enum Identity {
    HELO,
    MAIL_FROM
  }
}
