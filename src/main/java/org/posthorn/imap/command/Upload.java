package org.posthorn.imap.command;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.Announced;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.mime.BinaryRewrite;
import org.posthorn.mime.LineEnds;
import org.posthorn.store.Excerpt;
import org.posthorn.store.ImapUrl;
import org.posthorn.store.Incoming;
import org.posthorn.store.Message;
import org.posthorn.store.NewMessage;
import org.posthorn.store.Rights;

/// The messages of one APPEND or REPLACE on their way from the connection into the store's hands,
/// in small pieces. Whatever can be refused is refused before the client sends the octets. Closing
/// throws away what was not stored.
final class Upload implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("posthorn.imap");

  private static final int PIECE = 16 * 1024;

  /// Messages of one command, which is one commit.
  private static final int MESSAGES_MAX = 1000;

  /// Octets that their rows hold together until the commit.
  private static final long WEIGHT_MAX = 8 << 20;

  /// RFC 3502 §6.3.11: also a way to cancel.
  private static final CommandException EMPTY = CommandException.no("CANNOT", "Message is empty");

  private final ImapSession s;
  private final Place place;

  /// Octets that the command gives back.
  private final long freed;

  private final List<Incoming> incoming = new ArrayList<>();
  private final List<NewMessage> messages = new ArrayList<>();
  private AppendStep.Begin begun;

  /// Octets of the messages that are whole.
  private long octets;

  private long weight;
  private Body body;

  Upload(ImapSession s, Place place, long freed) {
    this.s = s;
    this.place = place;
    this.freed = freed;
  }

  /// Reads the command to its end.
  ///
  /// @param first steps that were read with the command's first line
  List<NewMessage> receive(AppendArguments arguments, List<AppendStep> first) throws IOException {
    List<AppendStep> steps = first;
    while (true) {
      for (AppendStep step : steps) {
        take(step);
      }
      if (arguments.complete()) {
        return messages;
      }
      steps = arguments.next(s.in());
    }
  }

  private void take(AppendStep step) throws IOException {
    switch (step) {
      case AppendStep.Begin b -> begin(b);
      case AppendStep.Octets o -> literal(o.literal());
      case AppendStep.Url u -> copy(u.url());
      case AppendStep.End e -> end();
    }
  }

  private void begin(AppendStep.Begin b) {
    if (messages.size() == MESSAGES_MAX || weight > WEIGHT_MAX) {
      throw CommandException.no("LIMIT", "Too many messages at once");
    }
    begun = b;
    body = new Body(open());
  }

  private Incoming open() {
    Incoming in = s.server().store().receive();
    incoming.add(in);
    return in;
  }

  // The announcement is the line's end, so the reader skips a literal that comes unasked.
  private void literal(Announced literal) throws IOException {
    room(literal.size());
    if (literal.size() == 0 && !begun.catenates()) {
      throw EMPTY; // before it is sent
    }
    InputStream in = s.in().openLiteral(literal);
    byte[] b = new byte[PIECE];
    boolean binary = literal.kind() == Announced.Kind.BINARY;
    for (int n = in.read(b, 0, b.length); n >= 0; n = in.read(b, 0, b.length)) {
      body.take(b, n, binary);
    }
    s.in().endLiteral();
  }

  /// RFC 4469 §3: as if the literal of a FETCH BODY response stood here.
  private void copy(String url) throws IOException {
    ImapUrl parsed = ImapUrl.parse(url);
    // RFC 4469 §3: of this session's account, without a server or an authorisation
    boolean ours = parsed != null && parsed.relative() && parsed.authorisation() == null;
    Excerpt e = ours ? find(parsed) : null;
    if (e == null) {
      throw CommandException.no("BADURL " + printable(url), "No message or part has that URL");
    }
    room(e.size());
    byte[] b = new byte[PIECE];
    try (InputStream in = e.open()) {
      for (int n = in.read(b, 0, b.length); n >= 0; n = in.read(b, 0, b.length)) {
        body.take(b, n, true); // unchanged, if it can stay so
      }
    } catch (IOException damaged) {
      throw unreadable(damaged);
    }
  }

  private Excerpt find(ImapUrl url) {
    try {
      Place from = s.place(url.mailbox());
      return from.rights().has(Rights.Right.READ) ? Excerpt.find(from.box(), url) : null;
    } catch (CommandException e) {
      return null; // no such mailbox, or none that this user may read
    } catch (IOException damaged) {
      throw unreadable(damaged);
    }
  }

  private static CommandException unreadable(IOException e) {
    LOG.log(WARNING, "message-unreadable reason={0}", e.toString());
    return CommandException.no("UNAVAILABLE", "A message cannot be read");
  }

  /// RFC 4469 §5, url-resp-text; what may not stand in a response code is percent-encoded.
  private static String printable(String url) {
    var b = new StringBuilder();
    for (byte c : url.getBytes(StandardCharsets.UTF_8)) {
      if (c <= ' ' || c == ']' || c == '\\' || c == 0x7f) {
        b.append(String.format("%%%02X", c & 0xff));
      } else {
        b.append((char) c);
      }
    }
    return b.substring(0, Math.min(b.length(), ImapUrl.LENGTH_MAX));
  }

  /// Whether so many more octets may come.
  private void room(long more) {
    if (more > s.server().config().messageMax() - body.size()) {
      throw CommandException.no("TOOBIG", "Message too large"); // RFC 7889 §4, RFC 9051 §7.1
    }
    if (!place.account().fits(freed > 0 ? 0 : 1, octets + body.size() + more - freed)) {
      throw CommandException.no("OVERQUOTA", "Mailbox is full");
    }
  }

  private void end() {
    if (body.size() == 0) {
      throw EMPTY;
    }
    Message m = body.finish();
    OffsetDateTime at =
        begun.received() != null
            ? begun.received()
            : OffsetDateTime.ofInstant(s.server().clock().instant(), ZoneOffset.UTC);
    NewMessage whole = row(m, at);
    messages.add(whole);
    octets += whole.size();
    weight += whole.weight();
    body = null;
  }

  private NewMessage row(Message m, OffsetDateTime at) {
    try {
      return new NewMessage(m, place.rights().allowed(begun.flags()), at);
    } catch (IOException e) {
      throw noRoom(e);
    }
  }

  /// Counts what is stored now.
  void stored() {
    s.server().counters().messagesAppended.add(messages.size());
    s.server().counters().octetsAppended.add(octets);
  }

  /// The disk's fault, not the connection's: the client can be told.
  private static CommandException noRoom(IOException e) {
    LOG.log(WARNING, "message-not-received reason={0}", e.toString());
    return CommandException.no("UNAVAILABLE", "No room for the message now, try again later");
  }

  @Override
  public void close() {
    for (Incoming i : incoming) {
      i.close();
    }
  }

  /// A message being received. In text a bare LF becomes CRLF on the way, and NUL ends it; binary
  /// octets are taken as they are, and if need be made fit for other protocols at the end.
  private final class Body {
    private final Incoming to;
    private final OutputStream text;
    private boolean rewrite;

    Body(Incoming to) {
      this.to = to;
      this.text = new LineEnds(to);
    }

    long size() {
      return to.size();
    }

    void take(byte[] b, int n, boolean binary) {
      boolean odd = binary ? hasNulOrLf(b, n) : hasNul(b, n);
      if (odd && !binary) {
        // RFC 3501 §9: CHAR8 is any octet except NUL
        throw CommandException.bad("NUL is not allowed in a message");
      }
      rewrite |= odd;
      try {
        (binary ? to : text).write(b, 0, n);
      } catch (IOException e) {
        throw noRoom(e);
      }
    }

    Message finish() {
      try {
        Message m = to.finish();
        return rewrite ? rewritten(m) : m;
      } catch (IOException e) {
        throw noRoom(e);
      }
    }

    private Message rewritten(Message m) throws IOException {
      Incoming fit = open();
      if (!BinaryRewrite.write(m::open, m.structure(), BinaryRewrite.Marked.KEPT, fit)) {
        // RFC 3516 §4.4
        throw CommandException.no("UNKNOWN-CTE", "NUL is not allowed outside of a part's body");
      }
      to.close();
      return fit.finish();
    }

    private static boolean hasNul(byte[] b, int n) {
      for (int i = 0; i < n; i++) {
        if (b[i] == 0) {
          return true;
        }
      }
      return false;
    }

    private static boolean hasNulOrLf(byte[] b, int n) {
      for (int i = 0; i < n; i++) {
        if (b[i] == 0 || b[i] == '\n' && (i == 0 || b[i - 1] != '\r')) {
          return true;
        }
      }
      return false;
    }
  }
}
