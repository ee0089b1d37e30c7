package org.posthorn.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A server that is measured, known by its ports alone, and on this machine by its processes.
///
/// @param name unlike that of any other in the run
/// @param ports by protocol: smtp, submission, submissions, lmtp, imap, imaps, pop3, pop3s; and
///   `mailbox` where the IMAP server that shows what has arrived is somebody else's
/// @param accounts in which the mail is spread
/// @param pids its first processes; empty if they are not to be looked at
/// @param sink where mail for others goes, or null
record Peer(
    String name,
    String host,
    Map<String, Integer> ports,
    List<Login> accounts,
    List<Long> pids,
    Sink sink) {
  record Login(String name, String password) {
    static final String PASSWORD = "bench-password";

    /// As many as wanted, the same for everybody.
    static List<Login> some(int count) {
      List<Login> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(new Login("bench" + i + "@bench.test", PASSWORD));
      }
      return all;
    }
  }

  boolean offers(Iterable<String> protocols) {
    for (String p : protocols) {
      if (!ports.containsKey(p)) {
        return false;
      }
    }
    return true;
  }

  InetSocketAddress at(String protocol) {
    Integer port = ports.get(protocol);
    if (port == null) {
      throw new IllegalArgumentException("no port of " + protocol + " is known, see --ports");
    }
    return new InetSocketAddress(host, port);
  }

  Wire connect(String protocol) throws IOException {
    return Wire.connect(at(protocol), protocol.endsWith("s"), null);
  }

  Peer named(String other) {
    return new Peer(other, host, ports, accounts, pids, sink);
  }

  Peer with(Sink other) {
    return new Peer(name, host, ports, accounts, pids, other);
  }

  boolean local() {
    return !pids.isEmpty();
  }

  Processes processes() {
    return new Processes(pids);
  }

  /// An IMAP session that sees what has arrived.
  Wire mailbox(Login account) throws IOException {
    Wire imap = connect(ports.containsKey("mailbox") ? "mailbox" : "imap");
    try {
      imap.expect("* OK");
      login(imap, account);
      return imap;
    } catch (IOException e) {
      imap.close();
      throw e;
    }
  }

  /// Messages in the INBOX, by STATUS.
  static int messages(Wire imap) throws IOException {
    imap.send("b STATUS INBOX (MESSAGES)\r\n");
    int count = -1;
    for (String line = imap.line(); !line.startsWith("b "); line = imap.line()) {
      if (line.startsWith("* STATUS")) {
        count = Integer.parseInt(line.replaceAll(".*\\(MESSAGES (\\d+)\\).*", "$1"));
      }
    }
    return count;
  }

  static void login(Wire imap, Login account) throws IOException {
    imap.send("a LOGIN \"" + account.name + "\" \"" + account.password + "\"\r\n");
    String line = imap.line();
    while (line.startsWith("* ")) {
      line = imap.line();
    }
    if (!line.startsWith("a OK")) {
      throw new IOException("login of " + account.name + ": " + line);
    }
  }
}
