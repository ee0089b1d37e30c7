package org.posthorn.imap.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.net.sasl.SaslLine;
import org.posthorn.net.sasl.SaslServer;
import org.posthorn.net.sasl.Step;

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
    SaslServer server = SaslServer.of(mechanism);
    if (server == null) {
      throw CommandException.no("CANNOT", "Unknown mechanism");
    }
    Step step =
        initial == null
            ? server.start()
            : server.step(octets(SaslLine.initial(initial.getBytes(StandardCharsets.ISO_8859_1))));
    while (true) {
      switch (step) {
        case Step.Challenge c -> step = server.step(ask(s, c.data()));
        case Step.Credentials c -> {
          if (!c.authzid().isEmpty() && !c.authzid().equalsIgnoreCase(c.authcid())) {
            throw CommandException.no("AUTHORIZATIONFAILED", "Nobody acts for another here");
          }
          return s.login(c.authcid(), c.password());
        }
        case Step.Malformed m -> throw CommandException.bad("Malformed response");
      }
    }
  }

  private static byte[] ask(ImapSession s, byte[] challenge) throws IOException {
    s.out().raw("+ ").raw(SaslLine.encode(challenge)).crlf().flush();
    String line = s.in().plainLine(SaslLine.LINE_MAX);
    if (line == null) {
      throw new java.io.EOFException();
    }
    return octets(SaslLine.response(line.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static byte[] octets(SaslLine line) {
    return switch (line) {
      case SaslLine.Response r -> r.data();
      case SaslLine.Cancelled c -> throw CommandException.bad("Authentication cancelled");
      case SaslLine.Malformed m -> throw CommandException.bad("Invalid base64");
    };
  }

  @Override
  public String toString() {
    return "Authenticate[" + mechanism + "]";
  }
}
