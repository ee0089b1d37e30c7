package org.posthorn.pop3;

import java.io.IOException;

/// RFC 1939 §5.
record Rset() implements Command {
  static Rset parse(Verb.Words words) {
    words.none();
    return new Rset();
  }

  @Override
  public void run(Pop3Session session) throws IOException {
    session.drop().reset();
    session.reply("+OK maildrop has " + session.drop());
  }
}
