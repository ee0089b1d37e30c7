package org.posthorn.pop3;

import java.io.IOException;

/// RFC 1939 §7. The password is all that follows the space, spaces included.
record Pass(String password) implements Command {
  static Pass parse(Verb.Words words) {
    String password = words.text();
    if (password.isEmpty()) {
      throw words.wrong();
    }
    return new Pass(password);
  }

  @Override
  public void run(Pop3Session session) throws IOException {
    session.requireSafePassword();
    String name = session.user();
    if (name == null) {
      throw Refusal.of("USER first");
    }
    session.user(null); // RFC 1939 §7: directly after a successful USER
    session.login(name, password);
  }

  @Override
  public String toString() {
    return "Pass[]";
  }
}
