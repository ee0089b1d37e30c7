package org.posthorn.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.Await;

class ProxyTest {
  private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

  private static Listener behindProxy() throws IOException {
    return behindProxy(new Limits());
  }

  private static Listener behindProxy(Limits limits) throws IOException {
    ListenerConfig config = Servers.config(TlsMode.NONE).withProxies(NetworkSet.parse("127.0.0.1"));
    return Listener.open(config, limits, null, Ticker.SYSTEM, Servers::echo);
  }

  /// A version 2 header with addresses, ports 1000 and 25, and something behind them.
  private static byte[] v2(int command, int family, String source, String target, byte[] tlvs) {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    if (source != null) {
      rest.writeBytes(raw(source));
      rest.writeBytes(raw(target));
      rest.writeBytes(new byte[] {1000 >> 8, (byte) 1000, 0, 25});
    }
    rest.writeBytes(tlvs);
    return v2(command, family, rest.toByteArray(), rest.size());
  }

  private static byte[] v2(int command, int family, byte[] rest, int length) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes(SIGNATURE);
    header.write(command);
    header.write(family);
    header.write(length >> 8);
    header.write(length);
    header.writeBytes(rest);
    return header.toByteArray();
  }

  private static byte[] raw(String address) {
    return InetAddress.ofLiteral(address) instanceof java.net.Inet4Address v4
            && address.indexOf(':') >= 0
        ? mapped(v4.getAddress())
        : InetAddress.ofLiteral(address).getAddress();
  }

  private static byte[] mapped(byte[] four) {
    byte[] six = new byte[16];
    six[10] = -1;
    six[11] = -1;
    System.arraycopy(four, 0, six, 12, 4);
    return six;
  }

  @ParameterizedTest
  @CsvSource({
    "PROXY TCP4 192.0.2.7 198.51.100.1 1000 25, /192.0.2.7:1000 /198.51.100.1:25 false",
    "PROXY TCP4 127.0.0.1 198.51.100.1 0 65535, /127.0.0.1:0 /198.51.100.1:65535 true",
    "PROXY TCP6 2001:db8::1 2001:db8::2 1000 25,"
        + " /[2001:db8:0:0:0:0:0:1]:1000 /[2001:db8:0:0:0:0:0:2]:25 false",
    "PROXY TCP6 ::ffff:192.0.2.7 ::ffff:192.0.2.8 1 2, /192.0.2.7:1 /192.0.2.8:2 false",
  })
  void textTellsTheClient(String header, String where) throws IOException {
    try (Listener listener = behindProxy();
        LineClient client = LineClient.connect(listener.address())) {
      client.raw(header + "\r\nwhere\r\n").expect("hello");
      client.expect(where);
    }
    try (Listener listener = behindProxy();
        LineClient client = LineClient.connect(listener.address())) {
      client.drip(header + "\r\nwhere\r\n").expect("hello");
      client.expect(where);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY UNKNOWN\r\n",
        "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n"
      })
  void unknownKeepsTheSocketsAddresses(String header) throws IOException {
    try (Listener listener = behindProxy();
        LineClient client = LineClient.connect(listener.address())) {
      client.raw(header + "where\r\n").expect("hello");
      client.expect("/127.0.0.1:" + client.socket().getLocalPort());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello\r\n",
        "PROXY\r\n",
        "PROXX TCP4 192.0.2.7 198.51.100.1 1000 25\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 1000\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 1000 25 x\r\n",
        "PROXY  TCP4 192.0.2.7 198.51.100.1 1000 25\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 1000 65536\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 01 25\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 -1 25\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1  25\r\n",
        "PROXY TCP4 192.0.2.07 198.51.100.1 1000 25\r\n",
        "PROXY TCP4 2001:db8::1 2001:db8::2 1000 25\r\n",
        "PROXY TCP6 192.0.2.7 198.51.100.1 1000 25\r\n",
        "PROXY TCP4 example.org 198.51.100.1 1000 25\r\n",
        "PROXY UDP4 192.0.2.7 198.51.100.1 1000 25\r\n",
        "PROXY UNKNOWN xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n",
      })
  void badTextIsDropped(String header) throws IOException {
    try (Listener listener = behindProxy();
        LineClient client = LineClient.connect(listener.address())) {
      assertDropped(listener, client.raw(header));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "P", "PROXY TCP4 192.0.2.7 198.51.100.1 1000 25"})
  void truncatedTextIsDropped(String header) throws IOException {
    try (Listener listener = behindProxy();
        LineClient client = LineClient.connect(listener.address())) {
      assertDropped(listener, client.raw(header).endOutput());
    }
  }

  private static void assertDropped(Listener listener, LineClient client) throws IOException {
    try {
      assertThat(client.readAll()).isEmpty();
    } catch (java.net.SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
    assertThat(listener.limits().counters().refusedProxy.sum()).isEqualTo(1);
    Await.until(() -> listener.limits().open() == 0);
    assertThat(listener.limits().bufferBytes()).isZero();
  }

  @Test
  void binaryTellsTheClient() throws IOException {
    byte[] none = {};
    byte[] tlvs = new byte[1000]; // of whatever kind: skipped
    String four = "/192.0.2.7:1000 /198.51.100.1:25 false";
    String six = "/[2001:db8:0:0:0:0:0:1]:1000 /[2001:db8:0:0:0:0:0:2]:25 false";
    assertWhere(v2(0x21, 0x11, "192.0.2.7", "198.51.100.1", none), four);
    assertWhere(v2(0x21, 0x11, "192.0.2.7", "198.51.100.1", tlvs), four);
    assertWhere(v2(0x21, 0x21, "2001:db8::1", "2001:db8::2", tlvs), six);
    assertWhere(v2(0x21, 0x21, "::ffff:192.0.2.7", "::ffff:198.51.100.1", none), four);
    // LOCAL is the proxy itself, whatever it says of addresses; so is UNSPEC, and a Unix socket.
    assertWhere(v2(0x20, 0x00, null, null, none), "/127.0.0.1:");
    assertWhere(v2(0x20, 0x11, "192.0.2.7", "198.51.100.1", tlvs), "/127.0.0.1:");
    assertWhere(v2(0x21, 0x00, null, null, tlvs), "/127.0.0.1:");
    assertWhere(v2(0x21, 0x31, null, null, new byte[216]), "/127.0.0.1:");
  }

  private static void assertWhere(byte[] header, String where) throws IOException {
    for (boolean slowly : new boolean[] {false, true}) {
      try (Listener listener = behindProxy();
          LineClient client = LineClient.connect(listener.address())) {
        if (slowly) {
          client.drip(new String(header, StandardCharsets.ISO_8859_1));
        } else {
          client.raw(header);
        }
        client.send("where").expect("hello");
        client.expect(where);
      }
    }
  }

  @Test
  void badBinaryIsDropped() throws IOException {
    byte[] none = {};
    byte[] good = v2(0x21, 0x11, "192.0.2.7", "198.51.100.1", none);
    byte[][] bad = {
      v2(0x21, 0x11, new byte[11], 11), // too short for IPv4
      v2(0x21, 0x21, new byte[35], 35), // too short for IPv6
      v2(0x21, 0x11, new byte[5000], 5000), // longer than we allow
      v2(0x21, 0x11, new byte[100], 0xffff),
      v2(0x11, 0x11, new byte[12], 12), // version 1 in binary
      v2(0x22, 0x11, new byte[12], 12), // command 2
      v2(0x21, 0x12, new byte[12], 12), // UDP
      v2(0x21, 0x44, new byte[12], 12), // no such family
      {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'X', 10, 0x21, 0x11, 0, 0},
    };
    for (byte[] header : bad) {
      try (Listener listener = behindProxy();
          LineClient client = LineClient.connect(listener.address())) {
        assertDropped(listener, client.raw(header));
      }
    }
    for (int length = 0; length < good.length; length++) {
      try (Listener listener = behindProxy();
          LineClient client = LineClient.connect(listener.address())) {
        assertDropped(listener, client.raw(java.util.Arrays.copyOf(good, length)).endOutput());
      }
    }
  }

  @Test
  void othersMayNotSendIt() throws IOException {
    byte[] binary = v2(0x21, 0x11, "192.0.2.7", "198.51.100.1", new byte[0]);
    byte[] text =
        "PROXY TCP4 192.0.2.7 198.51.100.1 1000 25\r\n".getBytes(StandardCharsets.US_ASCII);
    for (byte[] header : new byte[][] {binary, text}) {
      try (Listener listener = behindProxy();
          LineClient client = LineClient.connect(listener.address(), "127.0.0.2")) {
        client.expect("hello");
        assertDropped(listener, client.raw(header));
      }
    }
  }

  @Test
  void othersComeWithout() throws IOException {
    try (Listener listener = behindProxy();
        LineClient client = LineClient.connect(listener.address(), "127.0.0.2")) {
      client.expect("hello");
      client.send("where").expect("/127.0.0.2:");
    }
  }

  @Test
  void limitsCountTheClientNotTheProxy() throws IOException {
    Limits limits = new Limits(100, 1, NetworkSet.LOOPBACK);
    String header = "PROXY TCP6 2001:db8::%d 2001:db8::2 1000 25";
    try (Listener listener = behindProxy(limits);
        LineClient first = LineClient.connect(listener.address());
        LineClient second = LineClient.connect(listener.address());
        LineClient other = LineClient.connect(listener.address())) {
      first.send(header.formatted(1)).expect("hello");
      second.send(header.formatted(2)).expectEnd(); // of the same /64
      other.send("PROXY TCP6 2001:db8:0:1::1 2001:db8::2 1000 25").expect("hello");
      assertThat(limits.counters().refusedAddress.sum()).isEqualTo(1);
    }
  }

  @Test
  void aHandshakeMayFollowInTheSamePacket(@TempDir Path directory) throws Exception {
    ListenerConfig config =
        Servers.config(TlsMode.IMPLICIT).withProxies(NetworkSet.parse("127.0.0.1"));
    // Our own layer as the client, whose first flight goes out behind a header in one write.
    try (Listener listener =
            Listener.open(
                config, new Limits(), Servers.selfSigned(directory), Ticker.SYSTEM, Servers::echo);
        java.nio.channels.SocketChannel channel =
            java.nio.channels.SocketChannel.open(listener.address())) {
      var engine = LineClient.trustAll().createSSLEngine();
      engine.setUseClientMode(true);
      engine.beginHandshake();
      java.nio.ByteBuffer packet = java.nio.ByteBuffer.allocate(Buffers.SIZE * 2);
      packet.put(
          "PROXY TCP4 192.0.2.7 198.51.100.1 1000 25\r\n".getBytes(StandardCharsets.US_ASCII));
      engine.wrap(java.nio.ByteBuffer.allocate(0), packet);
      channel.write(packet.flip());
      TlsLayer layer = new TlsLayer(engine, new Wire(channel, new Buffers(), Ticker.SYSTEM));
      layer.handshake(new Chunk());
      Chunk hello = new Chunk();
      assertThat(layer.fill(hello)).isTrue();
      assertThat(new String(hello.bytes, hello.pos, hello.size(), StandardCharsets.US_ASCII))
          .isEqualTo("hello\r\n");
    }
  }
}
