package org.posthorn.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.posthorn.app.config.Config;
import org.posthorn.app.metrics.Figures;
import org.posthorn.dns.Resolver;
import org.posthorn.mta.send.Guards;
import org.posthorn.mta.send.PolicyRows;
import org.posthorn.mta.send.TlsResults;
import org.posthorn.net.Dialer;
import org.posthorn.net.ServerAuthorities;
import org.posthorn.net.Ticker;
import org.posthorn.store.Store;
import org.posthorn.trust.transport.MtaSts;

/// Which TLS other servers want, wired: policies are fetched, kept, and fetched again before they
/// end.
///
/// Life: [#open] → [#start] looks after what is kept → [#close].
final class Transport implements AutoCloseable {
  /// How often it is looked at what is kept.
  private static final Duration ROUND = Duration.ofHours(1);

  private static final Duration GOODBYE = Duration.ofSeconds(5);

  private final ServerAuthorities authorities;
  private final OutsideHttps https;
  private final MtaSts mtaSts; // null: not obeyed
  private final Guards guards;
  private final Periodic refreshing;

  private Transport(
      ServerAuthorities authorities, OutsideHttps https, MtaSts mtaSts, Guards guards) {
    this.authorities = authorities;
    this.https = https;
    this.mtaSts = mtaSts;
    this.guards = guards;
    this.refreshing = new Periodic("policies", Duration.ZERO, ROUND, this::refresh);
  }

  /// @throws CommandFailed when the authorities cannot be read
  static Transport open(
      Config config, Store store, Resolver resolver, Dialer dialer, TlsResults results) {
    ServerAuthorities authorities = authorities(config.tls().caFile());
    var https = new OutsideHttps(dialer, resolver, authorities, config.outbound().allowPrivate());
    MtaSts mtaSts =
        config.mtaSts().obey()
            ? new MtaSts(
                resolver,
                new PolicyDownload(https, config.mtaSts().port()),
                new PolicyRows(store),
                Ticker.SYSTEM::nanos)
            : null;
    Guards guards = new Guards(resolver, mtaSts, InstantSource.system(), results);
    return new Transport(authorities, https, mtaSts, guards);
  }

  private static ServerAuthorities authorities(Path file) {
    try {
      return file.toString().isEmpty()
          ? ServerAuthorities.system()
          : ServerAuthorities.systemAnd(file);
    } catch (IOException e) {
      throw new CommandFailed("tls.ca-file: " + e.getMessage());
    }
  }

  ServerAuthorities authorities() {
    return authorities;
  }

  OutsideHttps https() {
    return https;
  }

  Guards guards() {
    return guards;
  }

  void describe(Figures figures) {
    if (mtaSts != null) {
      figures.counters("mta_sts", mtaSts.counters());
    }
  }

  void start() {
    if (mtaSts != null) {
      refreshing.start();
    }
  }

  private void refresh() {
    mtaSts.refresh(InstantSource.system().instant());
  }

  /// The dialer is closed by now, so nothing is waited for long.
  @Override
  public void close() {
    refreshing.close(GOODBYE);
  }
}
