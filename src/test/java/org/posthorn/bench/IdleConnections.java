package org.posthorn.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.posthorn.net.Addresses;
import org.posthorn.net.Connection;
import org.posthorn.net.Limits;
import org.posthorn.net.LineClient;
import org.posthorn.net.Listener;
import org.posthorn.net.ListenerConfig;
import org.posthorn.net.NetworkSet;
import org.posthorn.net.Ticker;
import org.posthorn.net.TlsContexts;
import org.posthorn.net.TlsMode;

/// What an idle connection costs in resident memory, for `net` alone. Run it as `java ...
/// org.posthorn.bench.IdleConnections plain|tls COUNT`; it starts the clients as a second process
/// with the same class path, waits until all connections are idle, and prints KiB each.
public final class IdleConnections {
  // One after the other, so that the compilers have done their work and the heap has not grown.
  private static final int WARM_UP = 3000;
  private static final long SETTLE_MILLIS = 3000; // longer than a waiting read keeps its buffer

  private IdleConnections() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("client") || args[0].equals("churn")) {
      connect(
          args[0].equals("client"),
          args[1].equals("tls"),
          Integer.parseInt(args[2]),
          Integer.parseInt(args[3]));
      return;
    }
    boolean tls = args[0].equals("tls");
    int count = Integer.parseInt(args[1]);
    TlsContexts contexts =
        tls
            ? TlsContexts.selfSigned(
                Files.createTempDirectory("idle").resolve("own.pem"),
                List.of("localhost"),
                InstantSource.system())
            : null;
    ListenerConfig config =
        ListenerConfig.of(
            "idle",
            new InetSocketAddress(Addresses.parse("127.0.0.1"), 0),
            tls ? TlsMode.IMPLICIT : TlsMode.NONE);
    Limits limits = new Limits(count + WARM_UP, count, NetworkSet.LOOPBACK);
    try (Listener listener =
        Listener.open(config, limits, contexts, Ticker.SYSTEM, IdleConnections::serve)) {
      Process warmUp = client("churn", tls, listener, WARM_UP);
      warmUp.inputReader().readLine();
      warmUp.destroy();
      warmUp.waitFor();
      while (limits.open() > 0) {
        Thread.sleep(100);
      }
      long before = settled();
      long heapBefore = heap();
      Process clients = client("client", tls, listener, count);
      clients.inputReader().readLine();
      Thread.sleep(SETTLE_MILLIS);
      long asItIs = rss();
      long after = settled();
      long heapAfter = heap();
      System.out.printf(
          "%s: %d connections, RSS %d -> %d KiB, %.2f KiB each (%.2f before a collection),"
              + " live heap %.2f KiB each, buffers held: %d bytes%n",
          args[0],
          limits.open(),
          before,
          after,
          (double) (after - before) / count,
          (double) (asItIs - before) / count,
          (double) (heapAfter - heapBefore) / 1024 / count,
          limits.bufferBytes());
      if (args.length > 2) { // to look at the heap with jcmd
        Thread.sleep(Long.parseLong(args[2]) * 1000);
      }
      clients.destroy();
    }
  }

  private static void serve(Connection c) throws IOException {
    c.out().ascii("* OK ready\r\n");
    while (c.awaitCommand()) {
      if (c.in().readLine(1000) == null) {
        return;
      }
      c.out().ascii("+ idling\r\n");
    }
  }

  private static Process client(String role, boolean tls, Listener listener, int count)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "-Xmx2g"));
    command.addAll(List.of(IdleConnections.class.getName(), role, tls ? "tls" : "plain"));
    command.add(String.valueOf(count));
    command.add(String.valueOf(listener.address().getPort()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static long settled() throws Exception {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(SETTLE_MILLIS / 2);
    }
    return rss();
  }

  private static long heap() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static long rss() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no VmRSS");
  }

  /// Opens connections from several addresses, a few at a time, says a command on each, prints a
  /// line, and stays.
  private static void connect(boolean stay, boolean tls, int count, int port) throws Exception {
    ConcurrentLinkedQueue<LineClient> clients = new ConcurrentLinkedQueue<>();
    AtomicInteger left = new AtomicInteger(count);
    int threads = 16;
    CountDownLatch done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Thread.ofPlatform()
          .start(() -> {
            try {
              while (left.getAndDecrement() > 0) {
                InetSocketAddress to = new InetSocketAddress(Addresses.parse("127.0.0.1"), port);
                LineClient client = tls ? LineClient.connectTls(to) : LineClient.connect(to);
                client.expect("* OK");
                client.send("a IDLE").expect("+");
                clients.add(client);
              }
            } catch (IOException e) {
              e.printStackTrace();
            }
            done.countDown();
          });
    }
    done.await();
    System.out.println("ready " + clients.size());
    Thread.sleep(Long.MAX_VALUE);
  }
}
