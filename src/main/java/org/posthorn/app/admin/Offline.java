package org.posthorn.app.admin;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import org.posthorn.app.Core;
import org.posthorn.app.DataDirectory;
import org.posthorn.app.MachineName;
import org.posthorn.app.QueueSettings;
import org.posthorn.app.config.Config;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.mta.Mta;
import org.posthorn.mta.MtaConfig;
import org.posthorn.net.Ticker;

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
      return new Administration(core).tellingBy(QueueSettings.notices(core, config)).run(request);
    }
  }

  /// Takes a message into the store and the queue; what is for elsewhere goes when a server runs.
  public static Answer send(Path data, Config config, Request request, InputStream octets) {
    try (Core core = Core.open(DataDirectory.open(data), DirectoryOptions.DEFAULT)) {
      String hostname = MachineName.of(config);
      String domain = config.defaultDomain(hostname);
      Mta mta =
          new Mta(
              new MtaConfig(hostname, domain),
              core.store(),
              core.directory(),
              core.queue(),
              core.trace(),
              InstantSource.system(),
              Ticker.SYSTEM);
      SendRequests way =
          new SendRequests(mta.direct()::submit, domain, config.limits().messageSize().bytes());
      return new Administration(core).sendingBy(way).run(request, octets);
    }
  }
}
