package org.posthorn.imap.command;

import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.imap.wire.Announced;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.FlagSyntax;
import org.posthorn.imap.wire.ImapDate;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.NameEncoding;
import org.posthorn.store.Flags;

/// Reads the messages of APPEND or REPLACE (RFC 4466 §6, append-message; RFC 4469) up to the next
/// literal, for those are not held in memory: who calls reads it and asks again.
final class AppendArguments {
  /// Parts and messages without literals between them.
  private static final int STEPS_MAX = 2000;

  /// More than one message may come (RFC 3502).
  private final boolean several;

  private enum At {
    /// A message begins.
    BEGIN,
    /// Behind a message's only literal.
    LITERAL,
    /// The same, in the parentheses of UTF8.
    UTF8,
    /// Behind a part of several.
    PART,
    /// The same, in the parentheses of UTF8.
    UTF8_PART,
    END
  }

  private At at = At.BEGIN;

  AppendArguments(boolean several) {
    this.several = several;
  }

  /// The steps up to and with the next literal of a message, or to the end of the command.
  List<AppendStep> next(ImapReader in) throws IOException {
    List<AppendStep> steps = new ArrayList<>();
    while (true) {
      switch (at) {
        case BEGIN -> {
          in.expectSpace();
          begin(in, steps);
        }
        case LITERAL -> endMessage(in, steps);
        case UTF8 -> {
          in.expect(')');
          endMessage(in, steps);
        }
        case UTF8_PART -> {
          in.expect(')');
          at = At.PART;
        }
        case PART -> {
          if (in.accept(')')) {
            endMessage(in, steps);
          } else {
            in.expectSpace();
            part(in, steps);
          }
        }
        case END -> throw new IllegalStateException("behind the end");
      }
      boolean literal = !steps.isEmpty() && steps.getLast() instanceof AppendStep.Octets;
      if (at == At.END || literal) {
        return steps;
      }
    }
  }

  /// Whether the command has been read to its end.
  boolean complete() {
    return at == At.END;
  }

  private void begin(ImapReader in, List<AppendStep> steps) throws IOException {
    Flags flags = Flags.NONE;
    if (in.peek() == '(') {
      flags = StoreFlags.flags(FlagSyntax.list(in));
      in.expectSpace();
    }
    OffsetDateTime received = null;
    if (in.peek() == '"') {
      received = ImapDate.dateTime(in);
      in.expectSpace();
    }
    boolean catenates = in.acceptWord("CATENATE");
    steps.add(new AppendStep.Begin(flags, received, catenates));
    if (catenates) {
      in.expectSpace();
      in.expect('(');
      part(in, steps);
    } else if (in.acceptWord("UTF8")) {
      steps.add(new AppendStep.Octets(utf8(in)));
      at = At.UTF8;
    } else {
      steps.add(new AppendStep.Octets(in.announcedMessage()));
      at = At.LITERAL;
    }
  }

  /// RFC 6855 §4, `UTF8 (~{n}`; headers in UTF-8 may come without that, too.
  ///
  /// Out of spec: §4 wants NO for 8-bit headers of a client that has not enabled UTF8=ACCEPT. Old
  /// mail has them, and who moves mailboxes here with one of the usual programs would lose it.
  private static Announced utf8(ImapReader in) {
    if (in.names() != NameEncoding.UTF8) {
      throw CommandException.bad("ENABLE UTF8=ACCEPT comes first");
    }
    in.expectSpace();
    in.expect('(');
    in.expect('~');
    return in.announced();
  }

  /// RFC 4469 §5, cat-part.
  private void part(ImapReader in, List<AppendStep> steps) throws IOException {
    if (steps.size() > STEPS_MAX) {
      throw CommandException.bad("Too many parts");
    }
    if (in.acceptWord("TEXT")) {
      in.expectSpace();
      steps.add(new AppendStep.Octets(in.announcedMessage()));
    } else if (in.acceptWord("URL")) {
      in.expectSpace();
      steps.add(new AppendStep.Url(in.astring()));
    } else if (in.acceptWord("UTF8")) {
      steps.add(new AppendStep.Octets(utf8(in)));
      at = At.UTF8_PART;
      return;
    } else {
      throw CommandException.bad("Expected TEXT or URL");
    }
    at = At.PART;
  }

  private void endMessage(ImapReader in, List<AppendStep> steps) {
    steps.add(new AppendStep.End());
    at = several && !in.atEnd() ? At.BEGIN : At.END;
    if (at == At.END) {
      in.expectEnd();
    }
  }
}
