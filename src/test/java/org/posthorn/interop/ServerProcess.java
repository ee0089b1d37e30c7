package org.posthorn.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.posthorn.app.Main;

/// `posthorn serve` as a process of its own, from the classes under test, with SMTP and IMAP on
/// ports of the system's choice.
final class ServerProcess implements AutoCloseable {
  private static final String CONFIG =
      """
      hostname = "mail.kill.test"
      data = "%s"
      login.cleartext = "loopback"
      metrics.enabled = false
      %s
      [listen]
      smtp = { bind = ["127.0.0.1:0"] }
      submission = { enabled = false }
      submissions = { enabled = false }
      imap = { bind = ["127.0.0.1:0"] }
      imaps = { enabled = false }
      pop3 = { enabled = false }
      pop3s = { enabled = false }
      """;

  /// What the log says of an open door.
  private static final Pattern DOOR =
      Pattern.compile("event=listening door=(\\w+) address=([\\d.]+):(\\d+) ");

  private final Process process;
  private final Map<String, InetSocketAddress> doors = new HashMap<>();

  private ServerProcess(Process process) {
    this.process = process;
  }

  /// Starts on a directory, new or not, and waits until it is ready.
  ///
  /// @param log gets what the server says on standard error, and nothing else
  static ServerProcess start(Path data, Path log) throws IOException {
    return start(data, log, "");
  }

  /// The same.
  ///
  /// @param more lines of configuration
  static ServerProcess start(Path data, Path log, String more) throws IOException {
    Path config = log.resolveSibling("posthorn.toml");
    Files.writeString(config, CONFIG.formatted(data, more));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("serve", "--config", config.toString()));
    ServerProcess server =
        new ServerProcess(new ProcessBuilder(command).redirectError(log.toFile()).start());
    server.awaitReady(log);
    return server;
  }

  /// Waits for READY, before which the log says where the doors are.
  private void awaitReady(Path log) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    String said = Files.readString(log);
    if (!"READY".equals(line)) {
      kill();
      throw new IOException("the server does not start:\n" + said);
    }
    Matcher door = DOOR.matcher(said);
    while (door.find()) {
      InetAddress host = InetAddress.ofLiteral(door.group(2));
      doors.put(door.group(1), new InetSocketAddress(host, Integer.parseInt(door.group(3))));
    }
  }

  InetSocketAddress at(String protocol) {
    return doors.get(protocol);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// SIGKILL, and waits for the end.
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
