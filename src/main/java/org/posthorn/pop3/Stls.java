package org.posthorn.pop3;

import java.io.IOException;

/// RFC 2595 §4. What the client sent before the handshake is dropped with the connection's buffer,
/// and what it said is forgotten.
record Stls() implements Command {
  static Stls parse(Verb.Words words) {
    words.none();
    return new Stls();
  }

  @Override
  public void run(Pop3Session session) throws IOException {
    if (session.connection().secure()) {
      throw Refusal.of("TLS is on already");
    }
    if (!session.connection().canStartTls()) {
      throw Refusal.of("STLS is not offered here");
    }
    session.reply("+OK Begin TLS negotiation");
    session.startTls();
  }
}
