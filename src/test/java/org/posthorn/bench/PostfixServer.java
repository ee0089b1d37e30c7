package org.posthorn.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Postfix on a fresh queue directory and a free port, which takes mail from this machine and sends
/// all of it to one host: set up for throughput as its own tuning guide advises. It syncs a message
/// before it answers, as it always does. Needs root, as its daemons change users.
final class PostfixServer implements AutoCloseable {
  private static final int START_SECONDS = 20;

  /// What a fresh instance is made of, from the installed one.
  private static final Path INSTALLED = Path.of("/etc/postfix/master.cf");

  private final Process process;
  private final Path data;
  private final int port;

  private PostfixServer(Process process, Path data, int port) {
    this.process = process;
    this.data = data;
    this.port = port;
  }

  /// @param relay where all mail goes
  static PostfixServer start(Path root, InetSocketAddress relay) throws IOException {
    return start(root, "relayhost = [%s]:%d".formatted(relay.getHostString(), relay.getPort()));
  }

  private static PostfixServer start(Path root, String way) throws IOException {
    Path target = Files.createDirectories(root.resolve("target"));
    Path data = Files.createTempDirectory(target, "postfix-");
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path config = Files.createDirectory(data.resolve("config"));
    Path spool = Files.createDirectory(data.resolve("spool"));
    Path state = Files.createDirectory(data.resolve("state"));
    DovecotServer.run("chown", "postfix", state.toString());
    int port = DovecotServer.freePort();
    Files.writeString(config.resolve("main.cf"), main(spool, state, way));
    Files.writeString(config.resolve("master.cf"), master(port));
    Process process =
        new ProcessBuilder("postfix", "-c", config.toString(), "start-fg")
            .redirectErrorStream(true)
            .redirectOutput(data.resolve("out").toFile())
            .start();
    PostfixServer server = new PostfixServer(process, data, port);
    try {
      server.await();
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private static String main(Path spool, Path state, String way) {
    return """
    compatibility_level = 3.6
    queue_directory = %s
    data_directory = %s
    command_directory = /usr/sbin
    daemon_directory = /usr/lib/postfix/sbin
    mail_owner = postfix
    setgid_group = postdrop
    inet_interfaces = 127.0.0.1
    inet_protocols = ipv4
    myhostname = bench.test
    mydestination =
    local_recipient_maps =
    mynetworks = 127.0.0.0/8
    %s
    disable_dns_lookups = yes
    smtp_host_lookup = native
    smtpd_peername_lookup = no
    smtpd_client_connection_count_limit = 0
    smtpd_client_connection_rate_limit = 0
    default_process_limit = 200
    initial_destination_concurrency = 20
    default_destination_concurrency_limit = 100
    smtp_destination_concurrency_limit = 100
    relay_destination_concurrency_limit = 100
    smtp_connection_cache_on_demand = yes
    smtp_connection_reuse_count_limit = 100
    maillog_file = /dev/null
    maillog_file_prefixes = /dev
    in_flow_delay = 0
    """
        .formatted(spool, state, way);
  }

  private static String master(int port) throws IOException {
    StringBuilder out = new StringBuilder();
    boolean skipping = false;
    for (String line : Files.readAllLines(INSTALLED)) {
      boolean more = line.startsWith(" ") || line.startsWith("\t");
      if (!more) {
        skipping = line.startsWith("smtp ") && line.contains("inet");
      }
      if (!skipping) {
        out.append(line).append('\n');
      }
    }
    return out.append("127.0.0.1:")
        .append(port)
        .append(" inet n - n - 100 smtpd\n")
        .toString()
        .replaceAll("(?m)^(\\S+\\s+\\S+\\s+\\S+\\s+\\S+\\s+)y(\\s)", "$1n$2");
  }

  private void await() throws IOException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (process.isAlive() && System.nanoTime() < until) {
      try (Socket s = new Socket()) {
        s.connect(new InetSocketAddress("127.0.0.1", port), 200);
        return;
      } catch (IOException e) {
        Thread.onSpinWait();
      }
    }
    throw new IOException("postfix did not start: " + Files.readString(data.resolve("out")));
  }

  /// Postfix that takes mail for accounts in a Dovecot behind it, which is ended with it.
  record Receiver(PostfixServer postfix, DovecotServer dovecot) implements AutoCloseable {
    static Receiver start(Path root, int accounts) throws IOException {
      DovecotServer dovecot = DovecotServer.start(root, "sdbox", accounts);
      try {
        String way =
            "virtual_mailbox_domains = bench.test\n"
                + "virtual_transport = lmtp:inet:127.0.0.1:"
                + dovecot.peer().ports().get("lmtp")
                + "\nlmtp_destination_concurrency_limit = 20"
                + "\nlmtp_destination_recipient_limit = 1";
        return new Receiver(PostfixServer.start(root, way), dovecot);
      } catch (IOException e) {
        dovecot.close();
        throw e;
      }
    }

    Peer peer() {
      int imap = dovecot.peer().ports().get("imap");
      return new Peer(
          "127.0.0.1", Map.of("smtp", postfix.port, "imap", imap), dovecot.peer().accounts(), null);
    }

    @Override
    public void close() throws IOException {
      postfix.close();
      dovecot.close();
    }
  }

  Peer peer() {
    return new Peer("127.0.0.1", Map.of("submission", port), List.of(), null);
  }

  @Override
  public void close() throws IOException {
    DovecotServer.run("postfix", "-c", data.resolve("config").toString(), "stop");
    DevServer.end(process, data);
  }
}
