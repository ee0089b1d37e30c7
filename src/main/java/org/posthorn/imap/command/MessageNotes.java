package org.posthorn.imap.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.imap.wire.SortKey;
import org.posthorn.mime.Address;
import org.posthorn.mime.BaseSubject;
import org.posthorn.mime.Collation;
import org.posthorn.mime.EncodedWords;
import org.posthorn.mime.Envelope;
import org.posthorn.mime.Headers;
import org.posthorn.mime.MailDate;
import org.posthorn.mime.MessageIds;
import org.posthorn.mime.MimeScanner;
import org.posthorn.store.Account;
import org.posthorn.store.MessageRow;
import org.posthorn.store.NotedCursor;

/// What sorting and threading need to know of a message, made of its row. The store remembers it:
/// see [NotedCursor].
final class MessageNotes implements NotedCursor.Maker {
  /// One thing to know.
  enum Kind {
    /// RFC 5256 §2.2: the Date field in seconds since 1970, eight octets; none if it has no valid
    /// one.
    DATE(false),
    /// RFC 5256 §2.1, made comparable.
    SUBJECT(true),
    /// RFC 5256 §3: addr-mailbox of the first address.
    FROM(true),
    TO(true),
    CC(true),
    /// RFC 5957 §3: the display name of the first address, else its local part and domain.
    DISPLAYFROM(true),
    DISPLAYTO(true),
    /// Whether the subject says that it is a reply or a forward; Message-ID; References. See
    /// [Links].
    LINKS(false);

    private final boolean folded;

    Kind(boolean folded) {
      this.folded = folded;
    }

    /// Null for what is no note, because the pages know it.
    static Kind of(SortKey.By by) {
      return switch (by) {
        case ARRIVAL, SIZE, RELEVANCY -> null;
        case DATE -> DATE;
        case SUBJECT -> SUBJECT;
        case FROM -> FROM;
        case TO -> TO;
        case CC -> CC;
        case DISPLAYFROM -> DISPLAYFROM;
        case DISPLAYTO -> DISPLAYTO;
      };
    }
  }

  private static final byte[] NOTHING = new byte[0];

  private final Account account;
  private final Collation collation;
  private final List<Kind> kinds;

  MessageNotes(Account account, Collation collation, List<Kind> kinds) {
    this.account = account;
    this.collation = collation;
    this.kinds = kinds;
  }

  /// What the store is to call them; those of each collation are others.
  List<String> names() {
    return kinds.stream().map(k -> k.folded ? k + " " + collation.id() : k.toString()).toList();
  }

  /// The number in the note of [Kind#DATE]; `arrived` if it has none.
  static long date(NotedCursor c, int kind, long arrived) {
    int from = c.from(kind);
    return c.to(kind) == from ? arrived : ByteBuffer.wrap(c.octets(kind)).getLong(from);
  }

  @Override
  public byte[][] notes(MessageRow row) throws IOException {
    byte[][] notes = new byte[kinds.size()][];
    Envelope e = row == null ? null : new Envelope(row.envelope());
    for (int k = 0; k < notes.length; k++) {
      notes[k] = e == null ? NOTHING : note(kinds.get(k), e, row);
    }
    return notes;
  }

  private byte[] note(Kind kind, Envelope e, MessageRow row) throws IOException {
    return switch (kind) {
      case DATE -> date(e.text(Envelope.Field.DATE));
      case SUBJECT -> folded(BaseSubject.of(e.text(Envelope.Field.SUBJECT)));
      case FROM -> localPart(e.firstAddress(Envelope.Field.FROM));
      case TO -> localPart(e.firstAddress(Envelope.Field.TO));
      case CC -> localPart(e.firstAddress(Envelope.Field.CC));
      case DISPLAYFROM -> display(e.firstAddress(Envelope.Field.FROM));
      case DISPLAYTO -> display(e.firstAddress(Envelope.Field.TO));
      case LINKS -> {
        List<String> own = MessageIds.parse(e.text(Envelope.Field.MESSAGE_ID));
        boolean answers = BaseSubject.parse(e.text(Envelope.Field.SUBJECT)).answers();
        yield Links.note(answers, own.isEmpty() ? null : own.getFirst(), references(e, row));
      }
    };
  }

  private static byte[] date(String field) {
    OffsetDateTime t = field == null ? null : MailDate.parse(field);
    return t == null ? NOTHING : ByteBuffer.allocate(Long.BYTES).putLong(t.toEpochSecond()).array();
  }

  private byte[] folded(String text) {
    return collation.fold(text).getBytes(StandardCharsets.UTF_8);
  }

  private byte[] localPart(Address.Mailbox a) {
    return a == null ? NOTHING : folded(a.localPart());
  }

  private byte[] display(Address.Mailbox a) {
    if (a == null) {
      return NOTHING;
    }
    String name = a.name() == null ? "" : EncodedWords.decode(a.name());
    if (!name.isEmpty()) {
      return folded(name);
    }
    return folded(a.domain().isEmpty() ? a.localPart() : a.localPart() + "@" + a.domain());
  }

  /// Those of References, else the first of In-Reply-To. Rows of 0.1.0 do not have that field, so
  /// the message is read.
  private List<String> references(Envelope e, MessageRow row) throws IOException {
    List<String> ids = row.references();
    if (ids == null) {
      ids = MessageIds.parse(field(row, "References"));
    }
    if (!ids.isEmpty()) {
      return ids;
    }
    ids = new ArrayList<>(MessageIds.parse(e.text(Envelope.Field.IN_REPLY_TO)));
    return ids.isEmpty() ? ids : ids.subList(0, 1);
  }

  private String field(MessageRow row, String name) throws IOException {
    for (Headers.Header h : row.structure().headers().all()) {
      if (h.name().equalsIgnoreCase(name)) {
        byte[] octets = account.bytes(row, h.offset(), h.length());
        String lines = new String(octets, StandardCharsets.ISO_8859_1) + "\r\n";
        return MimeScanner.scan(lines.getBytes(StandardCharsets.ISO_8859_1)).headers().first(name);
      }
    }
    return null;
  }
}
