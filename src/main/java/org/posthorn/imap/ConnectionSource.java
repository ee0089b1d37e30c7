package org.posthorn.imap;

import java.io.IOException;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.Source;
import org.posthorn.net.Input;

/// A connection as the reader sees it.
final class ConnectionSource implements Source {
  private final Input in;
  private final ImapWriter out;

  ConnectionSource(Input in, ImapWriter out) {
    this.in = in;
    this.out = out;
  }

  @Override
  public byte[] line(int max) throws IOException {
    return in.readLine(max);
  }

  @Override
  public int read(byte[] b, int off, int len) throws IOException {
    return in.read(b, off, len);
  }

  @Override
  public void goAhead() throws IOException {
    out.raw("+ OK\r\n").flush();
  }
}
