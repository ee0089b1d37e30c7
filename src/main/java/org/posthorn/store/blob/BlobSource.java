package org.posthorn.store.blob;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The octets of a blob to be, in memory or in a spool file.
public interface BlobSource {
  long length();

  /// A stream of exactly [#length] octets, from the first; the caller closes it.
  InputStream open() throws IOException;

  static BlobSource of(byte[] bytes) {
    return new BlobSource() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(bytes);
      }
    };
  }
}
