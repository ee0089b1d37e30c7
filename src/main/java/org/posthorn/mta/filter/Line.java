package org.posthorn.mta.filter;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import org.posthorn.net.Dialer;
import org.posthorn.net.Outgoing;

/// The way to a judge on a socket.
///
/// @param to an [InetSocketAddress] or a [UnixDomainSocketAddress]
record Line(Dialer dialer, SocketAddress to) {
  /// A connection whose deadline is set.
  ///
  /// @param within for everything that is done on it, too
  Outgoing open(Duration within) throws Unreachable {
    long start = dialer.ticker().nanos();
    try {
      Outgoing made =
          switch (to) {
            case UnixDomainSocketAddress unix -> dialer.dial(unix, within);
            case InetSocketAddress internet -> dialer.dial(internet, null, within);
            default -> throw new IOException("no way to " + to);
          };
      made.deadline(within.minusNanos(dialer.ticker().nanos() - start));
      return made;
    } catch (IOException e) {
      throw new Unreachable(e);
    }
  }
}
