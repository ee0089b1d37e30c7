package org.posthorn.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Cyrus 3.6 of Debian, unpacked beside what is installed, as its package and Dovecot's exclude
/// each other. It syncs what it stores, and has processes waiting. Needs root, as its daemons
/// change users.
final class CyrusServer {
  /// What is unpacked, beside what other packages brought along already.
  private static final String PACKAGES =
      "cyrus-common cyrus-imapd cyrus-pop3d libical3 libpcre3 libwrap0 libxapian30";

  private static final List<String> DOORS = List.of("imap", "imaps", "pop3", "pop3s", "lmtp");

  private CyrusServer() {}

  private static Path unpacked(Path root) {
    return root.resolve("target/cyrus");
  }

  /// Downloads and unpacks it; does nothing where that was done.
  static void install(Path root) throws IOException {
    Path to = unpacked(root);
    if (Files.exists(to.resolve("usr/lib/cyrus/bin/master"))) {
      return;
    }
    Files.createDirectories(to);
    Daemon.run(
        "sh",
        "-c",
        "cd '"
            + to
            + "' && apt-get -q download "
            + PACKAGES
            + " && for d in *.deb; do dpkg -x \"$d\" . && rm \"$d\"; done");
  }

  static Running start(Path root, int accounts) throws IOException {
    Path programs = unpacked(root).resolve("usr/lib/cyrus/bin");
    if (!Files.exists(programs.resolve("master"))) {
      throw new IOException("Cyrus is not unpacked: run with --install");
    }
    Path data = Daemon.directory(root, "cyrus");
    Certificate.make(data);
    Map<String, Integer> doors = new HashMap<>();
    for (String door : DOORS) {
      doors.put(door, Daemon.freePort());
    }
    for (String d : List.of("conf", "spool", "run")) {
      Files.createDirectory(data.resolve(d));
    }
    Files.writeString(data.resolve("imapd.conf"), settings(data));
    Files.writeString(data.resolve("cyrus.conf"), services(data, programs, doors));
    Passwords passwords = new Passwords(data.resolve("mux"));
    Daemon.run("chown", "-R", "mail:mail", data.toString());
    Daemon daemon =
        Daemon.start(
            data,
            Map.of("LD_LIBRARY_PATH", libraries(unpacked(root))),
            List.of(
                programs.resolve("master").toString(),
                "-D",
                "-C",
                data.resolve("imapd.conf").toString(),
                "-M",
                data.resolve("cyrus.conf").toString(),
                "-p",
                data.resolve("pid").toString()));
    daemon.awaitPort(doors.get("imap"));
    daemon.awaitPort(doors.get("lmtp"));
    List<Peer.Login> logins = Peer.Login.some(accounts);
    Peer peer = new Peer("cyrus", "127.0.0.1", doors, logins, List.of(daemon.pid()), null);
    Running running = new Running(peer, List.of(daemon, passwords));
    for (Peer.Login l : logins) {
      peer.mailbox(l).close(); // who logs in for the first time gets an INBOX
    }
    return running;
  }

  private static String libraries(Path unpacked) throws IOException {
    List<String> all = new ArrayList<>();
    try (var files = Files.find(unpacked, 5, (p, a) -> p.toString().contains(".so"))) {
      files.map(p -> p.getParent().toString()).distinct().forEach(all::add);
    }
    return String.join(":", all);
  }

  private static String settings(Path data) {
    return """
    configdirectory: %1$s/conf
    partition-default: %1$s/spool
    defaultpartition: default
    cyrus_user: mail
    allowplaintext: yes
    sasl_pwcheck_method: saslauthd
    sasl_saslauthd_path: %1$s/mux
    sasl_mech_list: PLAIN
    virtdomains: userid
    defaultdomain: bench.test
    unixhierarchysep: yes
    altnamespace: yes
    autocreate_quota: 0
    duplicatesuppression: no
    maxlogins_per_user: 0
    maxlogins_per_host: 0
    popminpoll: 0
    lmtpsocket: %1$s/run/lmtp
    idlesocket: %1$s/run/idle
    notifysocket: %1$s/run/notify
    tls_server_cert: %1$s/both.pem
    tls_server_key: %1$s/both.pem
    proc_path: %1$s/run/proc
    mboxname_lockpath: %1$s/run/lock
    """
        .formatted(data);
  }

  private static String services(Path data, Path programs, Map<String, Integer> doors) {
    StringBuilder text = new StringBuilder("START {\n");
    String config = " -C " + data.resolve("imapd.conf");
    text.append("recover cmd=\"").append(programs).append("/ctl_cyrusdb").append(config);
    text.append(" -r\"\nidled cmd=\"").append(programs).append("/idled").append(config);
    text.append("\"\n}\nSERVICES {\n");
    doors.forEach((door, port) -> {
      String program =
          switch (door) {
            case "imap" -> "imapd" + config + " -U 256";
            case "imaps" -> "imapd" + config + " -s -U 256";
            case "pop3" -> "pop3d" + config + " -U 256";
            case "pop3s" -> "pop3d" + config + " -s -U 256";
            default -> "lmtpd" + config + " -a";
          };
      text.append(
          "%s cmd=\"%s/%s\" listen=\"127.0.0.1:%d\" prefork=%d maxchild=12000\n"
              .formatted(door, programs, program, port, door.endsWith("s") ? 0 : 4));
    });
    text.append("}\nEVENTS {\ncheckpoint cmd=\"").append(programs).append("/ctl_cyrusdb");
    return text.append(config).append(" -c\" period=30\n}\n").toString();
  }

  /// What Cyrus asks for passwords, as it would `saslauthd`: all accounts have the same one.
  private static final class Passwords implements java.io.Closeable {
    private final ServerSocketChannel socket;

    Passwords(Path at) throws IOException {
      socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      socket.bind(UnixDomainSocketAddress.of(at));
      Files.setPosixFilePermissions(
          at, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
      Thread.ofPlatform().daemon().name("passwords").start(this::serve);
    }

    private void serve() {
      try {
        while (true) {
          SocketChannel c = socket.accept();
          Thread.ofVirtual().start(() -> answer(c));
        }
      } catch (IOException e) {
        // closed
      }
    }

    /// User, password, service and realm, each behind its length; the answer alike.
    private static void answer(SocketChannel c) {
      try (c) {
        DataInputStream in = new DataInputStream(Channels.newInputStream(c));
        in.readUTF();
        String password = in.readUTF();
        in.readUTF();
        in.readUTF();
        byte[] said =
            (password.equals(Peer.Login.PASSWORD) ? "OK" : "NO")
                .getBytes(StandardCharsets.US_ASCII);
        c.write(ByteBuffer.wrap(new byte[] {0, 2, said[0], said[1]}));
      } catch (IOException e) {
        // Cyrus went.
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
