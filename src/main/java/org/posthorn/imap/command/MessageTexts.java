package org.posthorn.imap.command;

import static java.lang.System.Logger.Level.ERROR;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.FetchItem;
import org.posthorn.imap.wire.Section;
import org.posthorn.mime.HeaderFields;
import org.posthorn.mime.Part;
import org.posthorn.store.Account;
import org.posthorn.store.MessageRow;
import org.posthorn.store.StoreUnavailable;

/// The octets of one message that FETCH asks for. Short ones are read before anything is written,
/// so that a message that the disk has damaged is left out whole; long ones are streamed. One
/// thread at a time.
final class MessageTexts {
  private static final System.Logger LOG = System.getLogger("posthorn.imap");

  /// Up to so many octets are read at once.
  private static final int WHOLE_MAX = 128 * 1024;

  /// Octets of a message made ready before they are written, however many items ask for them; the
  /// rest is read when its turn comes.
  private static final int READY_MAX = 256 * 1024;

  /// Of a longer header, fields are sought in so much of it.
  private static final int HEADER_MAX = 1 << 20;

  private static final byte[] NOTHING = new byte[0];

  /// From octet `from` up to before `to` of the message.
  private record Range(long from, long to) {
    long size() {
      return to - from;
    }
  }

  private enum State {
    NEW,
    READY,
    UNREADABLE
  }

  private final ImapSession s;
  private final Account account;
  private final MessageRow row;
  private State state = State.NEW;
  private Part structure;

  /// Answers that are ready, by item; null for NIL. Made only when there is an item of this kind.
  private Map<FetchItem.Text, byte[]> ready;

  private int readyOctets;

  MessageTexts(ImapSession s, MessageRow row) {
    this.s = s;
    this.account = s.view().account();
    this.row = row;
  }

  /// Reads what is short, the first time; false if it cannot be read.
  boolean prepare(List<FetchItem> items) {
    if (state == State.NEW) {
      state = read(items) ? State.READY : State.UNREADABLE;
    }
    return state == State.READY;
  }

  private boolean read(List<FetchItem> items) {
    for (FetchItem i : items) {
      if (i instanceof FetchItem.Text t) {
        try {
          prepare(t);
        } catch (IOException | StoreUnavailable e) {
          LOG.log(ERROR, "message-unreadable account={0} email={1}", account.id(), row.email(), e);
          return false;
        }
      }
    }
    return true;
  }

  private void prepare(FetchItem.Text t) throws IOException {
    Range r = range(t.section());
    byte[] b = null;
    if (r != null && isFiltered(t)) {
      if (readyOctets >= READY_MAX) {
        return;
      }
      b = fields(r, t);
    } else if (r != null) {
      Range wanted = part(r, t);
      if (wanted.size() > WHOLE_MAX || readyOctets + wanted.size() > READY_MAX) {
        return;
      }
      b = bytes(wanted);
    }
    if (ready == null) {
      ready = new HashMap<>(4);
    }
    ready.put(t, b);
    readyOctets += b == null ? 0 : b.length;
  }

  private static boolean isFiltered(FetchItem.Text t) {
    Section.Kind kind = t.section().kind();
    return kind == Section.Kind.FIELDS || kind == Section.Kind.FIELDS_NOT;
  }

  private byte[] fields(Range header, FetchItem.Text t) throws IOException {
    byte[] b = bytes(new Range(header.from, Math.min(header.to, header.from + HEADER_MAX)));
    boolean not = t.section().kind() == Section.Kind.FIELDS_NOT;
    return part(HeaderFields.select(b, t.section().fields(), not), t);
  }

  /// Writes the item's value.
  void write(FetchItem.Text t) throws IOException {
    if (ready != null && ready.containsKey(t)) {
      write(ready.get(t));
      return;
    }
    Range r = range(t.section());
    if (isFiltered(t)) {
      write(fields(r, t));
      return;
    }
    Range wanted = part(r, t);
    try (InputStream in = account.read(row, wanted.from, wanted.size())) {
      s.out().literal(wanted.size()).transfer(in, wanted.size());
    }
    s.server().counters().octetsFetched.add(wanted.size());
  }

  /// @param value null if there is no such part
  private void write(byte[] value) throws IOException {
    if (value == null) {
      s.out().nil();
    } else {
      s.out().literal(value.length).raw(value);
      s.server().counters().octetsFetched.add(value.length);
    }
  }

  private byte[] bytes(Range r) throws IOException {
    return r.size() == 0 ? NOTHING : account.bytes(row, r.from, (int) r.size());
  }

  /// RFC 3501 §6.4.5: `<from.count>`; behind the end there is nothing, which is no error.
  private static Range part(Range r, FetchItem.Text t) {
    if (t.from() < 0) {
      return r;
    }
    long from = Math.min(r.to, r.from + t.from());
    return new Range(from, Math.min(r.to, from + t.count()));
  }

  private static byte[] part(byte[] b, FetchItem.Text t) {
    Range r = part(new Range(0, b.length), t);
    return r.size() == b.length ? b : java.util.Arrays.copyOfRange(b, (int) r.from, (int) r.to);
  }

  /// Where the section lies, or null if the message has no such part.
  private Range range(Section section) {
    if (section.part().isEmpty() && section.kind() == Section.Kind.ALL) {
      return new Range(0, row.size());
    }
    if (structure == null) {
      structure = row.structure();
    }
    if (section.part().isEmpty()) {
      return ofMessage(structure, section.kind());
    }
    Part part = structure.find(section.path());
    if (part == null) {
      return null;
    }
    return switch (section.kind()) {
      case ALL -> new Range(part.bodyStart(), part.bodyEnd());
      case MIME -> new Range(part.headerStart(), part.bodyStart());
      // RFC 3501 §6.4.5: these are of the message inside a MESSAGE/RFC822 part
      case HEADER, FIELDS, FIELDS_NOT, TEXT ->
          part.message() ? ofMessage(part.children().getFirst(), section.kind()) : null;
    };
  }

  private static Range ofMessage(Part message, Section.Kind kind) {
    return kind == Section.Kind.TEXT
        ? new Range(message.bodyStart(), message.bodyEnd())
        : new Range(message.headerStart(), message.bodyStart());
  }
}
