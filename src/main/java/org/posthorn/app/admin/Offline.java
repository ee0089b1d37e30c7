package org.posthorn.app.admin;

import java.io.InputStream;
import java.nio.file.Path;
import org.posthorn.app.Core;
import org.posthorn.app.DataDirectory;
import org.posthorn.app.MachineName;
import org.posthorn.app.MtaSettings;
import org.posthorn.app.SigningSettings;
import org.posthorn.app.config.Config;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.mta.Mta;

/// Carries a request out in this process, when no server has the data directory.
public final class Offline {
  private Offline() {}

  public static Answer run(Path data, Request request) {
    try (Core core = Core.open(DataDirectory.open(data), DirectoryOptions.DEFAULT)) {
      return new Administration(core).run(request);
    }
  }

  /// The same of a request that needs to know how the server is configured.
  public static Answer run(Path data, Config config, Request request) {
    try (Core core = Core.open(DataDirectory.open(data), DirectoryOptions.DEFAULT)) {
      Mta mta = SigningSettings.signing(core.mta(MtaSettings.of(config)), core, config);
      return new Administration(core)
          .signing(config.dkim().enabled())
          .tellingBy(mta.notices())
          .publishingBy(
              SigningSettings.publishing(core, config, () -> SigningSettings.certificates(config)))
          .run(request);
    }
  }

  /// Takes a message into the store and the queue; what is for elsewhere goes when a server runs.
  public static Answer send(Path data, Config config, Request request, InputStream octets) {
    try (Core core = Core.open(DataDirectory.open(data), DirectoryOptions.DEFAULT)) {
      Mta mta = SigningSettings.signing(core.mta(MtaSettings.of(config)), core, config);
      String domain = config.defaultDomain(MachineName.of(config));
      SendRequests way =
          new SendRequests(mta.direct()::submit, domain, config.limits().messageSize().bytes());
      return new Administration(core).sendingBy(way).run(request, octets);
    }
  }
}
