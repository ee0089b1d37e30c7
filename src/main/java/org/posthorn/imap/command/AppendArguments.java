package org.posthorn.imap.command;

import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.FlagSyntax;
import org.posthorn.imap.wire.ImapDate;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.NameEncoding;
import org.posthorn.store.Flags;

/// Reads the messages of APPEND or REPLACE (RFC 4466 §6, append-message) up to the next literal,
/// for those are not held in memory: who calls reads it and asks again.
final class AppendArguments {
  /// More than one message may come (RFC 3502).
  private final boolean several;

  /// A message's literal was announced; its end comes next.
  private boolean open;

  /// That literal stands in the parentheses of UTF8.
  private boolean utf8;

  AppendArguments(boolean several) {
    this.several = several;
  }

  /// The steps up to and with the next literal, or to the end of the command.
  List<AppendStep> next(ImapReader in) throws IOException {
    List<AppendStep> steps = new ArrayList<>();
    if (open) {
      open = false;
      if (utf8) {
        in.expect(')');
        utf8 = false;
      }
      steps.add(new AppendStep.End());
      if (in.atEnd() || !several) {
        in.expectEnd();
        return steps;
      }
    }
    in.expectSpace();
    message(in, steps);
    return steps;
  }

  /// Whether the command has been read to its end.
  boolean complete() {
    return !open;
  }

  private void message(ImapReader in, List<AppendStep> steps) throws IOException {
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
    steps.add(new AppendStep.Begin(flags, received));
    steps.add(new AppendStep.Octets(literal(in)));
    open = true;
  }

  /// A literal, or by RFC 6855 §4 `UTF8 (~{n}`; headers in UTF-8 may come by either.
  private ImapReader.Announced literal(ImapReader in) {
    if (!in.acceptWord("UTF8")) {
      return in.announcedMessage();
    }
    if (in.names() != NameEncoding.UTF8) {
      throw CommandException.bad("ENABLE UTF8=ACCEPT comes first");
    }
    in.expectSpace();
    in.expect('(');
    in.expect('~');
    utf8 = true;
    return in.announced();
  }
}
