package org.posthorn.app;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.posthorn.app.config.Config;
import org.posthorn.app.metrics.Figures;
import org.posthorn.dns.DnsResolver;
import org.posthorn.mta.Mta;
import org.posthorn.mta.QueueStories;
import org.posthorn.mta.queue.Scheduler;
import org.posthorn.mta.send.OutboundConfig;
import org.posthorn.mta.send.RemoteDelivery;
import org.posthorn.mta.send.Routes;
import org.posthorn.mta.send.TlsResults;
import org.posthorn.net.Dialer;
import org.posthorn.net.SourceAddress;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.client.Settings;
import org.posthorn.smtp.client.Timing;
import org.posthorn.smtp.client.TlsUse;

/// The way out of the queue, wired: names are looked up, hosts dialled, accounts filled, senders
/// told. With it comes what else asks name servers: the gate of port 25.
///
/// Life: [#open] → it hears of what is queued → [#start] begins to deliver → [#close] lets what is
/// under way end.
final class Sending implements AutoCloseable {
  /// For deliveries that were cut off to write down how they ended.
  private static final Duration AFTER_THE_CUT = Duration.ofSeconds(2);

  private final Dialer dialer;
  private final RemoteDelivery remote;
  private final Scheduler scheduler;
  private final Transport transport;
  private final Guarding guarding; // null: no gate

  private Sending(
      Dialer dialer,
      RemoteDelivery remote,
      Scheduler scheduler,
      Transport transport,
      Guarding guarding) {
    this.transport = transport;
    this.guarding = guarding;
    this.dialer = dialer;
    this.remote = remote;
    this.scheduler = scheduler;
  }

  /// @param doors where we take mail from other servers: mail that is to go there goes in circles
  static Sending open(
      Config config,
      String hostname,
      Core core,
      Mta mta,
      DnsResolver resolver,
      List<InetSocketAddress> doors) {
    OutboundConfig outbound = OutboundSettings.of(config.outbound(), hostname, doors);
    TlsResults results = mta.tlsResults();
    Dialer dialer = new Dialer(Ticker.SYSTEM);
    Transport transport = Transport.open(config, core.store(), resolver, dialer, results);
    Routes routes =
        new Routes(
            outbound,
            resolver,
            transport.guards(),
            Ticker.SYSTEM,
            SourceAddress::towards,
            new SecureRandom());
    Settings settings =
        new Settings(
            outbound.hostname(), TlsUse.IF_OFFERED, transport.authorities(), null, Timing.RFC5321);
    RemoteDelivery remote =
        new RemoteDelivery(
            routes::find,
            core.store().keeping()::open,
            dialer,
            settings,
            InstantSource.system(),
            core.trace(),
            results);
    remote.signBy(SigningSettings.of(core, config));
    Scheduler scheduler =
        new Scheduler(
            core.queue(),
            QueueSettings.options(config.queue()),
            remote,
            mta.local(),
            mta.notices(),
            new QueueStories(core.trace()),
            Ticker.SYSTEM);
    mta.startQueuesBy(scheduler::hurry);
    Guarding guarding = null;
    if (config.gate().enabled()) {
      guarding = Guarding.open(GateSettings.of(config.gate()), hostname, core, resolver);
      mta.guardBy(guarding.gate());
    }
    return new Sending(dialer, remote, scheduler, transport, guarding);
  }

  void start() {
    scheduler.start();
    transport.start();
    if (guarding != null) {
      guarding.start();
    }
  }

  void describe(Figures figures) {
    figures.counters("send", remote.counters());
    transport.describe(figures);
    figures
        .gauge("queue_waiting", "Messages for a destination that wait.", scheduler::waiting)
        .gauge("queue_working", "Deliveries under way.", scheduler::working)
        .gauge(
            "queue_oldest_seconds",
            "How long the oldest message waits.",
            () -> scheduler.oldest().toSeconds());
    if (guarding != null) {
      guarding.describe(figures);
    }
  }

  @Override
  public void close() {
    scheduler.close();
    remote.close();
    dialer.close();
    scheduler.close(AFTER_THE_CUT);
    transport.close();
    if (guarding != null) {
      guarding.close();
    }
  }
}
