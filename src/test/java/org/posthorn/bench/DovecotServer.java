package org.posthorn.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Dovecot 2.3 on a fresh directory and a free port, set up for speed as its documentation advises:
/// login processes that stay, no authentication work, its default fsync policy. Needs root, as its
/// daemons change users.
final class DovecotServer implements AutoCloseable {
  private static final String PASSWORD = "bench";
  private static final int START_SECONDS = 20;

  private final Process process;
  private final Path data;
  private final int port;
  private final int lmtp;
  private final List<Peer.Login> accounts = new ArrayList<>();

  private DovecotServer(Process process, Path data, int port, int lmtp, int accounts) {
    this.lmtp = lmtp;
    this.process = process;
    this.data = data;
    this.port = port;
    for (int i = 0; i < accounts; i++) {
      this.accounts.add(new Peer.Login("bench" + i + "@bench.test", PASSWORD));
    }
  }

  /// @param format of the mail location: sdbox, mdbox or maildir
  static DovecotServer start(Path root, String format, int accounts) throws IOException {
    Path target = Files.createDirectories(root.resolve("target"));
    Path data = Files.createTempDirectory(target, "dovecot-");
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path mail = Files.createDirectory(data.resolve("mail"));
    run("chown", "mail:mail", mail.toString());
    int port = freePort();
    int lmtp = freePort();
    Path config = data.resolve("dovecot.conf");
    Files.writeString(config, config(data, mail, format, port, lmtp));
    Process process =
        new ProcessBuilder("dovecot", "-F", "-c", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(data.resolve("out").toFile())
            .start();
    DovecotServer server = new DovecotServer(process, data, port, lmtp, accounts);
    try {
      server.await();
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private static String config(Path data, Path mail, String format, int port, int lmtp) {
    return """
    base_dir = %1$s/run
    state_dir = %1$s/state
    log_path = %1$s/log
    protocols = imap lmtp
    listen = 127.0.0.1
    ssl = no
    disable_plaintext_auth = no
    mail_location = %3$s:%2$s/%%u
    mail_uid = mail
    mail_gid = mail
    first_valid_uid = 1
    mail_max_userip_connections = 1000
    default_process_limit = 500
    default_vsz_limit = 0
    namespace inbox {
      inbox = yes
      separator = /
    }
    service imap-login {
      service_count = 0
      process_min_avail = 2
      client_limit = 2000
      inet_listener imap {
        port = %4$d
      }
      inet_listener imaps {
        port = 0
      }
    }
    service lmtp {
      process_min_avail = 4
      service_count = 256
      inet_listener lmtp {
        address = 127.0.0.1
        port = %6$d
      }
    }
    service imap {
      service_count = 256
      process_min_avail = 4
    }
    passdb {
      driver = static
      args = password=%5$s
    }
    userdb {
      driver = static
      args = home=%2$s/%%u
    }
    """
        .formatted(data, mail, format, port, PASSWORD, lmtp);
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
    throw new IOException("dovecot did not start: " + Files.readString(data.resolve("out")));
  }

  static int freePort() throws IOException {
    try (ServerSocket s = new ServerSocket(0)) {
      return s.getLocalPort();
    }
  }

  static void run(String... command) throws IOException {
    try {
      if (new ProcessBuilder(command).start().waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " failed");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  Peer peer() {
    return new Peer("127.0.0.1", Map.of("imap", port, "lmtp", lmtp), accounts, null);
  }

  @Override
  public void close() throws IOException {
    DevServer.end(process, data);
  }
}
