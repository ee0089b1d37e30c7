package org.posthorn.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.posthorn.app.Main;

/// `posthorn dev` as a process of its own, from the classes under test, on free ports.
final class ServerProcess implements AutoCloseable {
  private static final int ATTEMPTS = 5;

  /// Offsets that lead to ports which nobody is given by the kernel.
  private static final int OFFSET_MIN = 9_000;

  private static final int OFFSET_MAX = 24_000;

  /// `name scheme://host:port more`.
  private static final Pattern DOOR = Pattern.compile("^(\\w+) +\\w+://([\\d.]+):(\\d+)( |$)");

  private final Process process;
  private final Map<String, InetSocketAddress> doors = new HashMap<>();

  private ServerProcess(Process process) {
    this.process = process;
  }

  /// Starts on a directory, new or not, and waits until it is ready.
  ///
  /// @param log gets what the server says on standard error, at its end
  static ServerProcess start(Path data, Path log, List<String> options) throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      ServerProcess server = new ServerProcess(launch(data, log, options));
      if (server.awaitReady()) {
        return server;
      }
      server.kill(); // a port was taken since it was tried
    }
    throw new IOException("the server does not start:\n" + Files.readString(log));
  }

  private static Process launch(Path data, Path log, List<String> options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("dev", "--data", data.toString(), "--offset", "" + freeOffset()));
    command.addAll(options);
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private static int freeOffset() throws IOException {
    while (true) {
      int offset = ThreadLocalRandom.current().nextInt(OFFSET_MIN, OFFSET_MAX);
      try (ServerSocket smtp = new ServerSocket();
          ServerSocket imap = new ServerSocket()) {
        smtp.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), offset + 25));
        imap.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), offset + 143));
        return offset;
      } catch (java.net.BindException e) {
        // Somebody has it.
      }
    }
  }

  /// Reads the lines that name the doors, up to READY; false if the process ends before.
  private boolean awaitReady() throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.equals("READY")) {
        return true;
      }
      Matcher door = DOOR.matcher(line);
      if (door.find()) {
        InetAddress host = InetAddress.ofLiteral(door.group(2));
        doors.put(door.group(1), new InetSocketAddress(host, Integer.parseInt(door.group(3))));
      }
    }
    return false;
  }

  InetSocketAddress at(String protocol) {
    return doors.get(protocol);
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
