package org.posthorn.pop3;

import java.io.IOException;

/// RFC 1939 §5.
record Stat() implements Command {
  static Stat parse(Verb.Words words) {
    words.none();
    return new Stat();
  }

  @Override
  public void run(Pop3Session session) throws IOException {
    session.reply("+OK " + session.drop().left() + " " + session.drop().octets());
  }
}
