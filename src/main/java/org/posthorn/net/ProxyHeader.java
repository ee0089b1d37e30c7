package org.posthorn.net;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The header of the PROXY protocol, versions 1 and 2 (haproxy's doc/proxy-protocol.txt): who the
/// client of a proxy is.
///
/// @param source the client, and `destination` where it had connected to; both null when the proxy
///   speaks for itself or does not know
record ProxyHeader(InetSocketAddress source, InetSocketAddress destination) {
  private static final ProxyHeader NONE = new ProxyHeader(null, null);

  private static final byte[] V1_SIGNATURE = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final int V1_MAX = 107; // §2.1, with CRLF
  private static final byte[] V2_SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

  /// Of addresses and TLVs. Proxies send some hundred octets; the length field would allow 64 KiB.
  private static final int V2_MAX = 4096;

  private static final int V2_LOCAL = 0x20;
  private static final int V2_PROXY = 0x21;
  private static final int V2_TCP4 = 0x11;
  private static final int V2_TCP6 = 0x21;
  private static final int V2_UNSPECIFIED = 0x00;
  private static final int V2_UNIX_STREAM = 0x31;

  /// Whether a client's first octets are such a header.
  static boolean begins(byte[] bytes, int pos, int limit) {
    return startsWith(bytes, pos, limit, V1_SIGNATURE)
        || startsWith(bytes, pos, limit, V2_SIGNATURE);
  }

  private static boolean startsWith(byte[] bytes, int pos, int limit, byte[] signature) {
    return limit - pos >= signature.length
        && Arrays.equals(bytes, pos, pos + signature.length, signature, 0, signature.length);
  }

  /// Reads a header and not an octet more.
  ///
  /// @throws IOException when there is none or it is wrong; the connection is to be dropped
  static ProxyHeader read(Input in) throws IOException {
    return switch (in.peek()) {
      case 'P' -> readText(in);
      case '\r' -> readBinary(in);
      case -1 -> throw new EOFException("no PROXY header");
      default -> throw wrong("none");
    };
  }

  private static ProxyHeader readText(Input in) throws IOException {
    StringBuilder line = new StringBuilder();
    while (!line.toString().endsWith("\r\n")) {
      int b = in.read();
      if (b < 0 || line.length() == V1_MAX) {
        throw wrong(b < 0 ? "cut off" : "too long");
      }
      line.append((char) b);
    }
    String[] words = line.substring(0, line.length() - 2).split(" ", -1);
    if (words.length < 2 || !words[0].equals("PROXY")) {
      throw wrong("not PROXY");
    }
    if (words[1].equals("UNKNOWN")) {
      return NONE; // §2.1: whatever follows is to be ignored
    }
    boolean four = words[1].equals("TCP4");
    if (words.length != 6 || !four && !words[1].equals("TCP6")) {
      throw wrong("not TCP4 or TCP6 with two addresses and two ports");
    }
    return new ProxyHeader(
        new InetSocketAddress(address(words[2], four), port(words[4])),
        new InetSocketAddress(address(words[3], four), port(words[5])));
  }

  private static InetAddress address(String text, boolean four) throws IOException {
    InetAddress address = Addresses.parse(text);
    boolean written4 = text.indexOf(':') < 0;
    if (address == null || written4 != four) {
      throw wrong("bad address");
    }
    return address;
  }

  private static int port(String text) throws IOException {
    int port = 0;
    for (int i = 0; i < text.length(); i++) {
      char ch = text.charAt(i);
      boolean leadingZero = i == 1 && text.charAt(0) == '0';
      port = port * 10 + ch - '0';
      if (ch < '0' || ch > '9' || leadingZero || port > 65535) {
        throw wrong("bad port");
      }
    }
    if (text.isEmpty()) {
      throw wrong("no port");
    }
    return port;
  }

  private static ProxyHeader readBinary(Input in) throws IOException {
    byte[] head = new byte[V2_SIGNATURE.length + 4];
    in.readFully(head, 0, head.length);
    if (!startsWith(head, 0, head.length, V2_SIGNATURE)) {
      throw wrong("not PROXY");
    }
    int command = head[12] & 0xff;
    int family = head[13] & 0xff;
    int length = (head[14] & 0xff) << 8 | head[15] & 0xff;
    if (length > V2_MAX) {
      throw wrong("too long");
    }
    byte[] rest = new byte[length]; // addresses, then TLVs, which are not for us
    in.readFully(rest, 0, length);
    if (command == V2_LOCAL) {
      return NONE; // §2.2: the proxy's own connection, whatever the family
    }
    if (command != V2_PROXY) {
      throw wrong("unknown version or command");
    }
    return switch (family) {
      case V2_TCP4 -> addresses(rest, 4);
      case V2_TCP6 -> addresses(rest, 16);
      case V2_UNSPECIFIED, V2_UNIX_STREAM -> NONE;
      default -> throw wrong("not TCP");
    };
  }

  private static ProxyHeader addresses(byte[] rest, int size) throws IOException {
    if (rest.length < 2 * size + 4) {
      throw wrong("too short for its addresses");
    }
    return new ProxyHeader(
        new InetSocketAddress(
            Addresses.of(Arrays.copyOfRange(rest, 0, size)), port(rest, 2 * size)),
        new InetSocketAddress(
            Addresses.of(Arrays.copyOfRange(rest, size, 2 * size)), port(rest, 2 * size + 2)));
  }

  private static int port(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  private static IOException wrong(String why) {
    return new IOException("bad PROXY header: " + why);
  }
}
