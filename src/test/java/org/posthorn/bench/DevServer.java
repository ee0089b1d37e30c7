package org.posthorn.bench;

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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// `./posthorn dev` on a fresh directory and free ports, from its start to its end.
final class DevServer implements AutoCloseable {
  private static final Map<String, Integer> STANDARD_PORTS =
      Map.ofEntries(
          Map.entry("lmtp", 24),
          Map.entry("smtp", 25),
          Map.entry("pop3", 110),
          Map.entry("imap", 143),
          Map.entry("submission", 587),
          Map.entry("imaps", 993),
          Map.entry("pop3s", 995));
  private static final int[] OTHER_PORTS = {465, 4190, 7025};
  private static final int OFFSET_MIN = 9_000;
  private static final int OFFSET_MAX = 24_000; // below the ports that clients are given
  private static final int STOP_SECONDS = 40;

  private final Process process;
  private final Path data;
  private final int offset;
  private final List<Peer.Login> accounts;

  private DevServer(Process process, Path data, int offset, List<Peer.Login> accounts) {
    this.process = process;
    this.data = data;
    this.offset = offset;
    this.accounts = accounts;
  }

  /// Starts and waits until it is ready.
  ///
  /// @param root of the repository
  /// @param more options of `posthorn dev`
  static DevServer start(Path root, int accounts, String... more) throws IOException {
    Path target = Files.createDirectories(root.resolve("target"));
    Path data = Files.createTempDirectory(target, "bench-");
    int offset = freeOffset();
    List<String> command = new ArrayList<>();
    command.add(root.resolve("posthorn").toString());
    command.addAll(List.of("dev", "--data", data.toString(), "--offset", "" + offset));
    List<Peer.Login> logins = new ArrayList<>();
    for (int i = 0; i < accounts; i++) {
      logins.add(new Peer.Login("bench" + i + "@bench.test", "bench-password-" + i));
      command.addAll(
          List.of("--user", logins.getLast().name() + ":" + logins.getLast().password()));
    }
    command.addAll(List.of(more));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(data.resolve("log").toFile());
    DevServer server = new DevServer(builder.start(), data, offset, logins);
    try {
      server.awaitReady();
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private void awaitReady() throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.equals("READY")) {
        return;
      }
    }
    List<String> log = Files.readAllLines(data.resolve("log"));
    throw new IOException("the server did not start: " + String.join("\n", log));
  }

  private static int freeOffset() {
    Random random = new Random();
    while (true) {
      int offset = random.nextInt(OFFSET_MIN, OFFSET_MAX);
      List<Integer> ports = new ArrayList<>(STANDARD_PORTS.values());
      for (int p : OTHER_PORTS) {
        ports.add(p);
      }
      if (ports.stream().allMatch(p -> free(offset + p))) {
        return offset;
      }
    }
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  Peer peer() {
    Map<String, Integer> ports = new HashMap<>();
    STANDARD_PORTS.forEach((name, port) -> ports.put(name, port + offset));
    return new Peer("127.0.0.1", ports, accounts, process.pid());
  }

  @Override
  public void close() throws IOException {
    end(process, data);
  }

  /// Ends a server, and removes what it stored.
  static void end(Process process, Path data) throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
    try (Stream<Path> files = Files.walk(data)) {
      for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(p);
      }
    }
  }
}
