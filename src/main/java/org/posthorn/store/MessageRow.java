package org.posthorn.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.posthorn.mime.Part;
import org.posthorn.mime.PartTable;

/// What the store keeps of a message beside its octets; written once.
///
/// Offsets of [#structure] count from the start of the message as clients see it: [#head], then the
/// blob.
public final class MessageRow {
  /// Up to 0.1.0: ends behind the hashes.
  private static final int FORMAT_1 = 1;

  /// Further fields may follow, each a tag and its octets; an unknown tag is passed over.
  private static final int FORMAT = 2;

  /// Identifiers of the References field, a line each.
  private static final int TAG_REFERENCES = 1;

  /// The preview.
  private static final int TAG_PREVIEW = 2;

  private static final int HASH_OCTETS = 12;

  private final byte[] row;
  private final EmailId email;
  private final ThreadId thread;
  private final long blob;
  private final byte[] head;
  private final long size;
  private final int partsAt;
  private final int envelopeAt;
  private final int bodyAt;
  private final int bodyStructureAt;
  private final int hashesAt;

  private MessageRow(long emailId, byte[] row) {
    this.row = row;
    Unpack u = new Unpack(row);
    int format = u.u8();
    if (format != FORMAT && format != FORMAT_1) {
      throw new Unpack.DamagedRow("message row of format " + format);
    }
    email = new EmailId(emailId);
    thread = new ThreadId(u.u64());
    blob = u.u64();
    head = u.bytes();
    size = u.varint();
    partsAt = u.position();
    u.skipBytes();
    envelopeAt = u.position();
    u.skipBytes();
    bodyAt = u.position();
    u.skipBytes();
    bodyStructureAt = u.position();
    u.skipBytes();
    u.skipBytes(); // UIDL of an imported message; empty: the email id
    hashesAt = u.position();
  }

  static MessageRow decode(long emailId, byte[] row) {
    try {
      return new MessageRow(emailId, row);
    } catch (IllegalArgumentException e) {
      throw new Unpack.DamagedRow("message " + emailId + ": " + e.getMessage());
    }
  }

  static byte[] encode(long thread, long blob, byte[] head, Scanned m) {
    Pack p =
        new Pack(
            64
                + head.length
                + m.parts().length
                + m.envelope().length
                + m.body().length
                + m.bodyStructure().length
                + m.threadHashes().size() * HASH_OCTETS
                + m.references().length());
    p.u8(FORMAT).u64(thread).u64(blob).bytes(head).varint(head.length + m.size());
    p.bytes(m.parts()).bytes(m.envelope()).bytes(m.body()).bytes(m.bodyStructure());
    p.bytes(new byte[0]).varint(m.threadHashes().size());
    for (byte[] h : m.threadHashes()) p.raw(h);
    if (!m.references().isEmpty()) p.u8(TAG_REFERENCES).text(m.references());
    p.u8(TAG_PREVIEW).text(m.preview());
    return p.done();
  }

  /// As it is on disk.
  byte[] row() {
    return row;
  }

  private byte[] field(int at) {
    return Unpack.at(row, at).bytes();
  }

  public EmailId email() {
    return email;
  }

  public ThreadId thread() {
    return thread;
  }

  /// Id of the blob behind [#head].
  public long blob() {
    return blob;
  }

  /// Our trace lines, CRLF at each end.
  public byte[] head() {
    return head;
  }

  /// Octets of head and blob together.
  public long size() {
    return size;
  }

  /// The parts; decoded at each call.
  public Part structure() {
    return PartTable.decode(field(partsAt)).behind(head.length);
  }

  /// ENVELOPE as IMAP writes it.
  public byte[] envelope() {
    return field(envelopeAt);
  }

  /// BODY as IMAP writes it.
  public byte[] body() {
    return field(bodyAt);
  }

  /// BODYSTRUCTURE as IMAP writes it.
  public byte[] bodyStructure() {
    return field(bodyStructureAt);
  }

  /// Rows `t` that this message may have made.
  List<byte[]> threadHashes() {
    Unpack u = Unpack.at(row, hashesAt);
    List<byte[]> out = new ArrayList<>();
    for (int n = u.count(HASH_OCTETS); n > 0; n--) out.add(u.raw(HASH_OCTETS));
    return out;
  }

  /// Identifiers of the References field, without brackets, oldest first: of a long one the first
  /// and the newest. Null in rows of 0.1.0, which did not keep them; empty if there are none.
  public List<String> references() {
    if (row[0] == FORMAT_1) return null;
    byte[] lines = extra(TAG_REFERENCES);
    return lines == null ? List.of() : List.of(new String(lines, UTF_8).split("\n"));
  }

  /// The first words of the message (RFC 8970), empty where there are none to speak of; null in
  /// rows that did not keep it.
  public String preview() {
    byte[] text = extra(TAG_PREVIEW);
    return text == null ? null : new String(text, UTF_8);
  }

  /// A field behind the hashes, or null.
  private byte[] extra(int tag) {
    Unpack u = Unpack.at(row, hashesAt);
    for (int n = u.count(HASH_OCTETS); n > 0; n--) u.raw(HASH_OCTETS);
    while (row[0] != FORMAT_1 && !u.atEnd()) {
      if (u.u8() == tag) return u.bytes();
      u.skipBytes();
    }
    return null;
  }
}
