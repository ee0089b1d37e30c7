package org.posthorn.pop3;

import java.io.IOException;

/// RFC 1939 §7. Whoever it is, the answer is the same.
record User(String name) implements Command {
  static User parse(Verb.Words words) {
    return new User(words.split(1, 1)[0]);
  }

  @Override
  public void run(Pop3Session session) throws IOException {
    session.requireSafePassword();
    session.user(name);
    session.reply("+OK send PASS");
  }
}
