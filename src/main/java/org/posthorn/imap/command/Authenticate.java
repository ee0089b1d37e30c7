package org.posthorn.imap.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.posthorn.directory.Login;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.net.sasl.SaslDialogue;
import org.posthorn.net.sasl.SaslLine;
import org.posthorn.net.sasl.SaslServer;

/// RFC 3501 §6.2.2, with an initial response by RFC 4959.
///
/// @param initial the initial response as it was written, or null
record Authenticate(String mechanism, String initial) implements Command {
  static Authenticate parse(ImapReader in) {
    in.expectSpace();
    String mechanism = in.atom();
    return new Authenticate(mechanism, in.acceptSpace() ? in.remainder() : null);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    if (!s.passwordAllowed()) {
      throw CommandException.no("PRIVACYREQUIRED", "Start TLS first");
    }
    SaslServer exchange = s.offer().begin(mechanism);
    if (exchange == null) {
      throw CommandException.no("CANNOT", "Unknown mechanism");
    }
    return switch (SaslDialogue.hold(exchange, initial, s.judge(), c -> ask(s, c))) {
      case SaslDialogue.End.Judged<Login> j -> s.enter(j.claim().who(), j.judgement());
      case SaslDialogue.End.Refused<Login> _ -> throw s.loginFailed("", "channel-binding");
      case SaslDialogue.End.Cancelled<Login> _ ->
          throw CommandException.bad("Authentication cancelled");
      case SaslDialogue.End.Malformed<Login> _ -> throw CommandException.bad("Malformed response");
    };
  }

  private static byte[] ask(ImapSession s, String challenge) throws IOException {
    s.out().raw("+ ").raw(challenge).crlf().flush();
    String line = s.in().plainLine(SaslLine.LINE_MAX);
    return line == null ? null : line.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    return "Authenticate[" + mechanism + "]";
  }
}
