package org.posthorn.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The server that is measured, known by its ports alone, and on this machine by its process.
///
/// @param ports by protocol: smtp, lmtp, imap, imaps, pop3
/// @param accounts in which the mail is spread
/// @param pid null if the process is not to be looked at
record Peer(String host, Map<String, Integer> ports, List<Login> accounts, Long pid) {
  /// Clock ticks a second of /proc; the same on all Linux machines of our time.
  private static final int TICKS = 100;

  record Login(String name, String password) {}

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

  boolean local() {
    return pid != null;
  }

  /// Resident memory in KiB.
  long rss() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no VmRSS of process " + pid);
  }

  /// Processor time used so far, in milliseconds; 0 if the process is not known.
  long cpuMillis() throws IOException {
    if (!local()) {
      return 0;
    }
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]); // utime, stime
    return ticks * 1000 / TICKS;
  }

  /// Messages in an account's INBOX, by IMAP.
  int messages(Login account) throws IOException {
    try (Wire imap = connect("imap")) {
      imap.expect("* OK");
      login(imap, account);
      imap.send("b STATUS INBOX (MESSAGES)\r\n");
      int count = -1;
      for (String line = imap.line(); !line.startsWith("b "); line = imap.line()) {
        if (line.startsWith("* STATUS")) {
          count = Integer.parseInt(line.replaceAll(".*\\(MESSAGES (\\d+)\\).*", "$1"));
        }
      }
      imap.send("c LOGOUT\r\n");
      return count;
    }
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
