package org.posthorn.imap.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collection;
import java.util.function.UnaryOperator;

/// Writes responses, token by token, chained. Gathers them in a buffer of its own, which it gives
/// up when flushed, so an idle session holds none.
///
/// Used by one thread at a time: the session's, or during IDLE the one that tells changes.
public final class ImapWriter {
  private static final int BUFFER = 8192;

  /// A string longer than this travels as a literal.
  private static final int QUOTED_MAX = 1024;

  private static final byte[] NONE = new byte[0];

  private final OutputStream out;

  /// The client takes UTF-8 in quoted strings, and names of mailboxes as they are.
  private boolean utf8;

  private UnaryOperator<String> translation;

  private byte[] buffer = NONE;
  private int used;

  public ImapWriter(OutputStream out) {
    this.out = out;
  }

  /// From now on UTF-8 may stand in quoted strings (RFC 9051 §4.3, RFC 6855 §3).
  public void utf8(boolean on) {
    utf8 = on;
  }

  /// Text of one line, which is ASCII already; other characters become `?`.
  public ImapWriter raw(String ascii) throws IOException {
    int n = ascii.length();
    if (n > BUFFER) {
      for (int i = 0; i < n; i += BUFFER) {
        raw(ascii.substring(i, Math.min(n, i + BUFFER)));
      }
      return this;
    }
    room(n);
    for (int i = 0; i < n; i++) {
      char c = ascii.charAt(i);
      buffer[used++] = (byte) (c < 0x80 ? c : '?');
    }
    return this;
  }

  /// Sets in which language [#text] speaks; null for the English of the code.
  public void language(UnaryOperator<String> translation) {
    this.translation = translation;
  }

  /// What a person may read, given in English: ASCII, or UTF-8 in another language (RFC 5255 §3.5).
  public ImapWriter text(String english) throws IOException {
    return translation == null
        ? raw(english)
        : raw(translation.apply(english).getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /// A string of a mailbox's name, or of what stands for one, in the session's encoding.
  public ImapWriter nameString(String name) throws IOException {
    return string(utf8 ? NameEncoding.UTF8.encode(name) : ModifiedUtf7.encode(name));
  }

  /// Finished octets.
  public ImapWriter raw(byte[] b) throws IOException {
    return raw(b, 0, b.length);
  }

  public ImapWriter raw(byte[] b, int off, int len) throws IOException {
    if (len > BUFFER) {
      push();
      out.write(b, off, len);
      return this;
    }
    room(len);
    System.arraycopy(b, off, buffer, used, len);
    used += len;
    return this;
  }

  public ImapWriter number(long n) throws IOException {
    room(20);
    if (n < 0) {
      throw new IllegalArgumentException("negative number " + n);
    }
    int digits = 1;
    for (long t = n; t >= 10; t /= 10) {
      digits++;
    }
    long left = n;
    for (int i = used + digits - 1; i >= used; i--) {
      buffer[i] = (byte) ('0' + left % 10);
      left /= 10;
    }
    used += digits;
    return this;
  }

  public ImapWriter space() throws IOException {
    room(1);
    buffer[used++] = ' ';
    return this;
  }

  public ImapWriter crlf() throws IOException {
    room(2);
    buffer[used++] = '\r';
    buffer[used++] = '\n';
    return this;
  }

  /// `* `
  public ImapWriter untagged() throws IOException {
    room(2);
    buffer[used++] = '*';
    buffer[used++] = ' ';
    return this;
  }

  public ImapWriter nil() throws IOException {
    return raw("NIL");
  }

  /// The shortest of atom, quoted string and literal that can carry it. `s` is written as UTF-8
  /// where it is not ASCII, and then as a literal, which rev1 allows (RFC 3501 §4.3.1), if the
  /// client has not asked for better.
  public ImapWriter astring(String s) throws IOException {
    if (s.isEmpty() || s.equalsIgnoreCase("NIL")) {
      return string(s);
    }
    for (int i = 0; i < s.length(); i++) {
      if (!CharClass.isAstring(s.charAt(i))) {
        return string(s);
      }
    }
    return raw(s);
  }

  public ImapWriter string(String s) throws IOException {
    return string(s.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  public ImapWriter nstring(String s) throws IOException {
    return s == null ? nil() : string(s);
  }

  public ImapWriter string(byte[] b) throws IOException {
    if (b.length > QUOTED_MAX || !quotable(b)) {
      return literal(b.length).raw(b);
    }
    room(2 + 2 * b.length);
    buffer[used++] = '"';
    for (byte c : b) {
      if (c == '"' || c == '\\') {
        buffer[used++] = '\\';
      }
      buffer[used++] = c;
    }
    buffer[used++] = '"';
    return this;
  }

  private boolean quotable(byte[] b) {
    boolean ascii = true;
    for (byte c : b) {
      if (c == 0 || c == '\r' || c == '\n') {
        return false;
      }
      ascii &= c > 0;
    }
    return ascii || (utf8 && NameEncoding.UTF8.decode(b) != null);
  }

  /// Announces a literal; the caller writes exactly `size` octets next.
  public ImapWriter literal(long size) throws IOException {
    return raw("{").number(size).raw("}\r\n");
  }

  /// Announces a literal that may hold NUL (RFC 3516 §7); the caller writes exactly `size` octets
  /// next.
  public ImapWriter literal8(long size) throws IOException {
    return raw("~").literal(size);
  }

  /// A mailbox name in the session's encoding.
  public ImapWriter mailbox(String name) throws IOException {
    return utf8
        ? astring(name)
        : astring(
            new String(ModifiedUtf7.encode(name), java.nio.charset.StandardCharsets.US_ASCII));
  }

  /// `(a b c)`
  public ImapWriter list(Collection<String> atoms) throws IOException {
    raw("(");
    String between = "";
    for (String a : atoms) {
      raw(between).raw(a);
      between = " ";
    }
    return raw(")");
  }

  /// Exactly `n` octets of `in`.
  public ImapWriter transfer(InputStream in, long n) throws IOException {
    room(1);
    long left = n;
    while (left > 0) {
      if (used == buffer.length) {
        push();
      }
      int k = in.read(buffer, used, (int) Math.min(left, buffer.length - used));
      if (k < 0) {
        throw new EOFException("message ends " + left + " octets early");
      }
      used += k;
      left -= k;
    }
    return this;
  }

  /// Hands everything to the connection, which sends it at the latest when it waits for input.
  public void handOver() throws IOException {
    push();
    buffer = NONE;
  }

  /// Hands everything to the peer.
  public void flush() throws IOException {
    handOver();
    out.flush();
  }

  private void room(int n) throws IOException {
    if (buffer.length - used < n) {
      push();
      if (buffer.length == 0) {
        buffer = new byte[BUFFER];
      }
    }
  }

  private void push() throws IOException {
    if (used > 0) {
      int n = used;
      used = 0;
      out.write(buffer, 0, n);
    }
  }
}
