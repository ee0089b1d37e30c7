package org.posthorn.pop3;

import java.io.IOException;

/// RFC 1939 §7.
///
/// @param message 0 for all
record Uidl(int message) implements Command {
  static Uidl parse(Verb.Words words) {
    return new Uidl(words.optionalMessage());
  }

  @Override
  public void run(Pop3Session session) throws IOException {
    Maildrop drop = session.drop();
    if (message == 0) {
      session.reply("+OK unique ids follow");
      session.listing(drop::uniqueId);
    } else {
      drop.require(message);
      session.reply("+OK " + message + " " + drop.uniqueId(message));
    }
  }
}
