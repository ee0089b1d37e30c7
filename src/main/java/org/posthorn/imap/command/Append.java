package org.posthorn.imap.command;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.FlagSyntax;
import org.posthorn.imap.wire.ImapDate;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.store.Changes;
import org.posthorn.store.Flags;
import org.posthorn.store.Incoming;
import org.posthorn.store.Message;

/// RFC 3501 §6.3.11, APPENDUID by RFC 4315 §3.
///
/// Whatever can be refused is refused before the client sends the message. The message goes from
/// the connection into the store's hands in small pieces; a bare LF becomes CRLF on the way, and
/// NUL ends it.
///
/// @param received null for now
record Append(String mailbox, Flags flags, OffsetDateTime received, ImapReader.Announced literal)
    implements Command {
  private static final System.Logger LOG = System.getLogger("posthorn.imap");

  private static final int PIECE = 16 * 1024;

  static Append parse(ImapReader in) throws IOException {
    in.expectSpace();
    String mailbox = in.mailbox();
    in.expectSpace();
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
    return new Append(mailbox, flags, received, in.announced());
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    Place place = s.target(mailbox);
    if (literal.size() > s.server().config().messageMax()) {
      throw refuse("TOOBIG", "Message too large"); // RFC 7889 §4, RFC 9051 §7.1
    }
    if (literal.size() == 0) {
      throw refuse("CANNOT", "Message is empty");
    }
    if (!place.account().usage().fits(literal.size())) {
      throw refuse("OVERQUOTA", "Mailbox is full");
    }
    try (Incoming incoming = s.server().store().receive()) {
      InputStream in = s.in().openLiteral(literal);
      CrlfPipe pipe = new CrlfPipe(incoming);
      pipe.take(in);
      s.in().endLiteral();
      s.in().expectEnd();
      Message message = finish(incoming);
      OffsetDateTime at =
          received != null
              ? received
              : OffsetDateTime.ofInstant(s.server().clock().instant(), ZoneOffset.UTC);
      Changes.Appended done = place.account().append(place.box().name(), message, flags, at);
      s.server().counters().messagesAppended.increment();
      s.server().counters().octetsAppended.add(literal.size());
      return Reply.ok("APPENDUID " + done.uidValidity() + " " + done.uid(), "APPEND completed");
    }
  }

  private static Message finish(Incoming incoming) {
    try {
      return incoming.finish();
    } catch (IOException e) {
      throw noRoom(e);
    }
  }

  /// The disk's fault, not the connection's: the client can be told.
  private static CommandException noRoom(IOException e) {
    LOG.log(WARNING, "message-not-received reason={0}", e.toString());
    return CommandException.no("UNAVAILABLE", "No room for the message now, try again later");
  }

  /// The announcement is the line's end, so the reader skips a literal that comes unasked.
  private static CommandException refuse(String code, String text) {
    return CommandException.no(code, text);
  }

  /// Makes every line end CRLF.
  private static final class CrlfPipe {
    private static final byte[] CRLF = {'\r', '\n'};

    private final OutputStream out;
    private byte last;

    CrlfPipe(OutputStream out) {
      this.out = out;
    }

    void take(InputStream in) throws IOException {
      byte[] b = new byte[PIECE];
      for (int n = in.read(b, 0, b.length); n >= 0; n = in.read(b, 0, b.length)) {
        take(b, n);
      }
    }

    private void take(byte[] b, int n) {
      int from = 0;
      for (int i = 0; i < n; i++) {
        byte c = b[i];
        if (c == 0) {
          // RFC 3501 §9: CHAR8 is any octet except NUL
          throw CommandException.bad("NUL is not allowed in a message");
        }
        if (c == '\n' && last != '\r') {
          write(b, from, i - from);
          write(CRLF, 0, 2);
          from = i + 1;
        }
        last = c;
      }
      write(b, from, n - from);
    }

    private void write(byte[] b, int from, int n) {
      try {
        out.write(b, from, n);
      } catch (IOException e) {
        throw noRoom(e);
      }
    }
  }
}
