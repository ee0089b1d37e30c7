package org.posthorn.smtp.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.Reply;

/// RFC 5321 §4.1.1.8.
record Help(String topic) implements Command {
  static Help parse(String argument) {
    return new Help(argument.toUpperCase(Locale.ROOT));
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    session.reply(new Reply(214, "2.0.0", topic.isEmpty() ? all(session) : one(session)));
  }

  private static List<String> all(SmtpSession session) {
    var lines = new ArrayList<String>();
    lines.add("This is Posthorn. Commands:");
    for (Verb v : Verb.values()) {
      if (session.knows(v)) {
        lines.add(v.syntax);
      }
    }
    return lines;
  }

  private List<String> one(SmtpSession session) {
    Verb v = Verb.find(topic);
    if (v == null || !session.knows(v)) {
      throw new Refused(504, "5.5.4", "No help on that");
    }
    return List.of(v.syntax);
  }
}
