package org.posthorn.pop3;

import java.io.IOException;
import org.posthorn.net.Output;

/// Writes a message as the body of a multi-line response (RFC 1939 §3): lines end with CRLF, also
/// the last, a dot that begins a line is doubled, a dot alone is the end. Takes the message in
/// pieces cut anywhere.
final class DotStuffer {
  private static final byte[] CRLF = {'\r', '\n'};

  private final Output out;

  // Lines of the body that may still be written; negative: all.
  private final int bodyLines;
  private boolean inBody;
  private int bodyLinesWritten;
  private int column; // octets of the present line so far
  private boolean cr; // the last octet was CR

  private DotStuffer(Output out, int bodyLines) {
    this.out = out;
    this.bodyLines = bodyLines;
  }

  static DotStuffer all(Output out) {
    return new DotStuffer(out, -1);
  }

  /// The header, the blank line, and so many lines of the body (TOP).
  static DotStuffer top(Output out, int bodyLines) {
    return new DotStuffer(out, bodyLines);
  }

  /// False when no more is wanted.
  boolean write(byte[] b, int off, int length) throws IOException {
    int run = off; // begin of what is to be written as it is
    int end = off + length;
    for (int i = off; i < end; i++) {
      byte c = b[i];
      if (c == '.' && column == 0) {
        out.write(b, run, i - run);
        out.write('.');
        run = i;
      }
      if (c != '\n') {
        column++;
        cr = c == '\r';
        continue;
      }
      if (!cr) { // a bare LF from an import
        out.write(b, run, i - run);
        out.write('\r');
        run = i;
      }
      boolean blank = column == (cr ? 1 : 0);
      column = 0;
      cr = false;
      if (!lineEnded(blank)) {
        out.write(b, run, i + 1 - run);
        return false;
      }
    }
    out.write(b, run, end - run);
    return true;
  }

  private boolean lineEnded(boolean blank) {
    if (bodyLines < 0) {
      return true;
    }
    if (inBody) {
      bodyLinesWritten++;
    } else {
      inBody = blank;
    }
    return !inBody || bodyLinesWritten < bodyLines;
  }

  void end() throws IOException {
    if (column > 0) {
      out.write(CRLF, cr ? 1 : 0, cr ? 1 : 2);
    }
    out.write('.');
    out.bytes(CRLF);
  }
}
