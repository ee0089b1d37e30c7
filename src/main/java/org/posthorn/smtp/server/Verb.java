package org.posthorn.smtp.server;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/// The whole language: one row for each command.
enum Verb {
  HELO("HELO domain", Dialect.SMTP, Phase.ANY, Helo::parse),
  EHLO("EHLO domain", Dialect.SMTP, Phase.ANY, Ehlo::parse),
  LHLO("LHLO domain", Dialect.LMTP, Phase.ANY, Ehlo::parse),
  STARTTLS("STARTTLS", Dialect.BOTH, Phase.GREETED, StartTls::parse),
  AUTH("AUTH mechanism [initial-response]", Dialect.BOTH, Phase.GREETED, Auth::parse),
  MAIL("MAIL FROM:<address> [parameters]", Dialect.BOTH, Phase.GREETED, Mail::parse),
  RCPT("RCPT TO:<address> [parameters]", Dialect.BOTH, Phase.SENDER, Rcpt::parse),
  DATA("DATA", Dialect.BOTH, Phase.RECIPIENTS, Data::parse),
  // Both look for themselves: what follows BDAT has to be read, whatever is wrong.
  BDAT("BDAT size [LAST]", Dialect.BOTH, Phase.ANY, Bdat::parse),
  BURL("BURL url [LAST]", Dialect.SMTP, Phase.ANY, Burl::parse),
  RSET("RSET", Dialect.BOTH, Phase.ANY, Rset::parse),
  NOOP("NOOP [text]", Dialect.BOTH, Phase.ANY, Noop::parse),
  VRFY("VRFY address [SMTPUTF8]", Dialect.BOTH, Phase.ANY, Vrfy::parse),
  EXPN("EXPN address [SMTPUTF8]", Dialect.BOTH, Phase.ANY, Expn::parse),
  ETRN("ETRN domain", Dialect.SMTP, Phase.GREETED, Etrn::parse),
  HELP("HELP [command]", Dialect.BOTH, Phase.ANY, Help::parse),
  QUIT("QUIT", Dialect.BOTH, Phase.ANY, Quit::parse);

  /// Where a command is known.
  enum Dialect {
    SMTP,
    LMTP,
    BOTH
  }

  /// When a command is allowed (RFC 5321 §4.1.4).
  enum Phase {
    ANY,
    /// After EHLO, outside a mail transaction.
    GREETED,
    /// After MAIL.
    SENDER,
    /// After an accepted RCPT.
    RECIPIENTS
  }

  private static final Map<String, Verb> BY_NAME = new HashMap<>();

  static {
    for (Verb v : values()) {
      BY_NAME.put(v.name(), v);
    }
  }

  final String syntax;
  final Dialect dialect;
  final Phase phase;
  private final Function<String, Command> parser;

  Verb(String syntax, Dialect dialect, Phase phase, Function<String, Command> parser) {
    this.syntax = syntax;
    this.dialect = dialect;
    this.phase = phase;
    this.parser = parser;
  }

  /// Null if there is none. `name` is in upper case.
  static Verb find(String name) {
    return BY_NAME.get(name);
  }

  boolean spoken(boolean lmtp) {
    return dialect == Dialect.BOTH || dialect == (lmtp ? Dialect.LMTP : Dialect.SMTP);
  }

  Command parse(String argument) {
    return parser.apply(argument);
  }

  /// Whether a line begins with this word, in any case.
  boolean begins(byte[] line) {
    String name = name();
    for (int i = 0; i < name.length(); i++) {
      if (i == line.length || (line[i] & ~0x20) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
