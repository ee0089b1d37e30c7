package org.posthorn.net;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;

/// From which of its addresses this machine would speak to another.
public final class SourceAddress {
  private static final int ANY_PORT = 25;

  private SourceAddress() {}

  /// Sends nothing: the kernel looks into its table of routes. Null if there is no way to that
  /// address.
  public static InetAddress towards(InetAddress target) {
    InetAddress normal = Addresses.normalise(target);
    StandardProtocolFamily family =
        normal instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    try (DatagramChannel probe = DatagramChannel.open(family)) {
      probe.connect(new InetSocketAddress(normal, ANY_PORT));
      return Addresses.normalise(((InetSocketAddress) probe.getLocalAddress()).getAddress());
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }
}
