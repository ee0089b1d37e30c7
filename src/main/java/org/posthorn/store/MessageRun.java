package org.posthorn.store;

import java.io.IOException;
import org.posthorn.store.blob.BlobRun;

/// Reads octets of many messages one after another, cheaper than one by one where they lie
/// together. One thread.
public final class MessageRun {
  private final BlobRun blobs;

  MessageRun(BlobRun blobs) {
    this.blobs = blobs;
  }

  /// As [Account#bytes].
  public byte[] bytes(MessageRow row, long from, int length) throws IOException {
    return MessageOctets.bytes(blobs::bytes, row, from, length);
  }
}
