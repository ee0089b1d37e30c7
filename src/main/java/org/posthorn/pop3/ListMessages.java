package org.posthorn.pop3;

import java.io.IOException;

/// RFC 1939 §5, LIST.
///
/// @param message 0 for all
record ListMessages(int message) implements Command {
  static ListMessages parse(Verb.Words words) {
    return new ListMessages(words.optionalMessage());
  }

  @Override
  public void run(Pop3Session session) throws IOException {
    Maildrop drop = session.drop();
    if (message == 0) {
      session.reply("+OK " + drop);
      session.listing(drop::size);
    } else {
      drop.require(message);
      session.reply("+OK " + message + " " + drop.size(message));
    }
  }
}
