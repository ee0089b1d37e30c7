package org.posthorn.store;

import java.io.IOException;
import java.time.OffsetDateTime;
import org.posthorn.store.blob.BlobSource;

/// A message that is about to be stored, with what its entry will say. Holds less than the
/// [Message] it is made of, and is valid as long.
public final class NewMessage {
  private final BlobSource source;
  private final Scanned scanned;
  private final Flags flags;
  private final OffsetDateTime received;

  /// @param received INTERNALDATE
  public NewMessage(Message message, Flags flags, OffsetDateTime received) throws IOException {
    this.source = message.source();
    this.scanned = message.scanned();
    this.flags = flags;
    this.received = received;
  }

  /// Octets.
  public long size() {
    return scanned.size();
  }

  /// Octets that its row holds in memory, about.
  public long weight() {
    return scanned.weight();
  }

  BlobSource source() {
    return source;
  }

  Scanned scanned() {
    return scanned;
  }

  Flags flags() {
    return flags;
  }

  OffsetDateTime received() {
    return received;
  }
}
