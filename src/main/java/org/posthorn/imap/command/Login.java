package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;

/// RFC 3501 §6.2.3.
record Login(String name, String password) implements Command {
  static Login parse(ImapReader in) throws IOException {
    in.expectSpace();
    String name = in.astring();
    in.expectSpace();
    return new Login(name, in.astring());
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    if (!s.passwordAllowed()) {
      // RFC 3501 §6.2.3 LOGINDISABLED, RFC 5530 §3
      throw CommandException.no("PRIVACYREQUIRED", "Start TLS first");
    }
    return s.login(name, password);
  }

  @Override
  public String toString() {
    return "Login[" + name + "]";
  }
}
