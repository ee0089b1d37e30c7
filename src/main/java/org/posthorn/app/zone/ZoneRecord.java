package org.posthorn.app.zone;

/// A record that a domain should have in the DNS.
///
/// @param name as A-labels, without the dot at the end
/// @param value as in a zone file, names in it with the dot at the end; TXT without quotes; ""
///   where only its owner knows it
/// @param why a sentence for who publishes it
public record ZoneRecord(String name, Type type, String value, Need need, String why) {
  /// Type of the record.
  public enum Type {
    A,
    AAAA,
    MX,
    TXT,
    SRV,
    TLSA,
    PTR
  }

  /// What follows when it is not there.
  public enum Need {
    /// Mail does not come, or others refuse ours.
    REQUIRED,
    /// Something is less safe, or less comfortable.
    ADVISED,
    /// It stays until a certain day.
    KEPT,
    /// It is of no use any more.
    DELETABLE
  }
}
