package org.posthorn.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// `./posthorn serve` that looks at every message as at one of a stranger: gate, SPF, DKIM, DMARC,
/// ARC, rules and filter, with a name server on this machine.
final class CheckingServer {
  private CheckingServer() {}

  static Running start(Launcher launcher, int accounts, InetSocketAddress names)
      throws IOException {
    Path data = Daemon.directory(launcher.root(), "checking");
    int smtp = Daemon.freePort();
    int imap = Daemon.freePort();
    Path config = data.resolve("posthorn.toml");
    Path store = data.resolve("data");
    Files.writeString(config, config(store, smtp, imap, names));
    String program = launcher.root().resolve("posthorn").toString();
    Daemon.run(program, "domain", "add", "bench.test", "--data", store.toString());
    List<Peer.Login> logins = Peer.Login.some(accounts);
    for (Peer.Login l : logins) {
      Daemon.run(
          program,
          "account",
          "add",
          l.name(),
          "--password",
          l.password(),
          "--data",
          store.toString());
    }
    Daemon daemon =
        Daemon.start(
                data,
                DevServer.environment(launcher),
                List.of(program, "serve", "--config", config.toString()))
            .awaitLine("READY");
    Map<String, Integer> ports = Map.of("smtp", smtp, "imap", imap);
    Peer peer = new Peer(Setup.SELF, "127.0.0.1", ports, logins, List.of(daemon.pid()), null);
    return new Running(peer, List.of(daemon));
  }

  private static String config(Path store, int smtp, int imap, InetSocketAddress names) {
    return """
    hostname = "mail.bench.test"
    data = "%s"
    login.cleartext = "loopback"
    outbound.enabled = false
    dns.servers = ["127.0.0.1:%d"]
    judge.loopback = true
    [gate]
    loopback = true
    connections-per-minute = 1000000
    messages-per-minute = 10000000
    recipients-per-minute = 10000000
    [listen]
    smtp = { bind = ["127.0.0.1:%d"] }
    imap = { bind = ["127.0.0.1:%d"] }
    submission = { enabled = false }
    submissions = { enabled = false }
    imaps = { enabled = false }
    pop3 = { enabled = false }
    pop3s = { enabled = false }
    [metrics]
    enabled = false
    """
        .formatted(store, names.getPort(), smtp, imap);
  }
}
