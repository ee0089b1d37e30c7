package org.posthorn.app;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.posthorn.app.config.Config;

/// What the machine calls itself.
public final class MachineName {
  private MachineName() {}

  /// The configured hostname, or the machine's own.
  public static String of(Config config) {
    return config.hostname().isEmpty() ? find() : config.hostname();
  }

  static String find() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      return name.isBlank() ? "localhost" : name;
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
