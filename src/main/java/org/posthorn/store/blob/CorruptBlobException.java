package org.posthorn.store.blob;

import java.io.IOException;

/// The octets of one blob are not what was written. Every other blob is unharmed.
public final class CorruptBlobException extends IOException {
  private static final long serialVersionUID = 1;
  private final long blobId;

  CorruptBlobException(long blobId, String why) {
    super("blob " + Long.toHexString(blobId) + ": " + why);
    this.blobId = blobId;
  }

  public long blobId() {
    return blobId;
  }
}
