package org.posthorn.mta.send;

import java.util.concurrent.atomic.LongAdder;

/// What TLS towards other servers came to since the start. Any thread may read.
public final class Counters {
  /// Connections over which mail went in clear.
  public final LongAdder connectionsClear = new LongAdder();

  /// With TLS, under a certificate that nobody asked to be good.
  public final LongAdder connectionsEncrypted = new LongAdder();

  /// With TLS, and the certificate was required to be good, and was.
  public final LongAdder connectionsVerified = new LongAdder();

  /// Mail that was to go over TLS if possible went in clear because the host's TLS is broken.
  public final LongAdder tlsDowngrades = new LongAdder();

  /// Hosts that did not get a message because their TLS is not what a policy or the message asks.
  public final LongAdder tlsRefusals = new LongAdder();

  /// The same, had the domain not said that it only tries its policy out.
  public final LongAdder tlsTestingFailures = new LongAdder();
}
