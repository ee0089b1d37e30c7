package org.posthorn.mime;

/// The compact form of a [Part] that a message row keeps.
public final class PartTable {
  private PartTable() {}

  public static byte[] encode(Part root) {
    return new byte[0];
  }

  /// @throws IllegalArgumentException if these octets were not made by [#encode]
  public static Part decode(byte[] table) {
    return MimeScanner.scan(table);
  }
}
