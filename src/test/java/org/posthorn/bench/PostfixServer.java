package org.posthorn.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Postfix on a fresh queue directory and free ports, with Dovecot behind it for mailboxes and
/// passwords, set up for throughput as its own tuning guide advises. It syncs a message before it
/// answers, as it always does. Needs root, as its daemons change users.
final class PostfixServer {
  private static final String NAME = "postfix";

  /// What a fresh instance is made of, from the installed one.
  private static final Path INSTALLED = Path.of("/etc/postfix/master.cf");

  private PostfixServer() {}

  /// Takes mail for accounts in Dovecot's sdbox, by LMTP.
  static Running receiver(Path root, int accounts) throws IOException {
    return start(
        root,
        accounts,
        """
        virtual_mailbox_domains = bench.test
        virtual_transport = lmtp:inet:127.0.0.1:%d
        lmtp_destination_concurrency_limit = 20
        lmtp_destination_recipient_limit = 50
        """);
  }

  /// Sends all mail to one host.
  static Running relay(Path root, InetSocketAddress relay) throws IOException {
    return start(
        root, 1, "relayhost = [%s]:%d\n".formatted(relay.getHostString(), relay.getPort()));
  }

  /// @param way where mail goes, with the port of Dovecot's LMTP to be put in
  private static Running start(Path root, int accounts, String way) throws IOException {
    DovecotServer dovecot = DovecotServer.start(root, "postfix-dovecot", "sdbox", accounts);
    try {
      Path data = Daemon.directory(root, NAME);
      Path config = Files.createDirectory(data.resolve("config"));
      Path spool = Files.createDirectory(data.resolve("spool"));
      Path state = Files.createDirectory(data.resolve("state"));
      Daemon.run("chown", "postfix", state.toString());
      int smtp = Daemon.freePort();
      int submission = Daemon.freePort();
      int submissions = Daemon.freePort();
      String ways = way.formatted(dovecot.peer().ports().get("lmtp"));
      Files.writeString(config.resolve("main.cf"), main(spool, state, dovecot) + ways);
      Files.writeString(config.resolve("master.cf"), master(smtp, submission, submissions));
      Daemon daemon =
          Daemon.start(data, Map.of(), List.of("postfix", "-c", config.toString(), "start-fg"));
      daemon.awaitPort(smtp);
      daemon.awaitPort(submissions);
      int imap = dovecot.peer().ports().get("imap");
      Map<String, Integer> ports =
          Map.of(
              "smtp", smtp, "submission", submission, "submissions", submissions, "mailbox", imap);
      Peer peer =
          new Peer(
              NAME,
              "127.0.0.1",
              ports,
              dovecot.peer().accounts(),
              List.of(daemon.pid(), dovecot.daemon().pid()),
              null);
      Closeable stop = () -> Daemon.run("postfix", "-c", config.toString(), "stop");
      return new Running(peer, List.of(stop, daemon, dovecot.daemon()));
    } catch (IOException e) {
      dovecot.daemon().close();
      throw e;
    }
  }

  private static String main(Path spool, Path state, DovecotServer dovecot) {
    return """
    compatibility_level = 3.6
    queue_directory = %1$s
    data_directory = %2$s
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
    disable_dns_lookups = yes
    smtp_host_lookup = native
    smtpd_peername_lookup = no
    smtpd_client_connection_count_limit = 0
    smtpd_client_connection_rate_limit = 0
    smtpd_sasl_type = dovecot
    smtpd_sasl_path = inet:127.0.0.1:%3$d
    smtpd_tls_cert_file = %4$s
    smtpd_tls_key_file = %4$s
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
        .formatted(spool, state, dovecot.auth(), dovecot.certificate());
  }

  private static String master(int smtp, int submission, int submissions) throws IOException {
    List<String> lines = new ArrayList<>();
    boolean skipping = false;
    for (String line : Files.readAllLines(INSTALLED)) {
      boolean more = line.startsWith(" ") || line.startsWith("\t");
      if (!more) {
        skipping = line.matches("\\S+\\s+inet\\s.*");
      }
      if (!skipping) {
        lines.add(line);
      }
    }
    String login =
        " -o smtpd_sasl_auth_enable=yes -o"
            + " smtpd_client_restrictions=permit_sasl_authenticated,reject";
    lines.add("127.0.0.1:" + smtp + " inet n - n - 100 smtpd");
    lines.add("127.0.0.1:" + submission + " inet n - n - 100 smtpd");
    lines.add(" -o smtpd_tls_security_level=encrypt" + login);
    lines.add("127.0.0.1:" + submissions + " inet n - n - 100 smtpd");
    lines.add(" -o smtpd_tls_wrappermode=yes" + login);
    // Nothing is chrooted: there are no copies of /etc in the spool.
    return (String.join("\n", lines) + "\n")
        .replaceAll("(?m)^(\\S+\\s+\\S+\\s+\\S+\\s+\\S+\\s+)y(\\s)", "$1n$2");
  }
}
