package org.posthorn.smtp.server;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.Reply;

/// RFC 4468 §3.2: a piece of the message, or all of it, is what a URL means. A URL that cannot be
/// had ends the transaction.
record Burl(String url, boolean last) implements Command {
  private static final System.Logger LOG = System.getLogger("posthorn.smtp");

  static Burl parse(String argument) {
    String[] words = argument.split(" +", -1);
    boolean last = words.length == 2 && words[1].toUpperCase(Locale.ROOT).equals("LAST");
    if (argument.isEmpty() || words.length > 2 || (words.length == 2 && !last)) {
      throw new Refused(501, "5.5.4", "Syntax: BURL url [LAST]");
    }
    return new Burl(words[0], last);
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    session.requireRecipients();
    if (!session.authenticated()) {
      throw new Refused(530, "5.7.0", "Log in first"); // whose mail it may fetch is not known
    }
    MailTransaction transaction = session.transaction();
    Reply no = transaction.beginChunk();
    if (no == null) {
      no = fetch(session, transaction.text());
    }
    if (no != null) {
      LOG.log(INFO, "smtp-burl-refused reply={0}", no);
      throw new Refused(no);
    }
    if (last) {
      session.deliver();
    } else {
      session.reply(Reply.of(250, "2.5.0", "Waiting for additional BURL or BDAT commands"));
    }
  }

  private Reply fetch(SmtpSession session, BodyReception text) {
    return switch (session.backend().fetch(session.client(), url)) {
      case Backend.Fetched.Refused r -> r.reply();
      case Backend.Fetched.Content c -> {
        try (InputStream in = c.octets()) {
          if (c.size() > session.config().messageMax() - text.size()) {
            yield Reply.of(554, "5.3.4", session.config().tooBig().lines().getFirst());
          }
          text.append(in);
          if (last) {
            text.endChunks();
          }
          session.counters().messageOctets.add(c.size());
          yield text.fault();
        } catch (IOException e) {
          LOG.log(WARNING, "smtp-burl-unreadable reason={0}", e.toString());
          yield Reply.of(451, "4.4.1", "The message cannot be read now, try again later");
        }
      }
    };
  }

  @Override
  public String toString() {
    return "Burl[" + last + "]"; // who has the URL has the message
  }
}
