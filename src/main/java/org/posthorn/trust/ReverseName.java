package org.posthorn.trust;

/// Whether the address of a host has a name that leads back to it (iprev, RFC 8601 §3).
///
/// @param name that leads back; "" without one
/// @param reason for people
public record ReverseName(Code code, String name, String reason) {
  /// Results of RFC 8601 §2.7.3.
  public enum Code {
    PASS,
    /// There are names, and none leads back.
    FAIL,
    TEMPERROR,
    /// There is no name.
    PERMERROR;

    /// As in Authentication-Results.
    public String word() {
      return name().toLowerCase();
    }
  }
}
