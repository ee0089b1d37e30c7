package org.posthorn.app;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// What the machine calls itself.
final class MachineName {
  private MachineName() {}

  static String find() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      return name.isBlank() ? "localhost" : name;
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
