package org.posthorn.mta.filter;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.posthorn.Await;

/// A judge that does what a test tells it, on loopback or on a Unix-domain socket. It keeps what it
/// is sent; text is ISO-8859-1, so that every octet survives.
final class FakeJudge implements AutoCloseable {
  /// One connection from the judge's side.
  @FunctionalInterface
  interface Script {
    void talk(Peer peer) throws IOException;
  }

  private final ServerSocketChannel listening;
  private final Script script;
  private final List<SocketChannel> open = new CopyOnWriteArrayList<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  private FakeJudge(ServerSocketChannel listening, Script script) {
    this.listening = listening;
    this.script = script;
    Thread.ofVirtual().name("fake judge").start(this::accept);
  }

  static FakeJudge start(Script script) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.INET);
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return new FakeJudge(channel, script);
  }

  static FakeJudge start(Path socket, Script script) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(socket));
    return new FakeJudge(channel, script);
  }

  SocketAddress address() throws IOException {
    return listening.getLocalAddress();
  }

  /// What all connections were sent, in the form that the script chose.
  List<String> heard() {
    return List.copyOf(heard);
  }

  int connections() {
    return open.size();
  }

  /// Waits until a peer has said that.
  FakeJudge awaitHeard(String what) {
    Await.until(() -> heard.contains(what));
    return this;
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel channel = listening.accept();
        open.add(channel);
        Thread.ofVirtual().start(() -> serve(channel));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      script.talk(new Peer(channel));
    } catch (IOException e) {
      // The other side went, or the test is over.
    } catch (RuntimeException | Error e) {
      failures.add(e);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (SocketChannel channel : open) {
      channel.close();
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("a script failed, after " + heard, failures.getFirst());
    }
  }

  /// The client, as the judge sees it.
  final class Peer {
    final DataInputStream in;
    final OutputStream out;

    Peer(SocketChannel channel) {
      this.in = new DataInputStream(Channels.newInputStream(channel));
      this.out = Channels.newOutputStream(channel);
    }

    void hear(String what) {
      heard.add(what);
    }

    void raw(String octets) throws IOException {
      out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Waits for the other side to go.
    void hold() throws IOException {
      in.transferTo(OutputStream.nullOutputStream());
    }

    // --- milter packets

    /// The next packet: its command, a blank, and its data with `|` for NUL; null at the end.
    String packet() throws IOException {
      int length;
      try {
        length = in.readInt();
      } catch (java.io.EOFException e) {
        return null;
      }
      byte[] packet = in.readNBytes(length);
      String text = new String(packet, StandardCharsets.ISO_8859_1);
      String data = text.substring(1);
      boolean numbers = text.startsWith("O") || text.startsWith("C") && data.indexOf('\0') < 0;
      String shown = text.charAt(0) + " " + (numbers ? hex(data) : data.replace('\0', '|'));
      hear(shown);
      return shown;
    }

    private static String hex(String octets) {
      return java.util.HexFormat.of().formatHex(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// A packet; `|` in the data is NUL.
    void say(char command, String data) throws IOException {
      byte[] octets = data.replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1);
      ByteArrayOutputStream packet = new ByteArrayOutputStream();
      packet.writeBytes(MilterWire.numbers(octets.length + 1));
      packet.write(command);
      packet.writeBytes(octets);
      out.write(packet.toByteArray());
    }

    /// Accepts the offer but for these.
    void options(int version, int actions, int steps) throws IOException {
      String numbers =
          new String(MilterWire.numbers(version, actions, steps), StandardCharsets.ISO_8859_1);
      ByteArrayOutputStream packet = new ByteArrayOutputStream();
      packet.writeBytes(MilterWire.numbers(13));
      packet.write('O');
      packet.writeBytes(numbers.getBytes(StandardCharsets.ISO_8859_1));
      out.write(packet.toByteArray());
    }
  }
}
