package org.posthorn.imap.command;

import static java.lang.System.Logger.Level.ERROR;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.FetchItem;
import org.posthorn.mime.DecodedBody;
import org.posthorn.mime.HeaderFields;
import org.posthorn.mime.Part;
import org.posthorn.mime.Section;
import org.posthorn.store.Account;
import org.posthorn.store.MessageRow;
import org.posthorn.store.MessageRun;
import org.posthorn.store.StoreUnavailable;
import org.posthorn.store.blob.CorruptBlobException;

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

  /// Whether the items of a message can be answered.
  enum Readiness {
    READY,
    UNREADABLE,
    /// The same, and for good.
    CORRUPT,
    /// RFC 3516 §4.3.
    UNKNOWN_ENCODING
  }

  private final ImapSession s;
  private final Account account;
  private final MessageRow row;
  private Readiness readiness;

  /// While the message is being made ready, together with its neighbours; else null.
  private MessageRun run;

  private Part structure;

  /// Octetss that are ready, by item. Made only when there is an item of this kind.
  private Map<FetchItem, Octets> ready;

  private long readyOctets;

  MessageTexts(ImapSession s, MessageRow row) {
    this.s = s;
    this.account = s.view().account();
    this.row = row;
  }

  /// Reads what is short, the first time.
  ///
  /// @param with null to read this message alone
  Readiness prepare(List<FetchItem> items, MessageRun with) {
    if (readiness == null) {
      run = with;
      readiness = read(items);
      run = null;
    }
    return readiness;
  }

  private Readiness read(List<FetchItem> items) {
    try {
      for (FetchItem i : items) {
        Octets a =
            switch (i) {
              case FetchItem.Text t when t.style() == FetchItem.Style.BINARY -> decoded(t);
              case FetchItem.Text t -> text(t);
              case FetchItem.BinarySize b -> decoded(b.section(), 0, Long.MAX_VALUE, 0);
              case FetchItem.Simple p -> null;
            };
        if (a != null) {
          keep(i, a);
        }
      }
      return Readiness.READY;
    } catch (UnknownEncoding e) {
      return Readiness.UNKNOWN_ENCODING;
    } catch (IOException | StoreUnavailable e) {
      LOG.log(ERROR, "message-unreadable account={0} email={1}", account.id(), row.email(), e);
      return e instanceof CorruptBlobException ? Readiness.CORRUPT : Readiness.UNREADABLE;
    }
  }

  private void keep(FetchItem item, Octets a) {
    if (ready == null) {
      ready = new HashMap<>(4);
    }
    ready.put(item, a);
    readyOctets += a.bytes() == null ? 0 : a.size();
  }

  /// The answer, or null if it is to be read when its turn comes.
  private Octets text(FetchItem.Text t) throws IOException {
    Section.Span span = span(t.section());
    if (span == null) {
      return Octets.NO_PART;
    }
    if (t.section().filtered()) {
      return readyOctets >= READY_MAX ? null : Octets.of(fields(span, t));
    }
    Section.Span wanted = part(span, t);
    boolean hold = wanted.size() <= WHOLE_MAX && readyOctets + wanted.size() <= READY_MAX;
    return hold ? Octets.of(bytes(wanted)) : null;
  }

  private byte[] fields(Section.Span header, FetchItem.Text t) throws IOException {
    byte[] b =
        bytes(new Section.Span(header.from(), Math.min(header.to(), header.from() + HEADER_MAX)));
    boolean not = t.section().kind() == Section.Kind.FIELDS_NOT;
    byte[] chosen = HeaderFields.select(b, t.section().fields(), not);
    Section.Span r = part(new Section.Span(0, chosen.length), t);
    return Arrays.copyOfRange(chosen, (int) r.from(), (int) r.to());
  }

  // ---- decoded

  /// Its part's Content-Transfer-Encoding is one that we do not know.
  private static final class UnknownEncoding extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownEncoding() {
      super(null, null, false, false);
    }
  }

  private Octets decoded(FetchItem.Text t) throws IOException {
    int hold = Math.clamp(READY_MAX - readyOctets, 0, WHOLE_MAX);
    return t.from() < 0
        ? decoded(t.section(), 0, Long.MAX_VALUE, hold)
        : decoded(t.section(), t.from(), t.count(), hold);
  }

  /// Decodes once, so that the size is known, and whether there is a NUL.
  ///
  /// @param hold keep the octets if they are no more than this
  private Octets decoded(Section section, long from, long count, int hold) throws IOException {
    Section.Span span = span(section);
    if (span == null) {
      return Octets.NO_PART;
    }
    Part p = section.whole() ? null : section.of(structure());
    if (p != null && !DecodedBody.possible(p)) {
      throw new UnknownEncoding();
    }
    try (InputStream in = open(p, span)) {
      return Octets.read(in, from, count, hold);
    }
  }

  /// @param p null for the whole message, which has no encoding
  private InputStream open(Part p, Section.Span span) throws IOException {
    InputStream raw = account.read(row, span.from(), span.size());
    return p == null ? raw : DecodedBody.open(raw, p);
  }

  // ---- writing

  /// Writes the size of a decoded part; of none it is 0, for there is no other way to say so.
  void write(FetchItem.BinarySize b) throws IOException {
    s.out().number(Math.max(0, ready.get(b).size()));
  }

  /// Writes the item's value.
  void write(FetchItem.Text t) throws IOException {
    Octets a = ready == null ? null : ready.get(t);
    if (a != null && a.size() < 0) {
      s.out().nil();
      return;
    }
    long size;
    if (a != null) {
      size = a.size();
      writeReady(t, a);
    } else if (t.section().filtered()) {
      byte[] b = fields(span(t.section()), t);
      size = b.length;
      s.out().literal(size).raw(b);
    } else {
      Section.Span wanted = part(span(t.section()), t);
      size = wanted.size();
      try (InputStream in = account.read(row, wanted.from(), size)) {
        s.out().literal(size).transfer(in, size);
      }
    }
    s.server().counters().octetsFetched.add(size);
  }

  private void writeReady(FetchItem.Text t, Octets a) throws IOException {
    a.announce(s.out());
    if (a.bytes() != null) {
      s.out().raw(a.bytes());
      return;
    }
    Part p = t.section().whole() ? null : t.section().of(structure());
    try (InputStream in = open(p, span(t.section()))) {
      Octets.skip(in, Math.max(0, t.from()));
      s.out().transfer(in, a.size());
    }
  }

  private byte[] bytes(Section.Span r) throws IOException {
    if (r.size() == 0) {
      return NOTHING;
    }
    int size = (int) r.size();
    return run == null ? account.bytes(row, r.from(), size) : run.bytes(row, r.from(), size);
  }

  private static Section.Span part(Section.Span r, FetchItem.Text t) {
    return t.from() < 0 ? r : r.part(t.from(), t.count());
  }

  /// Where the section lies, or null if the message has no such part.
  private Section.Span span(Section section) {
    return section.whole() ? new Section.Span(0, row.size()) : section.span(structure());
  }

  private Part structure() {
    if (structure == null) {
      structure = row.structure();
    }
    return structure;
  }
}
