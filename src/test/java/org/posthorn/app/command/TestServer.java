package org.posthorn.app.command;

import java.nio.file.Path;
import org.posthorn.app.Settings;
import org.posthorn.app.config.Config;
import org.posthorn.app.config.ConfigReader;

/// A server for tests: every door on a port of the system's choice.
public final class TestServer {
  private static final String[] DOORS = {
    "smtp", "submission", "submissions", "lmtp", "imap", "imaps", "pop3", "pop3s"
  };

  private TestServer() {}

  public static Settings settings(Path data) {
    return settings(data, "", false);
  }

  /// @param more further lines of TOML
  public static Settings settings(Path data, String more, boolean anyUser) {
    return Settings.dev(config(data, more), anyUser);
  }

  public static Config config(Path data, String more) {
    return configWithout("", data, more);
  }

  /// Leaves one door to `more`.
  public static Config configWithout(String but, Path data, String more) {
    StringBuilder toml = new StringBuilder();
    toml.append("hostname = \"mail.example.test\"\n");
    toml.append("data = \"").append(data).append("\"\n");
    toml.append("login.cleartext = \"loopback\"\n");
    toml.append("metrics.bind = \"127.0.0.1:0\"\n");
    toml.append(more);
    for (String door : DOORS) {
      if (door.equals(but)) {
        continue;
      }
      toml.append("\n[listen.").append(door).append("]\nenabled = true\n");
      toml.append("bind = [\"127.0.0.1:0\"]\n");
    }
    return ConfigReader.parse("test", toml.toString());
  }
}
