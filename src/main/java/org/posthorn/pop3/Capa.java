package org.posthorn.pop3;

import java.io.IOException;

/// RFC 2449 §5.
record Capa() implements Command {
  static Capa parse(Verb.Words words) {
    words.none();
    return new Capa();
  }

  @Override
  public void run(Pop3Session session) throws IOException {
    session.reply("+OK Capability list follows");
    session.reply("TOP");
    session.reply("UIDL");
    session.reply("PIPELINING"); // RFC 2449 §6.6
    session.reply("RESP-CODES"); // RFC 2449 §6.4
    session.reply("AUTH-RESP-CODE"); // RFC 3206 §6
    session.reply("EXPIRE NEVER"); // RFC 2449 §6.7
    if (session.passwordsAreSafe()) {
      session.reply("USER");
      session.reply("SASL " + String.join(" ", session.offer().names())); // RFC 5034 §3
    }
    if (!session.loggedIn() && session.connection().canStartTls()) {
      session.reply("STLS"); // RFC 2595 §4
    }
    session.reply("IMPLEMENTATION Posthorn"); // RFC 2449 §6.9
    session.reply(".");
  }
}
