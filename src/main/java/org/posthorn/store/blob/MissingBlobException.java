package org.posthorn.store.blob;

import java.io.IOException;

/// No row says where this blob lies: it was never committed, or it was released.
public final class MissingBlobException extends IOException {
  private static final long serialVersionUID = 1;
  private final long blobId;

  MissingBlobException(long blobId) {
    super("blob " + Long.toHexString(blobId) + " does not exist");
    this.blobId = blobId;
  }

  public long blobId() {
    return blobId;
  }
}
