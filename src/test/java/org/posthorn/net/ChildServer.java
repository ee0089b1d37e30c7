package org.posthorn.net;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// An echo server in a process of its own, for tests of what a machine can be short of. Says where
/// it listens, and for each line on its input how often accept failed.
final class ChildServer implements AutoCloseable {
  private final Process process;
  private final BufferedReader from;

  private ChildServer(Process process) {
    this.process = process;
    this.from = process.inputReader(StandardCharsets.UTF_8);
  }

  public static void main(String[] args) throws IOException {
    InetSocketAddress bind = new InetSocketAddress(Addresses.parse(args[0]), 0);
    try (Listener listener =
            Listener.open(
                ListenerConfig.of("child", bind, TlsMode.NONE),
                new Limits(),
                null,
                Ticker.SYSTEM,
                Servers::echo);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      say(listener.address().getAddress().getHostAddress());
      say(String.valueOf(listener.address().getPort()));
      while (in.readLine() != null) {
        say(String.valueOf(listener.limits().counters().acceptsFailed.sum()));
      }
    } catch (IOException e) {
      say(e.getMessage());
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /// Starts it in a shell, behind some words such as `ulimit -n 80;`.
  static ChildServer start(String shell, List<String> flags, String bind) throws Exception {
    List<String> java = new ArrayList<>();
    java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    java.addAll(flags);
    java.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classPath()));
    java.addAll(List.of(ChildServer.class.getName(), bind));
    String command = shell + " exec \"$@\"";
    List<String> all = new ArrayList<>(List.of("sh", "-c", command, "sh"));
    all.addAll(java);
    Process process =
        new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return new ChildServer(process);
  }

  private static String classPath() throws URISyntaxException {
    List<String> places = new ArrayList<>();
    for (Class<?> one : List.of(Listener.class, ChildServer.class)) {
      places.add(
          Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    return String.join(File.pathSeparator, places);
  }

  String readLine() throws IOException {
    return from.readLine();
  }

  long acceptsFailed() throws IOException {
    process.outputWriter().write("?\n");
    process.outputWriter().flush();
    return Long.parseLong(from.readLine());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
