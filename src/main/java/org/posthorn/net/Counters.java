package org.posthorn.net;

import java.util.concurrent.atomic.LongAdder;

/// What happened at the doors since the start. `app` publishes it.
public final class Counters {
  public final LongAdder accepted = new LongAdder();

  /// Turned away because the server had its limit of connections.
  public final LongAdder refusedFull = new LongAdder();

  /// Turned away because the address had its limit of connections.
  public final LongAdder refusedAddress = new LongAdder();

  /// Dropped for a missing, wrong or unwelcome PROXY header.
  public final LongAdder refusedProxy = new LongAdder();

  public final LongAdder handshakes = new LongAdder();
  public final LongAdder handshakesFailed = new LongAdder();

  /// Cut because the peer did not read.
  public final LongAdder writesStalled = new LongAdder();

  /// Failures of accept itself, such as too many open files.
  public final LongAdder acceptsFailed = new LongAdder();

  /// Connections whose handler threw something other than an IOException.
  public final LongAdder handlersFailed = new LongAdder();
}
