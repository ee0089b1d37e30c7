package org.posthorn.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.posthorn.app.config.Config;
import org.posthorn.net.TlsContexts;

/// The certificates of this server, as the configuration names them.
public final class Certificates {
  private Certificates() {}

  /// Without any in the configuration, one that is signed by itself and made in the data directory
  /// when it is first needed.
  public static TlsContexts of(Config config) throws IOException {
    TlsContexts own = own(config);
    Path clients = config.tls().clientCa();
    return clients.toString().isEmpty() ? own : own.withClientAuthorities(clients);
  }

  private static TlsContexts own(Config config) throws IOException {
    List<Config.Certificate> configured = config.tls().certificates();
    if (configured.isEmpty()) {
      Path directory = Files.createDirectories(config.data().resolve("tls"));
      Path own = directory.resolve("self-signed.pem");
      return TlsContexts.selfSigned(own, List.of(MachineName.of(config)), InstantSource.system());
    }
    return TlsContexts.open(
        configured.stream().map(c -> new TlsContexts.KeyFiles(c.certificate(), c.key())).toList());
  }
}
