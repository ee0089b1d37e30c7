package org.posthorn.imap.command;

import static java.lang.System.Logger.Level.ERROR;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.FetchItem;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.Section;
import org.posthorn.mime.HeaderFields;
import org.posthorn.mime.Part;
import org.posthorn.store.MessageRow;
import org.posthorn.store.StoreUnavailable;

/// The octets of one message that FETCH asks for. Short ones are read before anything is written,
/// so that a message that the disk has damaged is left out whole; long ones are streamed. One
/// thread at a time.
final class MessageTexts {
  private static final System.Logger LOG = System.getLogger("posthorn.imap");

  /// Up to so many octets are read at once.
  private static final int WHOLE_MAX = 128 * 1024;

  /// A header longer than this is not filtered: its fields are sought in so much of it.
  private static final int HEADER_MAX = 16 << 20;

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
  private final MessageRow row;
  private State state = State.NEW;
  private Part structure;

  /// Answers that are ready, by item; null for NIL. Made only when there is an item of this kind.
  private Map<FetchItem.Text, byte[]> ready;

  MessageTexts(ImapSession s, MessageRow row) {
    this.s = s;
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
          LOG.log(
              ERROR, "message-unreadable account={0} email={1}", s.account().id(), row.email(), e);
          return false;
        }
      }
    }
    return true;
  }

  private void prepare(FetchItem.Text t) throws IOException {
    Section section = t.section();
    boolean filtered =
        section.kind() == Section.Kind.FIELDS || section.kind() == Section.Kind.FIELDS_NOT;
    Range r = range(section);
    byte[] b;
    if (r == null) {
      b = null;
    } else if (filtered) {
      byte[] header = bytes(new Range(r.from, Math.min(r.to, r.from + HEADER_MAX)));
      b = HeaderFields.select(header, section.fields(), section.kind() == Section.Kind.FIELDS_NOT);
      b = part(b, t);
    } else {
      Range wanted = part(r, t);
      if (wanted.size() > WHOLE_MAX) {
        return;
      }
      b = bytes(wanted);
    }
    if (ready == null) {
      ready = new HashMap<>(4);
    }
    ready.put(t, b);
  }

  /// Writes the item's value.
  void write(FetchItem.Text t) throws IOException {
    ImapWriter out = s.out();
    if (ready != null && ready.containsKey(t)) {
      byte[] b = ready.get(t);
      if (b == null) {
        out.nil(); // no such part
      } else {
        out.literal(b.length).raw(b);
        s.server().counters().octetsFetched.add(b.length);
      }
      return;
    }
    Range wanted = part(range(t.section()), t);
    try (InputStream in = s.account().read(row, wanted.from, wanted.size())) {
      out.literal(wanted.size()).transfer(in, wanted.size());
    }
    s.server().counters().octetsFetched.add(wanted.size());
  }

  private byte[] bytes(Range r) throws IOException {
    return r.size() == 0 ? NOTHING : s.account().bytes(row, r.from, (int) r.size());
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
