package org.posthorn.app;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.posthorn.app.config.Dns;
import org.posthorn.app.config.Endpoint;
import org.posthorn.app.config.Outbound;
import org.posthorn.dns.DnsConfig;
import org.posthorn.dns.TrustAnchors;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.send.DomainPattern;
import org.posthorn.mta.send.OutboundConfig;
import org.posthorn.mta.send.Smarthost;
import org.posthorn.mta.send.Sources;
import org.posthorn.net.Addresses;
import org.posthorn.smtp.client.Login;
import org.posthorn.smtp.client.TlsUse;

/// Makes what sending needs of what the configuration says, or says what is wrong there.
public final class OutboundSettings {
  /// Octets of a file with a password.
  private static final int PASSWORD_MAX = 4096;

  private static final int PORT_MAX = 65_535;

  private OutboundSettings() {}

  /// @param hostname of this server
  /// @param doors where it listens for mail from other servers; a wildcard stands for every address
  ///   of the machine
  /// @throws CommandFailed when something is missing or wrong
  public static OutboundConfig of(
      Outbound config, String hostname, Collection<InetSocketAddress> doors) {
    Set<String> names = new HashSet<>(Set.of(hostname.toLowerCase(Locale.ROOT)));
    Set<InetSocketAddress> own = own(doors);
    String hello = config.hostname().isEmpty() ? hostname : config.hostname();
    names.add(hello.toLowerCase(Locale.ROOT));
    for (String other : config.alsoKnownAs()) {
      InetAddress address = Addresses.parse(other);
      String name = EmailAddress.normalDomain(other);
      if (address != null) {
        own.add(new InetSocketAddress(address, OutboundConfig.SMTP));
      } else if (name != null) {
        names.add(name);
      } else {
        throw wrong("also-known-as: " + other + " is neither a name nor an address");
      }
    }
    List<Sources> sources = new ArrayList<>();
    for (Outbound.Source s : config.sources()) {
      sources.add(sources("sources: ", s.sender(), s.source4(), s.source6()));
    }
    sources.add(sources("", "*", config.source4(), config.source6()));
    return new OutboundConfig(
        config.enabled(),
        hello,
        port("", config.port()),
        ipv6(config.ipv6()),
        config.allowPrivate(),
        sources,
        config.smarthosts().stream().map(OutboundSettings::smarthost).toList(),
        config.requireTls().stream().map(p -> pattern("require-tls: ", p)).toList(),
        names,
        own);
  }

  /// Whom to ask about names, and what to believe.
  public static DnsConfig dns(Dns config) {
    return DnsConfig.of(
        config.servers().stream().map(Endpoint::address).toList(),
        config.validate() ? validation(config) : null);
  }

  private static DnsConfig.Validation validation(Dns config) {
    for (String name : config.unsigned()) {
      if (!DnsConfig.isName(name)) {
        throw new CommandFailed("dns.unsigned: " + name + " is no domain name");
      }
    }
    Path file = config.trustAnchor();
    try {
      TrustAnchors anchors =
          file.toString().isEmpty() ? TrustAnchors.ofTheInternet() : TrustAnchors.read(file);
      return new DnsConfig.Validation(anchors, config.unsigned());
    } catch (IOException e) {
      throw new CommandFailed("dns.trust-anchor: " + file + ": " + e.getMessage());
    }
  }

  private static Set<InetSocketAddress> own(Collection<InetSocketAddress> doors) {
    Set<InetSocketAddress> own = new HashSet<>();
    for (InetSocketAddress door : doors) {
      if (door.getAddress().isAnyLocalAddress()) {
        for (InetAddress address : machine()) {
          own.add(new InetSocketAddress(address, door.getPort()));
        }
      }
      own.add(Addresses.normalise(door));
    }
    return own;
  }

  private static List<InetAddress> machine() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .map(Addresses::normalise)
          .toList();
    } catch (SocketException e) {
      return List.of(InetAddress.getLoopbackAddress()); // a machine without a network
    }
  }

  private static OutboundConfig.Ipv6 ipv6(Outbound.Ipv6 when) {
    return switch (when) {
      case AUTO -> OutboundConfig.Ipv6.AUTO;
      case ALWAYS -> OutboundConfig.Ipv6.ALWAYS;
      case NEVER -> OutboundConfig.Ipv6.NEVER;
    };
  }

  private static Sources sources(String where, String sender, String four, String six) {
    InetAddress ipv4 = four.isEmpty() ? null : Addresses.parse(four);
    InetAddress ipv6 = six.isEmpty() ? null : Addresses.parse(six);
    if (!four.isEmpty() && !(ipv4 instanceof Inet4Address)) {
      throw wrong(where + "source4: " + four + " is not an IPv4 address");
    }
    if (!six.isEmpty() && !(ipv6 instanceof Inet6Address)) {
      throw wrong(where + "source6: " + six + " is not an IPv6 address");
    }
    return new Sources(
        pattern(where + "sender: ", sender), (Inet4Address) ipv4, (Inet6Address) ipv6);
  }

  private static Smarthost smarthost(Outbound.Smarthost s) {
    String where = "smarthosts: ";
    String host = OutboundConfig.normalHost(s.host());
    if (host == null) {
      throw wrong(
          where
              + (s.host().isEmpty()
                  ? "host is missing"
                  : "host: " + s.host() + " is neither a name nor an address"));
    }
    TlsUse tls =
        switch (s.tls()) {
          case REQUIRED -> s.verify() ? TlsUse.VERIFIED : TlsUse.REQUIRED;
          case IMPLICIT -> s.verify() ? TlsUse.IMPLICIT_VERIFIED : TlsUse.IMPLICIT;
          case OPPORTUNISTIC -> TlsUse.IF_OFFERED;
          case NEVER -> TlsUse.NEVER;
        };
    boolean passwordGiven = !s.passwordFile().toString().isEmpty();
    if (s.user().isEmpty() == passwordGiven) {
      throw wrong(where + "user and password-file go together");
    }
    Login login =
        s.user().isEmpty()
            ? null
            : new Login(s.user(), password(where, s.passwordFile()), tls == TlsUse.NEVER);
    return new Smarthost(
        pattern(where + "sender: ", s.sender()),
        pattern(where + "recipient: ", s.recipient()),
        host,
        port(where, s.port()),
        tls,
        login);
  }

  private static int port(String where, int port) {
    if (port < 1 || port > PORT_MAX) {
      throw wrong(where + "port: " + port + " is not a port");
    }
    return port;
  }

  private static DomainPattern pattern(String where, String text) {
    try {
      return DomainPattern.parse(text);
    } catch (IllegalArgumentException e) {
      throw wrong(where + e.getMessage());
    }
  }

  private static String password(String where, Path file) {
    try {
      if (Files.size(file) > PASSWORD_MAX) {
        throw wrong(where + file + " is too long for a password");
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw wrong(where + file + " cannot be read: " + e.getMessage());
    }
  }

  private static CommandFailed wrong(String what) {
    return new CommandFailed("outbound." + what);
  }
}
