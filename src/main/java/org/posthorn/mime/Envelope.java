package org.posthorn.mime;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// An ENVELOPE read back from what [ImapStructure] made of a message: what is asked for is decoded,
/// the rest is stepped over. Any octets can be given; what is no ENVELOPE has only absent fields.
public final class Envelope {
  /// The fields, in their order (RFC 3501 §7.4.2, RFC 9051 §7.5.2).
  public enum Field {
    DATE,
    SUBJECT,
    FROM,
    SENDER,
    REPLY_TO,
    TO,
    CC,
    BCC,
    IN_REPLY_TO,
    MESSAGE_ID
  }

  private static final int FIELDS = Field.values().length;

  /// The most parentheses within each other: envelope, list, address.
  private static final int DEPTH_MAX = 3;

  private final byte[] octets;
  private final int[] starts = new int[FIELDS];

  public Envelope(byte[] octets) {
    this.octets = octets;
    Arrays.fill(starts, -1);
    int at = 1;
    for (int i = 0; i < FIELDS && at > 0 && at < octets.length; i++) {
      starts[i] = at;
      at = after(at, 1) + 1; // a space between them
    }
  }

  /// The text of a field that is a string: UTF-8 if its octets are, else ISO-8859-1. Null if it is
  /// absent.
  public String text(Field field) {
    return text(starts[field.ordinal()]);
  }

  /// The first address of a list; null if there is none. The start of a group (RFC 3501 §7.4.2)
  /// shows as an address of the group's name without domain.
  public Address.Mailbox firstAddress(Field field) {
    int at = starts[field.ordinal()];
    if (!is(at, '(') || !is(at + 1, '(')) {
      return null;
    }
    int name = at + 2;
    int route = after(name, DEPTH_MAX) + 1;
    int local = after(route, DEPTH_MAX) + 1;
    int domain = after(local, DEPTH_MAX) + 1;
    return new Address.Mailbox(text(name), text(route), orEmpty(local), orEmpty(domain));
  }

  private String orEmpty(int at) {
    String s = text(at);
    return s == null ? "" : s;
  }

  private boolean is(int at, char c) {
    return at >= 0 && at < octets.length && octets[at] == c;
  }

  /// The place behind the value that begins here; the end of the octets if it has none.
  private int after(int at, int depth) {
    if (is(at, '"')) {
      int i = at + 1;
      while (i < octets.length && octets[i] != '"') {
        i += octets[i] == '\\' ? 2 : 1;
      }
      return Math.min(octets.length, i + 1);
    }
    if (is(at, '{')) {
      int start = literal(at);
      return start < 0 ? octets.length : start + size(at);
    }
    if (is(at, '(')) {
      int i = at + 1;
      while (i < octets.length && octets[i] != ')' && depth <= DEPTH_MAX) {
        i = is(i, ' ') ? i + 1 : after(i, depth + 1);
      }
      return Math.min(octets.length, i + 1);
    }
    return Math.min(octets.length, at + 3); // NIL
  }

  /// Where the octets of a literal begin, or -1.
  private int literal(int at) {
    int lineEnd = Octets.indexOf(octets, at, octets.length, '\n');
    return lineEnd < 0 || lineEnd + 1 + size(at) > octets.length ? -1 : lineEnd + 1;
  }

  private int size(int at) {
    int n = 0;
    for (int i = at + 1; i < octets.length && octets[i] >= '0' && octets[i] <= '9'; i++) {
      n = Math.min(octets.length, n * 10 + octets[i] - '0');
    }
    return n;
  }

  private String text(int at) {
    if (is(at, '{')) {
      int start = literal(at);
      return start < 0 ? null : Headers.text(Octets.text(octets, start, start + size(at)));
    }
    if (!is(at, '"')) {
      return null;
    }
    int end = after(at, 1) - 1;
    byte[] plain = new byte[Math.max(0, end - at - 1)];
    int n = 0;
    for (int i = at + 1; i < end; i++) {
      if (octets[i] == '\\' && i + 1 < end) {
        i++;
      }
      plain[n++] = octets[i];
    }
    return Headers.text(new String(plain, 0, n, StandardCharsets.ISO_8859_1));
  }
}
