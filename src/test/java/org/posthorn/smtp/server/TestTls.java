package org.posthorn.smtp.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.posthorn.net.TlsContexts;

/// A certificate for tests.
public final class TestTls {
  private static TlsContexts server;

  private TestTls() {}

  public static synchronized TlsContexts server() {
    if (server == null) {
      try {
        Path directory = Files.createTempDirectory("posthorn-tls");
        Path file = directory.resolve("self-signed.pem");
        server = TlsContexts.selfSigned(file, List.of("foo.com"), InstantSource.system());
        Files.deleteIfExists(file);
        Files.delete(directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return server;
  }
}
