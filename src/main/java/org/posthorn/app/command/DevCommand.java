package org.posthorn.app.command;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.posthorn.app.CannotListen;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.Server;
import org.posthorn.app.Settings;
import org.posthorn.app.Version;
import org.posthorn.app.config.Endpoint;
import org.posthorn.mime.EmailAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `posthorn dev`.
@Command(
    name = "dev",
    description = "Runs a server to develop and test with: no root, no configuration, high ports.")
final class DevCommand implements Callable<Integer> {
  private static final List<String> DEFAULT_USERS =
      List.of("ana@" + DevConfig.DOMAIN, "bo@" + DevConfig.DOMAIN);

  private final Io io;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory (default: posthorn/dev in the user's state directory).")
  private Path data;

  @Option(
      names = "--offset",
      paramLabel = "N",
      description = "Added to the standard ports (default: ${DEFAULT-VALUE}).")
  private int offset = 1000;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  private String bind = "127.0.0.1";

  @Option(
      names = "--user",
      paramLabel = "ADDRESS:PASSWORD",
      description =
          "An account to have, with its domain; repeat for more (default: ana and bo at"
              + " example.test with passwords that are printed).")
  private List<String> user = new ArrayList<>();

  @Option(
      names = "--any-user",
      description = "Every address of every domain is an inbox, and any password opens it.")
  private boolean anyUser;

  @Option(
      names = "--strict",
      description = "Passwords over TLS only, as in production, also on the machine itself.")
  private boolean strict;

  @Option(
      names = "--relay",
      paramLabel = "HOST:PORT",
      description =
          "Sends mail for other domains to this server. Without this, --dns and --mx-port it stays"
              + " in the queue.")
  private String relay;

  @Option(
      names = "--dns",
      paramLabel = "HOST:PORT",
      description = "Asks this name server, and sends mail for other domains where it says.")
  private String dns;

  @Option(
      names = "--mx-port",
      paramLabel = "N",
      description =
          "Sends mail for other domains to this port of their servers, which may be this machine.")
  private Integer mxPort;

  DevCommand(Io io) {
    this.io = io;
  }

  /// An account and the password it shall have.
  record User(String address, String password) {
    /// The address ends at the first colon behind its `@`; the password may hold both.
    static User parse(String text) {
      int at = text.indexOf('@');
      int colon = text.indexOf(':', Math.max(at, 0));
      if (at < 1 || colon < 0 || colon == text.length() - 1) {
        throw new CommandFailed("--user " + shown(text) + " is not ADDRESS:PASSWORD");
      }
      String address = text.substring(0, colon);
      if (EmailAddress.parse(address) == null) {
        throw new CommandFailed("--user " + shown(text) + ": " + address + " is not an address");
      }
      return new User(address, text.substring(colon + 1));
    }
  }

  /// Without what may be the password.
  private static String shown(String user) {
    int colon = user.indexOf(':');
    return colon < 0 ? user : user.substring(0, colon + 1) + "...";
  }

  @Override
  public Integer call() {
    Path directory =
        data == null ? DevConfig.defaultData(System.getenv()) : data.toAbsolutePath().normalize();
    List<User> wanted = new ArrayList<>();
    for (String one : user) {
      wanted.add(User.parse(one));
    }
    if (user.isEmpty() && !anyUser) {
      for (String address : DEFAULT_USERS) {
        wanted.add(new User(address, PasswordOptions.generate()));
      }
    }
    var outside = new DevConfig.Outside(relay, dns, mxPort);
    Settings settings =
        Settings.dev(DevConfig.of(directory, bind, offset, strict, outside), anyUser);
    Server server = start(settings);
    try {
      for (User one : wanted) {
        server.administration().provide(one.address(), one.password());
      }
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    print(io.out(), server, directory);
    for (User one : wanted) {
      io.out().printf("%-12s %s  password %s%n", "account", one.address(), one.password());
    }
    if (anyUser) {
      io.out().printf("%-12s any address with any password%n", "account");
    }
    return Running.untilStopped(server, io);
  }

  private Server start(Settings settings) {
    try {
      return Server.start(settings);
    } catch (CannotListen e) {
      throw new CommandFailed(
          e.getMessage() + " (--offset N moves all ports; it is " + offset + " now)");
    }
  }

  static void print(PrintWriter out, Server server, Path directory) {
    out.println("Posthorn " + Version.TEXT + ", data in " + directory);
    for (Server.Door door : server.doors()) {
      out.printf("%-12s %s://%s  %s%n", door.name(), scheme(door), text(door), door.security());
    }
    Optional<InetSocketAddress> http = server.http();
    http.ifPresent(at -> out.printf("%-12s http://%s/metrics%n", "metrics", Endpoint.of(at)));
  }

  private static String scheme(Server.Door door) {
    return switch (door.name()) {
      case "submission" -> "smtp";
      case "submissions" -> "smtps";
      default -> door.name();
    };
  }

  private static Endpoint text(Server.Door door) {
    return Endpoint.of(door.address());
  }
}
