package org.posthorn.imap.wire;

import java.io.IOException;

/// Where a reader gets its octets: a connection, or in tests an array.
public interface Source {
  /// One line without its line end; null at the end of the stream.
  ///
  /// @throws org.posthorn.net.LineTooLongException if the line has more than `max` octets; it has
  ///   then been dropped to its end
  byte[] line(int max) throws IOException;

  /// At least one octet into `b`, or -1 at the end of the stream.
  int read(byte[] b, int off, int len) throws IOException;

  /// Tells the client that it may send the literal it announced (RFC 3501 §7.5), and flushes.
  void goAhead() throws IOException;
}
