package org.posthorn.bench;

import java.nio.file.Path;

/// Starts servers by name.
///
/// @param root of the repository
/// @param memory MiB of the machine that Posthorn is to plan for
record Launcher(Path root, int memory) {
  static final String NAMES =
      "dovecot (as dovecot-sdbox), dovecot-mdbox, dovecot-maildir, postfix (Dovecot behind it)";

  Running mailboxes(String contender, int accounts) throws Exception {
    return switch (contender) {
      case Setup.SELF -> DevServer.start(this, accounts);
      case "dovecot", "dovecot-sdbox" ->
          DovecotServer.start(root, contender, "sdbox", accounts).running();
      case "dovecot-mdbox" -> DovecotServer.start(root, contender, "mdbox", accounts).running();
      case "dovecot-maildir" -> DovecotServer.start(root, contender, "maildir", accounts).running();
      case "postfix" -> PostfixServer.receiver(root, accounts);
      default -> throw new IllegalArgumentException("unknown peer " + contender + ": " + NAMES);
    };
  }
}
