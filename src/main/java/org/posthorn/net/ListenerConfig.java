package org.posthorn.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;

/// One listening socket.
///
/// @param name the protocol's name in thread names, logs and metrics
/// @param bind where to listen. `::` means every address of both families, and is `0.0.0.0` on a
///   kernel without IPv6; `0.0.0.0` is IPv4 only. The two exclude each other on one port.
/// @param handshakeTimeout for a whole TLS handshake
/// @param writeTimeout a write that makes no progress for so long cuts the connection
/// @param proxies the networks whose connections begin with a PROXY header, all of them
/// @param refusal said in clear before a connection is closed because of a limit, with its line
///   end; empty says nothing
/// @param asksClients whether clients are asked for a certificate, where there are authorities for
///   them; other servers are better not asked
public record ListenerConfig(
    String name,
    InetSocketAddress bind,
    TlsMode tls,
    Duration handshakeTimeout,
    Duration writeTimeout,
    NetworkSet proxies,
    String refusal,
    boolean asksClients) {
  public static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(30);

  /// The kernel tells of progress only when a third of its send buffer, which may have grown to 4
  /// MiB, is free again. A shorter time would cut peers that read slowly but steadily.
  public static final Duration WRITE_TIMEOUT = Duration.ofMinutes(5);

  public ListenerConfig {
    Objects.requireNonNull(name);
    Objects.requireNonNull(tls);
    Objects.requireNonNull(proxies);
    Objects.requireNonNull(refusal);
    if (bind.isUnresolved()) {
      throw new IllegalArgumentException("bind needs an address, not the name " + bind);
    }
    if (!handshakeTimeout.isPositive() || !writeTimeout.isPositive()) {
      throw new IllegalArgumentException("timeouts are positive");
    }
  }

  public static ListenerConfig of(String name, InetSocketAddress bind, TlsMode tls) {
    return new ListenerConfig(
        name, bind, tls, HANDSHAKE_TIMEOUT, WRITE_TIMEOUT, NetworkSet.NONE, "", false);
  }

  public ListenerConfig withHandshakeTimeout(Duration timeout) {
    return new ListenerConfig(
        name, bind, tls, timeout, writeTimeout, proxies, refusal, asksClients);
  }

  public ListenerConfig withWriteTimeout(Duration timeout) {
    return new ListenerConfig(
        name, bind, tls, handshakeTimeout, timeout, proxies, refusal, asksClients);
  }

  public ListenerConfig withProxies(NetworkSet networks) {
    return new ListenerConfig(
        name, bind, tls, handshakeTimeout, writeTimeout, networks, refusal, asksClients);
  }

  public ListenerConfig withRefusal(String text) {
    return new ListenerConfig(
        name, bind, tls, handshakeTimeout, writeTimeout, proxies, text, asksClients);
  }

  public ListenerConfig withClientCertificates(boolean asked) {
    return new ListenerConfig(
        name, bind, tls, handshakeTimeout, writeTimeout, proxies, refusal, asked);
  }
}
