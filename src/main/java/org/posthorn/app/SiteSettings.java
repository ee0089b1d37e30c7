package org.posthorn.app;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.posthorn.app.config.Config;
import org.posthorn.app.config.Endpoint;
import org.posthorn.app.config.Listen;
import org.posthorn.app.config.Outbound;
import org.posthorn.app.zone.Site;
import org.posthorn.net.Addresses;
import org.posthorn.net.ReservedNetworks;
import org.posthorn.net.TlsContexts;
import org.posthorn.trust.transport.StsPolicy;

/// What the configuration and the machine say of this server's place in the world.
public final class SiteSettings {
  private SiteSettings() {}

  public static Site of(Config config, TlsContexts tls) {
    String hostname = MachineName.of(config).toLowerCase(Locale.ROOT);
    return new Site(
        hostname,
        addresses(config),
        services(config.listen()),
        digests(tls, hostname),
        policy(config, hostname),
        !config.outbound().smarthosts().isEmpty());
  }

  /// Those that mail is to leave by; else those that it comes in by, as far as others can reach
  /// them.
  private static List<InetAddress> addresses(Config config) {
    Outbound outbound = config.outbound();
    Set<InetAddress> own = new LinkedHashSet<>();
    Stream.of(outbound.source4(), outbound.source6())
        .map(Addresses::parse)
        .filter(Objects::nonNull)
        .forEach(own::add);
    if (!own.isEmpty()) {
      return List.copyOf(own);
    }
    for (Endpoint e : config.listen().smtp().bind()) {
      InetAddress address = e.address().getAddress();
      own.addAll(address.isAnyLocalAddress() ? machine() : List.of(address));
    }
    return own.stream().filter(a -> !ReservedNetworks.contains(a)).toList();
  }

  /// Served for all our domains alike.
  private static String policy(Config config, String hostname) {
    StsPolicy own = OwnPolicy.of(config.mtaSts(), hostname);
    return own.mode() == StsPolicy.Mode.NONE ? "" : own.id();
  }

  private static List<InetAddress> machine() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .map(Addresses::normalise)
          .distinct()
          .toList();
    } catch (SocketException e) {
      return List.of(); // a machine without a network
    }
  }

  private static Map<String, Integer> services(Listen listen) {
    Map<String, Integer> all = new LinkedHashMap<>();
    all.put("submissions", port(listen.submissions()));
    all.put("submission", port(listen.submission()));
    all.put("imaps", port(listen.imaps()));
    all.put("imap", port(listen.imap()));
    all.put("pop3s", port(listen.pop3s()));
    all.put("pop3", port(listen.pop3()));
    return all;
  }

  /// 0 if it is closed.
  private static int port(Listen.Door door) {
    List<Endpoint> bind = door.bind();
    return door.enabled() && !bind.isEmpty() ? bind.getFirst().port() : 0;
  }

  /// Of the certificates that a client sees who asks for the hostname.
  private static List<String> digests(TlsContexts tls, String hostname) {
    List<TlsContexts.Certificate> all = tls.certificates();
    List<String> named = new ArrayList<>();
    for (TlsContexts.Certificate c : all) {
      if (c.names().stream().anyMatch(hostname::equalsIgnoreCase)) {
        named.add(c.keyDigest());
      }
    }
    return named.isEmpty() && !all.isEmpty() ? List.of(all.getFirst().keyDigest()) : named;
  }
}
