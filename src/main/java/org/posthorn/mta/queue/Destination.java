package org.posthorn.mta.queue;

/// Where a recipient's mail goes next: what is scheduled, limited and reported together.
public sealed interface Destination {
  /// Into accounts of this server, by the recipient's address.
  ///
  /// @param alone only into the account that has this address: whoever else its mail goes to has it
  record Local(boolean alone) implements Destination {
    public Local() {
      this(false);
    }
  }

  /// To the servers that take mail of a domain.
  ///
  /// @param domain A-labels in lower case, or an address literal with its brackets
  record Domain(String domain) implements Destination {}

  /// To one host, whatever the recipient's domain says: a smarthost, or what an administrator
  /// chose.
  ///
  /// @param host name or address literal
  record Host(String host, int port) implements Destination {}
}
