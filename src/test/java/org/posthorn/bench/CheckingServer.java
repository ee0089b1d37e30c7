package org.posthorn.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `./posthorn serve` that looks at every message as at one of a stranger: gate, SPF, DKIM, DMARC,
/// ARC, rules and filter, with a name server on this machine.
final class CheckingServer implements AutoCloseable {
  private static final String PASSWORD = "bench-password-0";

  private final Process process;
  private final Path data;
  private final Peer peer;

  private CheckingServer(Process process, Path data, Peer peer) {
    this.process = process;
    this.data = data;
    this.peer = peer;
  }

  /// @param root of the repository
  static CheckingServer start(Path root, int accounts, InetSocketAddress names) throws IOException {
    Path target = Files.createDirectories(root.resolve("target"));
    Path data = Files.createTempDirectory(target, "bench-");
    int smtp = DovecotServer.freePort();
    int imap = DovecotServer.freePort();
    Path config = data.resolve("posthorn.toml");
    Path store = data.resolve("data");
    Files.writeString(config, config(store, smtp, imap, names));
    String program = root.resolve("posthorn").toString();
    List<Peer.Login> logins = new ArrayList<>();
    DovecotServer.run(program, "domain", "add", "bench.test", "--data", store.toString());
    for (int i = 0; i < accounts; i++) {
      Peer.Login login = new Peer.Login("bench" + i + "@bench.test", PASSWORD);
      DovecotServer.run(
          program,
          "account",
          "add",
          login.name(),
          "--password",
          PASSWORD,
          "--data",
          store.toString());
      logins.add(login);
    }
    Process process =
        new ProcessBuilder(program, "serve", "--config", config.toString())
            .redirectError(data.resolve("log").toFile())
            .start();
    Peer peer = new Peer("127.0.0.1", Map.of("smtp", smtp, "imap", imap), logins, process.pid());
    CheckingServer server = new CheckingServer(process, data, peer);
    try {
      server.await();
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
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

  private void await() throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.equals("READY")) {
        return;
      }
    }
    throw new IOException(
        "the server did not start: " + String.join("\n", Files.readAllLines(data.resolve("log"))));
  }

  Peer peer() {
    return peer;
  }

  @Override
  public void close() throws IOException {
    DevServer.end(process, data);
  }
}
