package org.posthorn.smtp.client;

import java.net.InetAddress;

/// Where a connection goes.
///
/// @param name of the host, A-labels in lower case, or an address literal without brackets: who the
///   certificate must be for
/// @param from address of this machine to connect from; null: the kernel's choice
public record Endpoint(String name, InetAddress address, int port, InetAddress from) {

  /// As `mx.example.test [192.0.2.1]`; the port if it is not 25.
  @Override
  public String toString() {
    String text = name + " [" + address.getHostAddress() + "]";
    return port == 25 ? text : text + ":" + port;
  }
}
