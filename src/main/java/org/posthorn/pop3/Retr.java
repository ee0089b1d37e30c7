package org.posthorn.pop3;

import java.io.IOException;

/// RFC 1939 §5.
record Retr(int message) implements Command {
  static Retr parse(Verb.Words words) {
    return new Retr(words.message());
  }

  @Override
  public void run(Pop3Session session) throws IOException {
    Maildrop drop = session.drop();
    drop.require(message);
    int size = drop.size(message);
    MessageSending.send(
        session, message, "+OK " + size + " octets", DotStuffer.all(session.connection().out()));
    session.retrieved(message);
  }
}
