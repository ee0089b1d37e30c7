package org.posthorn.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.posthorn.app.admin.PublishRequests;
import org.posthorn.app.config.Config;
import org.posthorn.app.config.Dkim;
import org.posthorn.app.zone.World;
import org.posthorn.mta.Mta;
import org.posthorn.mta.sign.DomainKeys;
import org.posthorn.mta.sign.Signing;
import org.posthorn.net.TlsContexts;
import org.posthorn.trust.dkim.SigningAlgorithm;

/// What the configuration says of signatures, the same for the server and for commands without one.
public final class SigningSettings {
  private SigningSettings() {}

  private static List<SigningAlgorithm> algorithms(Dkim config) {
    return config.algorithms().stream()
        .distinct()
        .map(a ->
            switch (a) {
              case RSA -> SigningAlgorithm.RSA_SHA256;
              case ED25519 -> SigningAlgorithm.ED25519_SHA256;
            })
        .toList();
  }

  /// Makes none if nothing is signed.
  static DomainKeys keys(Core core, Config config) {
    List<SigningAlgorithm> wanted = config.dkim().enabled() ? algorithms(config.dkim()) : List.of();
    return new DomainKeys(core.directory().signingKeys(), wanted, InstantSource.system());
  }

  /// Null if nothing is signed.
  static Signing of(Core core, Config config) {
    return config.dkim().enabled()
        ? new Signing(keys(core, config), algorithms(config.dkim()), InstantSource.system())
        : null;
  }

  /// The same that signs, if that is wanted.
  public static Mta signing(Mta mta, Core core, Config config) {
    Signing signing = of(core, config);
    if (signing != null) {
      mta.signBy(signing);
    }
    return mta;
  }

  /// What can be said of the records of domains.
  ///
  /// @param tls asked for the certificates when they are needed
  public static PublishRequests publishing(Core core, Config config, Supplier<TlsContexts> tls) {
    return new PublishRequests(
        core.directory(),
        keys(core, config),
        () -> new World(OutboundSettings.dns(config.dns()), MachineName.of(config)),
        () -> SiteSettings.of(config, tls.get()));
  }

  /// Reads the certificates of a server that does not run.
  public static TlsContexts certificates(Config config) {
    try {
      return Certificates.of(config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
