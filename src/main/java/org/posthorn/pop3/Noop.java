package org.posthorn.pop3;

import java.io.IOException;

/// RFC 1939 §5.
record Noop() implements Command {
  static Noop parse(Verb.Words words) {
    words.none();
    return new Noop();
  }

  @Override
  public void run(Pop3Session session) throws IOException {
    session.reply("+OK");
  }
}
