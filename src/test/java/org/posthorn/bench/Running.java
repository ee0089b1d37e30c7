package org.posthorn.bench;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/// A server that was started for a measurement.
///
/// @param parts what it consists of, ended in this order
record Running(Peer peer, List<Closeable> parts) implements Closeable {
  @Override
  public void close() throws IOException {
    for (Closeable part : parts) {
      part.close();
    }
  }
}
