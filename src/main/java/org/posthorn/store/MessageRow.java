package org.posthorn.store;

import java.util.ArrayList;
import java.util.List;
import org.posthorn.mime.Part;
import org.posthorn.mime.PartTable;

/// What the store keeps of a message beside its octets; written once.
///
/// Offsets of [#structure] count from the start of the message as clients see it: [#head], then the
/// blob.
public final class MessageRow {
  private static final int FORMAT = 1;
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
    Unpack u = Unpack.row(row, FORMAT);
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
                + m.threadHashes().size() * HASH_OCTETS);
    p.u8(FORMAT).u64(thread).u64(blob).bytes(head).varint(head.length + m.size());
    p.bytes(m.parts()).bytes(m.envelope()).bytes(m.body()).bytes(m.bodyStructure());
    p.bytes(new byte[0]).varint(m.threadHashes().size());
    for (byte[] h : m.threadHashes()) p.raw(h);
    return p.done();
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
}
