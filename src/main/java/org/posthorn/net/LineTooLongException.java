package org.posthorn.net;

import java.io.IOException;

/// A line was longer than the reader allows. The rest of it has been dropped: reading can go on
/// with the next line.
public final class LineTooLongException extends IOException {
  private static final long serialVersionUID = 1;

  public LineTooLongException(int max) {
    super("line longer than " + max + " octets");
  }

  /// A peer can cause any number of these; the place is always the same.
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
