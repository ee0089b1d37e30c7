package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.imap.wire.ImapWriter;

/// Writes METADATA responses with values (RFC 5464 §4.4.1), each when all of it is at hand, so that
/// none breaks off.
final class MetadataResponses {
  /// Octets of values after which a response is written.
  private static final int GATHERED_MAX = 64 << 10;

  private record Pair(String entry, byte[] value) {}

  private final ImapWriter out;
  private final String mailbox;
  private final List<Pair> gathered = new ArrayList<>();
  private long octets;

  MetadataResponses(ImapWriter out, String mailbox) {
    this.out = out;
    this.mailbox = mailbox;
  }

  /// @param value null for none
  void add(String entry, byte[] value) throws IOException {
    gathered.add(new Pair(entry, value));
    octets += entry.length() + (value == null ? 0 : value.length);
    if (octets > GATHERED_MAX) {
      end();
    }
  }

  void end() throws IOException {
    if (gathered.isEmpty()) {
      return;
    }
    out.untagged().raw("METADATA ").mailbox(mailbox).raw(" (");
    String between = "";
    for (Pair p : gathered) {
      out.raw(between).astring(p.entry).space();
      value(p.value);
      between = " ";
    }
    out.raw(")").crlf();
    gathered.clear();
    octets = 0;
  }

  private void value(byte[] value) throws IOException {
    if (value == null) {
      out.nil();
      return;
    }
    for (byte b : value) {
      if (b == 0) { // a string cannot carry NUL
        out.literal8(value.length).raw(value);
        return;
      }
    }
    out.string(value);
  }
}
