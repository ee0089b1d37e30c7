package org.posthorn.net;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// A list of networks such as `10.0.0.0/8` and `2001:db8::/32`. A network of IPv4-mapped addresses
/// is the IPv4 network.
public record NetworkSet(List<Network> networks) {
  public static final NetworkSet NONE = new NetworkSet(List.of());

  /// The machine itself: exactly `127.0.0.1` and `::1`. The rest of 127/8 is not in it, so that a
  /// test can come from 127.0.0.2 as a stranger.
  public static final NetworkSet LOOPBACK = parse("127.0.0.1/32 ::1/128");

  public NetworkSet {
    networks = List.copyOf(networks);
  }

  /// The first `prefix` bits of an address.
  public record Network(InetAddress address, int prefix) {
    public Network {
      address = Addresses.normalise(address);
      byte[] bytes = address.getAddress();
      if (prefix < 0 || prefix > bytes.length * 8) {
        throw new IllegalArgumentException(
            "/" + prefix + " is not a prefix of " + literal(address));
      }
      for (int bit = prefix; bit < bytes.length * 8; bit++) {
        if ((bytes[bit >> 3] & 0x80 >> (bit & 7)) != 0) {
          throw new IllegalArgumentException(
              literal(address) + "/" + prefix + " has bits set behind its prefix");
        }
      }
    }

    /// Reads `address/prefix`, or an address alone, which is a network of one.
    public static Network parse(String text) {
      int slash = text.indexOf('/');
      String literal = slash < 0 ? text : text.substring(0, slash);
      InetAddress address = Addresses.parse(literal);
      if (address == null) {
        throw new IllegalArgumentException("not an IP address: " + literal);
      }
      int bits = address.getAddress().length * 8;
      if (slash < 0) {
        return new Network(address, bits);
      }
      String digits = text.substring(slash + 1);
      if (digits.isEmpty() || digits.length() > 3 || !digits.chars().allMatch(Network::digit)) {
        throw new IllegalArgumentException("not a network: " + text);
      }
      int prefix = Integer.parseInt(digits);
      boolean wasMapped = bits == 32 && literal.indexOf(':') >= 0;
      return new Network(address, wasMapped ? prefix - 96 : prefix);
    }

    private static boolean digit(int ch) {
      return ch >= '0' && ch <= '9';
    }

    boolean contains(byte[] other) {
      byte[] bytes = address.getAddress();
      if (bytes.length != other.length) {
        return false;
      }
      int whole = prefix >> 3;
      for (int i = 0; i < whole; i++) {
        if (bytes[i] != other[i]) {
          return false;
        }
      }
      int rest = prefix & 7;
      return rest == 0 || ((bytes[whole] ^ other[whole]) & 0xff00 >> rest & 0xff) == 0;
    }

    @Override
    public String toString() {
      return literal(address) + "/" + prefix;
    }

    private static String literal(InetAddress address) {
      return address.getHostAddress();
    }
  }

  /// Reads networks separated by spaces or commas.
  ///
  /// @throws IllegalArgumentException naming the one that is none
  public static NetworkSet parse(String text) {
    List<Network> networks = new ArrayList<>();
    for (String word : text.split("[,\\s]+")) {
      if (!word.isEmpty()) {
        networks.add(Network.parse(word));
      }
    }
    return new NetworkSet(networks);
  }

  public static NetworkSet of(Collection<String> texts) {
    return new NetworkSet(texts.stream().map(Network::parse).toList());
  }

  public boolean contains(InetAddress address) {
    if (networks.isEmpty()) {
      return false;
    }
    byte[] bytes = Addresses.normalise(address).getAddress();
    for (Network network : networks) {
      if (network.contains(bytes)) {
        return true;
      }
    }
    return false;
  }

  /// This set and another.
  public NetworkSet with(NetworkSet other) {
    List<Network> all = new ArrayList<>(networks);
    all.addAll(other.networks);
    return new NetworkSet(all);
  }

  @Override
  public String toString() {
    return networks.stream().map(Network::toString).collect(Collectors.joining(" "));
  }
}
