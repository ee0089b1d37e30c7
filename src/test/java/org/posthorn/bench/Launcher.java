package org.posthorn.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts servers by name.
///
/// @param root of the repository
/// @param memory MiB of the machine that Posthorn is to plan for
record Launcher(Path root, int memory) {
  static final String NAMES =
      "dovecot (as dovecot-sdbox), dovecot-mdbox, dovecot-maildir, postfix (Dovecot behind it),"
          + " cyrus";

  /// Brings what is not there, by `apt-get`; needs root.
  void install(List<String> peers) throws IOException {
    for (String p : peers) {
      if (p.startsWith("dovecot") || p.equals("postfix")) {
        apt("dovecot-imapd", "dovecot-pop3d", "dovecot-lmtpd");
      }
      if (p.equals("postfix")) {
        apt("postfix");
      }
      if (p.equals("cyrus")) {
        CyrusServer.install(root);
      }
    }
  }

  private static void apt(String... packages) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qy"));
    command.addAll(List.of("--no-install-recommends", "install", "openssl"));
    command.addAll(List.of(packages));
    Daemon.run(command.toArray(String[]::new));
  }

  Running mailboxes(String contender, int accounts) throws Exception {
    return switch (contender) {
      case Setup.SELF -> DevServer.start(this, accounts);
      case "dovecot", "dovecot-sdbox" ->
          DovecotServer.start(root, contender, "sdbox", accounts).running();
      case "dovecot-mdbox" -> DovecotServer.start(root, contender, "mdbox", accounts).running();
      case "dovecot-maildir" -> DovecotServer.start(root, contender, "maildir", accounts).running();
      case "postfix" -> PostfixServer.receiver(root, accounts);
      case "cyrus" -> CyrusServer.start(root, accounts);
      default -> throw new IllegalArgumentException("unknown peer " + contender + ": " + NAMES);
    };
  }
}
