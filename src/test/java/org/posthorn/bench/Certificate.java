package org.posthorn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A certificate for servers that do not make their own: self-signed, EC on P-256 as Posthorn's.
final class Certificate {
  private Certificate() {}

  /// Key and certificate in one PEM file that everybody may read, made by `openssl`.
  static Path make(Path directory) throws IOException {
    Path key = directory.resolve("key.pem");
    Path certificate = directory.resolve("cert.pem");
    Daemon.run(
        ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30"
                + " -subj /CN=localhost -keyout "
                + key
                + " -out "
                + certificate)
            .split(" "));
    Path both = directory.resolve("both.pem");
    Files.writeString(both, Files.readString(key) + Files.readString(certificate));
    return both;
  }
}
