package org.posthorn.pop3;

import java.io.IOException;

/// RFC 1939 §7.
record Top(int message, int lines) implements Command {
  static Top parse(Verb.Words words) {
    String[] w = words.split(2, 2);
    return new Top(words.message(w[0]), words.number(w[1]));
  }

  @Override
  public void run(Pop3Session session) throws IOException {
    session.drop().require(message);
    MessageSending.send(
        session,
        message,
        "+OK top of message follows",
        DotStuffer.top(session.connection().out(), lines));
  }
}
