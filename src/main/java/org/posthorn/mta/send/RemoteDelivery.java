package org.posthorn.mta.send;

import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import org.posthorn.mta.queue.Delivery;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.sign.Signing;
import org.posthorn.mta.trace.Trace;
import org.posthorn.net.Dialer;
import org.posthorn.smtp.client.Settings;

/// Takes mail to other servers: the hosts of its route in their order, one transaction for the many
/// recipients of a message, one connection for the many messages of an errand.
///
/// TLS is used wherever it is offered. A host whose TLS is broken gets mail in clear, over a new
/// connection, unless its [Guard] or the message requires TLS; for an hour nobody tries its TLS
/// again. What comes of TLS is told to [TlsResults].
///
/// What follows from a failure is [Trouble]'s to say.
public final class RemoteDelivery implements Delivery, AutoCloseable {
  /// Finds the way of mail; [Routes#find] is one.
  @FunctionalInterface
  public interface Routing {
    /// @param senderDomain "" for the null sender
    /// @param recipientDomain "" for a recipient without one
    Route find(Destination to, String senderDomain, String recipientDomain);
  }

  /// Gives the octets of a blob.
  @FunctionalInterface
  public interface Octets {
    InputStream open(long blob, long size) throws IOException;
  }

  private final Routing routing;
  private final Octets octets;
  private final Dialer dialer;
  private final Settings settings;
  private final InstantSource clock;
  private final Trace trace;
  private final BrokenTls brokenTls;
  private final IdleConnections idle;
  private final TlsResults results;
  private final Counters counters = new Counters();
  private volatile Signing signing; // null: nothing is signed anew

  /// @param settings name, authorities and times; TLS and login are those of each route
  public RemoteDelivery(
      Routing routing,
      Octets octets,
      Dialer dialer,
      Settings settings,
      InstantSource clock,
      Trace trace,
      TlsResults results) {
    this.results = results;
    this.routing = routing;
    this.octets = octets;
    this.dialer = dialer;
    this.settings = settings;
    this.clock = clock;
    this.trace = trace;
    this.brokenTls = new BrokenTls(dialer.ticker());
    this.idle = new IdleConnections(dialer.ticker());
  }

  /// From now on what we signed and have to change for a server is signed anew.
  ///
  /// @param one null: nothing is
  public void signBy(Signing one) {
    signing = one;
  }

  /// Null if nothing is signed anew.
  Signing signing() {
    return signing;
  }

  @Override
  public Errand open(Destination destination) {
    return new RemoteErrand(this, destination);
  }

  Routing routing() {
    return routing;
  }

  Octets octets() {
    return octets;
  }

  Dialer dialer() {
    return dialer;
  }

  Settings settings() {
    return settings;
  }

  InstantSource clock() {
    return clock;
  }

  Trace trace() {
    return trace;
  }

  public Counters counters() {
    return counters;
  }

  TlsResults results() {
    return results;
  }

  IdleConnections idle() {
    return idle;
  }

  /// Ends connections that nobody uses. Errands must have ended.
  @Override
  public void close() {
    idle.close();
  }

  BrokenTls brokenTls() {
    return brokenTls;
  }
}
