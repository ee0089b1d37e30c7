package org.posthorn.bench;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A process with a directory of its own under `target/`. Whatever ends this program ends it, too,
/// with all processes it started, and removes the directory.
final class Daemon implements Closeable {
  private static final int START_SECONDS = 60;
  private static final int STOP_SECONDS = 40;
  private static final int LOG_LINES = 20;
  private static final Set<Daemon> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> {
                  ending = true;
                  RUNNING.forEach(Daemon::end);
                }));
  }

  private static volatile boolean ending;

  private final Process process;
  private final Path data;

  // What it had started when it was ready, some of which may leave their parents: Postfix's master.
  private final Set<ProcessHandle> started = ConcurrentHashMap.newKeySet();

  private Daemon(Process process, Path data) {
    this.process = process;
    this.data = data;
  }

  /// A fresh directory that everybody may enter: daemons change users.
  static Path directory(Path root, String name) throws IOException {
    Path target = Files.createDirectories(root.resolve("target"));
    Path data = Files.createTempDirectory(target, "bench-" + name + "-");
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    return data;
  }

  /// @param data where its log goes, and what is removed at the end
  /// @param environment beside ours
  static Daemon start(Path data, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectError(data.resolve("err").toFile());
    Daemon daemon = new Daemon(builder.start(), data);
    RUNNING.add(daemon);
    return daemon;
  }

  long pid() {
    return process.pid();
  }

  Path data() {
    return data;
  }

  /// Waits for the line on its standard output; what came before it.
  ///
  /// Ends it where it does not come.
  Daemon awaitLine(String line) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String s = out.readLine(); s != null; s = out.readLine()) {
      if (s.equals(line)) {
        return this;
      }
    }
    throw failed();
  }

  /// Waits until somebody listens there. Ends it where nobody does.
  Daemon awaitPort(int port) throws IOException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (process.isAlive() && System.nanoTime() < until) {
      try (Socket s = new Socket()) {
        s.connect(new InetSocketAddress("127.0.0.1", port), 200);
        process.descendants().forEach(started::add);
        return this;
      } catch (IOException e) {
        Thread.onSpinWait();
      }
    }
    throw failed();
  }

  private IOException failed() {
    String log;
    try {
      List<String> lines = Files.readAllLines(data.resolve("err"));
      log = String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      log = e.toString();
    }
    end();
    return new IOException(
        "did not start: " + process.info().command().orElse(data.toString()) + "\n" + log);
  }

  @Override
  public void close() {
    end();
  }

  private void end() {
    if (!RUNNING.remove(this)) {
      return;
    }
    process.descendants().forEach(started::add);
    List<ProcessHandle> children =
        started.stream().flatMap(p -> Stream.concat(Stream.of(p), p.descendants())).toList();
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
    for (ProcessHandle child : children) {
      child.destroyForcibly();
      while (child.isAlive()) {
        Thread.onSpinWait();
      }
    }
    try (Stream<Path> files = Files.walk(data)) {
      for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(p);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("cannot remove " + data + ": " + e);
    }
  }

  /// Whether this program is being ended, so that servers going away are no news.
  static boolean ending() {
    return ending;
  }

  static int freePort() throws IOException {
    try (ServerSocket s = new ServerSocket(0)) {
      return s.getLocalPort();
    }
  }

  static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Runs a program to its end, which must be a good one.
  static void run(String... command) throws IOException {
    try {
      Process p =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.PIPE)
              .start();
      String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (p.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " failed: " + said);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
