package org.posthorn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Dovecot 2.3 on a fresh directory and free ports, set up for speed as its documentation advises:
/// login processes that stay, no authentication work, its default fsync policy. Needs root, as its
/// daemons change users.
///
/// @param peer all it offers
/// @param auth port where others may ask it for passwords
record DovecotServer(Peer peer, Daemon daemon, Path certificate, int auth) {
  private static final List<String> DOORS = List.of("imap", "imaps", "pop3", "pop3s", "lmtp");

  /// @param format of the mail location: sdbox, mdbox or maildir
  static DovecotServer start(Path root, String name, String format, int accounts)
      throws IOException {
    Path data = Daemon.directory(root, name);
    Path mail = Files.createDirectory(data.resolve("mail"));
    Daemon.run("chown", "mail:mail", mail.toString());
    Path certificate = Certificate.make(data);
    int[] ports = new int[DOORS.size() + 1];
    for (int i = 0; i < ports.length; i++) {
      ports[i] = Daemon.freePort();
    }
    int auth = ports[DOORS.size()];
    Map<String, Integer> doors = new java.util.HashMap<>();
    for (int i = 0; i < DOORS.size(); i++) {
      doors.put(DOORS.get(i), ports[i]);
    }
    Path config = data.resolve("dovecot.conf");
    Files.writeString(config, config(data, format, certificate) + services(doors, auth));
    Daemon daemon = Daemon.start(data, Map.of(), List.of("dovecot", "-F", "-c", config.toString()));
    daemon.awaitPort(doors.get("imap"));
    daemon.awaitPort(doors.get("lmtp"));
    List<Peer.Login> logins = Peer.Login.some(accounts);
    Peer peer = new Peer(name, "127.0.0.1", doors, logins, List.of(daemon.pid()), null);
    return new DovecotServer(peer, daemon, certificate, auth);
  }

  Running running() {
    return new Running(peer, List.of(daemon));
  }

  private static String config(Path data, String format, Path certificate) {
    return """
    base_dir = %1$s/run
    state_dir = %1$s/state
    log_path = %1$s/log
    protocols = imap pop3 lmtp
    listen = 127.0.0.1
    ssl = yes
    ssl_cert = <%3$s
    ssl_key = <%3$s
    disable_plaintext_auth = no
    mail_location = %2$s:%1$s/mail/%%u
    mail_uid = mail
    mail_gid = mail
    first_valid_uid = 1
    mail_max_userip_connections = 20000
    default_process_limit = 500
    default_client_limit = 20000
    default_vsz_limit = 0
    passdb {
      driver = static
      args = password=%4$s
    }
    userdb {
      driver = static
      args = home=%1$s/mail/%%u
    }
    namespace inbox {
      inbox = yes
      separator = /
    }
    """
        .formatted(data, format, certificate, Peer.Login.PASSWORD);
  }

  private static String services(Map<String, Integer> doors, int auth) {
    return """
    service imap-login {
      service_count = 0
      process_min_avail = 2
      client_limit = 10000
      inet_listener imap {
        port = %1$d
      }
      inet_listener imaps {
        port = %2$d
        ssl = yes
      }
    }
    service pop3-login {
      service_count = 0
      process_min_avail = 2
      client_limit = 10000
      inet_listener pop3 {
        port = %3$d
      }
      inet_listener pop3s {
        port = %4$d
        ssl = yes
      }
    }
    service lmtp {
      process_min_avail = 4
      service_count = 256
      inet_listener lmtp {
        address = 127.0.0.1
        port = %5$d
      }
    }
    service imap {
      process_limit = 12000
      service_count = 256
      process_min_avail = 4
    }
    service pop3 {
      service_count = 256
      process_min_avail = 4
    }
    service auth {
      inet_listener {
        address = 127.0.0.1
        port = %6$d
      }
    }
    """
        .formatted(
            doors.get("imap"),
            doors.get("imaps"),
            doors.get("pop3"),
            doors.get("pop3s"),
            doors.get("lmtp"),
            auth);
  }
}
