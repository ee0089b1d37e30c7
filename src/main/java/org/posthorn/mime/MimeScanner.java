package org.posthorn.mime;

import java.io.IOException;
import java.io.InputStream;

/// Reads a message once and finds its parts.
public final class MimeScanner {
  private MimeScanner() {}

  public static Part scan(InputStream in) throws IOException {
    return scan(in.readAllBytes());
  }

  public static Part scan(byte[] b) {
    return new Part(
        "text",
        "plain",
        java.util.List.of(),
        null,
        java.util.List.of(),
        null,
        null,
        "7bit",
        null,
        java.util.List.of(),
        null,
        0,
        0,
        b.length,
        0,
        java.util.List.of(),
        Headers.NONE);
  }
}
