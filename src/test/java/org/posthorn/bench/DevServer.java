package org.posthorn.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// `./posthorn dev` on a fresh directory and free ports, with the settings `serve` picks on a
/// machine of so much memory.
final class DevServer {
  private static final Map<String, Integer> STANDARD_PORTS =
      Map.ofEntries(
          Map.entry("lmtp", 24),
          Map.entry("smtp", 25),
          Map.entry("pop3", 110),
          Map.entry("imap", 143),
          Map.entry("submissions", 465),
          Map.entry("submission", 587),
          Map.entry("imaps", 993),
          Map.entry("pop3s", 995));
  private static final int HTTP = 7025;
  private static final int OFFSET_MIN = 9_000;
  private static final int OFFSET_MAX = 24_000; // below the ports that clients are given

  private DevServer() {}

  /// Starts and waits until it is ready.
  ///
  /// @param more options of `posthorn dev`
  static Running start(Launcher launcher, int accounts, String... more) throws IOException {
    Path data = Daemon.directory(launcher.root(), Setup.SELF);
    int offset = freeOffset();
    List<String> command = new ArrayList<>();
    command.add(launcher.root().resolve("posthorn").toString());
    command.addAll(List.of("dev", "--data", data.resolve("data").toString()));
    command.addAll(List.of("--offset", "" + offset));
    List<Peer.Login> logins = Peer.Login.some(accounts);
    for (Peer.Login l : logins) {
      command.addAll(List.of("--user", l.name() + ":" + l.password()));
    }
    command.addAll(List.of(more));
    Daemon daemon = Daemon.start(data, environment(launcher), command).awaitLine("READY");
    Map<String, Integer> ports = new HashMap<>();
    STANDARD_PORTS.forEach((name, port) -> ports.put(name, port + offset));
    Peer peer = new Peer(Setup.SELF, "127.0.0.1", ports, logins, List.of(daemon.pid()), null);
    return new Running(peer, List.of(daemon));
  }

  static Map<String, String> environment(Launcher launcher) {
    return Map.of("POSTHORN_MEMORY_MB", String.valueOf(launcher.memory()));
  }

  static int freeOffset() {
    Random random = new Random();
    while (true) {
      int offset = random.nextInt(OFFSET_MIN, OFFSET_MAX);
      List<Integer> ports = new ArrayList<>(STANDARD_PORTS.values());
      ports.add(HTTP);
      if (ports.stream().allMatch(p -> Daemon.free(offset + p))) {
        return offset;
      }
    }
  }
}
