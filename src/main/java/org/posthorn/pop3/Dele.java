package org.posthorn.pop3;

import java.io.IOException;

/// RFC 1939 §5. Only marks; QUIT removes.
record Dele(int message) implements Command {
  static Dele parse(Verb.Words words) {
    return new Dele(words.message());
  }

  @Override
  public void run(Pop3Session session) throws IOException {
    session.drop().require(message);
    session.drop().delete(message);
    session.reply("+OK message " + message + " deleted");
  }
}
