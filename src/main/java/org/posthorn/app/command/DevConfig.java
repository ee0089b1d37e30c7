package org.posthorn.app.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.config.Config;
import org.posthorn.app.config.ConfigReader;
import org.posthorn.app.config.Endpoint;

/// The configuration of `posthorn dev`.
final class DevConfig {
  static final String DOMAIN = "example.test";

  private static final int PORT_MAX = 65_535;
  private static final int HTTP = 7025;

  private record Port(String door, int standard) {}

  private static final List<Port> PORTS =
      List.of(
          new Port("lmtp", 24),
          new Port("smtp", 25),
          new Port("pop3", 110),
          new Port("imap", 143),
          new Port("submissions", 465),
          new Port("submission", 587),
          new Port("imaps", 993),
          new Port("pop3s", 995));

  private DevConfig() {}

  /// Where mail for other domains goes; null where nothing was said, and with nothing said at all
  /// it stays.
  ///
  /// @param relay takes all of it, as `HOST:PORT`
  /// @param dns name server, as `HOST:PORT`
  /// @param mxPort where servers of domains listen, this machine among them
  record Outside(String relay, String dns, Integer mxPort) {
    static final Outside NOTHING = new Outside(null, null, null);

    private void tell(StringBuilder toml) {
      toml.append("outbound.enabled = ").append(!equals(NOTHING)).append('\n');
      if (relay != null) {
        int colon = portOf("--relay", relay);
        toml.append("outbound.smarthosts = [{ tls = \"opportunistic\", host = ");
        toml.append(quoted(relay.substring(0, colon))).append(", port = ");
        toml.append(relay.substring(colon + 1)).append(" }]\n");
      }
      // Without a name server that is for it, judging would only wait, and nobody can check what
      // is signed.
      toml.append("dkim.enabled = ").append(dns != null).append('\n');
      toml.append("judge.enabled = ").append(dns != null).append('\n');
      toml.append("judge.loopback = ").append(dns != null).append('\n');
      if (dns != null) {
        try {
          toml.append("dns.servers = [").append(quoted(Endpoint.parse(dns).toString()));
          toml.append("]\n");
        } catch (IllegalArgumentException e) {
          throw new CommandFailed("--dns " + dns + ": " + e.getMessage());
        }
      }
      if (mxPort != null) {
        if (mxPort < 1 || mxPort > PORT_MAX) {
          throw new CommandFailed("--mx-port " + mxPort + " is not a port");
        }
        toml.append("outbound.port = ").append(mxPort).append('\n');
        toml.append("outbound.allow-private = true\n");
      }
    }

    /// Where the colon before the port is.
    private static int portOf(String option, String text) {
      int colon = text.lastIndexOf(':');
      String port = text.substring(colon + 1);
      if (colon < 1 || !port.matches("[1-9]\\d{0,4}") || Integer.parseInt(port) > PORT_MAX) {
        throw new CommandFailed(option + " " + text + " is not HOST:PORT");
      }
      return colon;
    }
  }

  static Config of(Path data, String bind, int offset, boolean strict) {
    return of(data, bind, offset, strict, Outside.NOTHING);
  }

  static Config of(Path data, String bind, int offset, boolean strict, Outside outside) {
    if (offset < 0 || offset + HTTP > PORT_MAX) {
      throw new CommandFailed("--offset " + offset + " leads out of the range of ports");
    }
    StringBuilder toml = new StringBuilder();
    toml.append("hostname = \"localhost\"\n");
    toml.append("data = ").append(quoted(data.toString())).append('\n');
    toml.append("domains = [\"" + DOMAIN + "\"]\n");
    toml.append("login.cleartext = \"").append(strict ? "never" : "loopback").append("\"\n");
    // Tests send more in an hour than people do.
    toml.append("sending.messages-per-hour = 0\nsending.messages-per-day = 0\n");
    toml.append("sending.new-recipients-per-hour = 0\nsending.new-recipients-per-day = 0\n");
    toml.append("metrics.bind = ").append(quoted(endpoint(bind, offset + HTTP))).append('\n');
    outside.tell(toml);
    for (Port port : PORTS) {
      toml.append("[listen.").append(port.door).append("]\nenabled = true\nbind = [");
      toml.append(quoted(endpoint(bind, offset + port.standard))).append("]\n");
    }
    return ConfigReader.parse("dev", toml.toString());
  }

  /// Where data lies that nobody gave a place: the user's directory for state (XDG Base Directory
  /// Specification).
  static Path defaultData(Map<String, String> environment) {
    return absolute(environment.get("XDG_STATE_HOME"))
        .or(() -> absolute(environment.get("HOME")).map(home -> home.resolve(".local/state")))
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".local", "state"))
        .resolve("posthorn")
        .resolve("dev");
  }

  private static Optional<Path> absolute(String path) {
    return Optional.ofNullable(path).map(Path::of).filter(Path::isAbsolute);
  }

  private static String endpoint(String bind, int port) {
    try {
      return new Endpoint(bind, port).toString();
    } catch (IllegalArgumentException e) {
      throw new CommandFailed("--bind " + bind + ": " + e.getMessage());
    }
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
