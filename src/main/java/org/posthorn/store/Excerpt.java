package org.posthorn.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.posthorn.mime.DecodedBody;
import org.posthorn.mime.HeaderFields;
import org.posthorn.mime.ImapStructure;
import org.posthorn.mime.MimeScanner;
import org.posthorn.mime.Part;
import org.posthorn.mime.Section;

/// The octets that a URL means: a message or a part of it, as FETCH BODY answers them.
public final class Excerpt {
  /// Of a longer header, fields are sought in so much of it.
  private static final int HEADER_MAX = 1 << 20;

  private final Account account;
  private final MessageRow row;
  private final Section section;
  private final Part structure;

  /// The chosen header fields; null where the octets are read from the message.
  private final byte[] fields;

  private final Section.Span span;

  private Excerpt(
      Account account,
      MessageRow row,
      Section section,
      Part structure,
      byte[] fields,
      Section.Span span) {
    this.account = account;
    this.row = row;
    this.section = section;
    this.structure = structure;
    this.fields = fields;
    this.span = span;
  }

  /// What the URL means in this mailbox, or null if there is nothing.
  public static Excerpt find(Mailbox box, ImapUrl url) throws IOException {
    if (url.uidValidity() != 0 && url.uidValidity() != box.uidValidity()) {
      return null;
    }
    EntryCursor entry = box.entries(UidSet.of(url.uid()));
    MessageRow row = entry.next() ? box.account.message(entry.emailId()) : null;
    return row == null ? null : of(box.account, row, url);
  }

  private static Excerpt of(Account account, MessageRow row, ImapUrl url) throws IOException {
    Section section = url.section();
    Part structure = row.structure();
    Section.Span span = section.whole() ? new Section.Span(0, row.size()) : section.span(structure);
    if (span == null) {
      return null;
    }
    byte[] fields = null;
    if (section.filtered()) {
      byte[] header = account.bytes(row, span.from(), (int) Math.min(span.size(), HEADER_MAX));
      fields =
          HeaderFields.select(header, section.fields(), section.kind() == Section.Kind.FIELDS_NOT);
      span = new Section.Span(0, fields.length);
    }
    span = span.part(url.from(), url.count());
    return new Excerpt(account, row, section, structure, fields, span);
  }

  /// Whether it is a message or a part, and not only the header or the text of one.
  public boolean whole() {
    return section.kind() == Section.Kind.ALL;
  }

  /// The part, or null if it is the whole message.
  private Part part() {
    return section.whole() ? null : section.of(structure);
  }

  /// Whether [#openDecoded] is possible.
  public boolean decodable() {
    return section.whole() || whole() && DecodedBody.possible(part());
  }

  /// The whole part without its transfer encoding, of which the URL may mean only a piece.
  public InputStream openDecoded() throws IOException {
    if (section.whole()) {
      return account.read(row, 0, row.size());
    }
    Part p = part();
    return DecodedBody.open(account.read(row, p.bodyStart(), p.size()), p);
  }

  /// BODYSTRUCTURE without extension data of the message or part, as it is or decoded (RFC 5524
  /// §3.2).
  ///
  /// @param decoded octets of the decoded part, or -1 if it is not decoded
  public byte[] bodyStructure(long decoded) throws IOException {
    if (section.whole()) {
      return row.body();
    }
    Part p;
    try (InputStream in = account.read(row, 0, row.size())) {
      p = section.of(MimeScanner.scan(in));
    }
    return ImapStructure.body(decoded < 0 ? p : p.decoded(decoded));
  }

  public long size() {
    return span.size();
  }

  /// [#size] octets.
  public InputStream open() throws IOException {
    return fields != null
        ? new ByteArrayInputStream(fields, (int) span.from(), (int) span.size())
        : account.read(row, span.from(), span.size());
  }
}
