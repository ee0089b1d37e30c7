package org.posthorn.smtp.server;

import java.io.IOException;
import org.posthorn.net.Connection;

/// Chunks that are read for nothing, because their message was refused or because there is none.
/// Both are bounded: how much is read, and how many of them are no mistake of the client.
final class Discarding {
  /// Chunks of messages that had failed, in one session.
  private static final int CHUNKS_MAX = 100_000;

  private final Connection connection;
  private final long octetsMax;

  // Since the last transaction began.
  private long octets;
  private boolean failed;
  private int chunks;

  /// @param octetsMax read for one message that is none
  Discarding(Connection connection, long octetsMax) {
    this.connection = connection;
    this.octetsMax = octetsMax;
  }

  /// A transaction begins: what came before is forgotten.
  void reset() {
    octets = 0;
    failed = false;
  }

  /// A message was refused, and more of it may be in the pipeline: a client that does not wait for
  /// replies sends it in good faith (RFC 3030 §2).
  void messageFailed() {
    failed = true;
  }

  /// Whether a chunk that belongs to no transaction is left from one that failed.
  boolean expected() {
    return failed && ++chunks <= CHUNKS_MAX;
  }

  /// Reads over the octets of a chunk. False if they are too many, of which none is read, or do not
  /// all come; nobody knows then where the next command begins.
  boolean read(long size) throws IOException {
    if (size > octetsMax - octets) {
      return false;
    }
    octets += size;
    return BodyReception.drop(connection, size);
  }
}
