package org.posthorn.smtp.server;

import java.io.IOException;
import org.posthorn.mime.EmailAddress;
import org.posthorn.smtp.PathParser;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.Reply;

/// RFC 5321 §4.1.1.6: is this an address? Strangers learn nothing (RFC 5321 §7.3).
record Vrfy(String argument) implements Command {
  static final Reply NO_ANSWER =
      Reply.of(252, "2.0.0", "I do not say, but will try to deliver what you send");

  static Vrfy parse(String argument) {
    if (argument.isEmpty()) {
      throw new Refused(501, "5.5.4", "Syntax: VRFY address");
    }
    return new Vrfy(argument);
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    if (!session.authenticated()) {
      session.reply(NO_ANSWER);
      return;
    }
    Asked asked = Asked.parse(argument, session);
    asked.answer(session, session.backend().verify(session.client(), asked.address));
  }

  /// What VRFY and EXPN ask about.
  ///
  /// @param utf8 the answer may be in UTF-8
  record Asked(EmailAddress address, boolean utf8) {
    private static final String PARAMETER = " SMTPUTF8";

    /// RFC 6531 §3.7.4.2.
    static Asked parse(String argument, SmtpSession session) {
      int cut = argument.length() - PARAMETER.length();
      boolean utf8 =
          session.offers(Feature.SMTPUTF8)
              && cut > 0
              && argument.regionMatches(true, cut, PARAMETER, 0, PARAMETER.length());
      String name = utf8 ? argument.substring(0, cut).strip() : argument;
      if (!utf8 && !name.chars().allMatch(c -> c < 0x80)) {
        throw new Refused(553, "5.6.7", Mail.notAscii(session));
      }
      EmailAddress address = PathParser.parseMailbox(name);
      if (address == null) {
        throw new Refused(501, "5.1.3", "Malformed address");
      }
      return new Asked(address, utf8);
    }

    void answer(SmtpSession session, Reply reply) throws IOException {
      if (utf8) {
        session.replyInUtf8(reply);
      } else if (reply.isAscii()) {
        session.reply(reply);
      } else {
        // RFC 6531 §3.7.4.2
        session.reply(Reply.of(252, "2.6.8", "The answer needs SMTPUTF8 behind the address"));
      }
    }
  }
}
