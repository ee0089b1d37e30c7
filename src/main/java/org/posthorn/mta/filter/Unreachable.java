package org.posthorn.mta.filter;

import java.io.IOException;

/// A judge does not take connections, or says nothing on one, whatever the message is.
final class Unreachable extends IOException {
  private static final long serialVersionUID = 1;

  Unreachable(IOException why) {
    super("cannot be reached: " + why.getMessage(), why);
  }
}
