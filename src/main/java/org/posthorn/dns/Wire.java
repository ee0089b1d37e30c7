package org.posthorn.dns;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// One question to one server and its answer, by UDP, and by TCP if that was too long. Blocking
/// sockets of one exchange each: every question goes out from a port of its own, which nobody can
/// guess (RFC 5452 §9.2), and nothing is left behind.
final class Wire {
  /// Fits every path (RFC 9715 §3.2), so no answer comes in pieces that somebody else could forge.
  static final int DATAGRAM_MAX = 1232;

  /// Datagrams that are no answer to our question. More is an attack, and TCP withstands it.
  private static final int STRANGERS_MAX = 50;

  private static final int LENGTH_OCTETS = 2;

  private final LongSupplier nanos;

  Wire(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /// @param end in nanoseconds of the ticker
  Message exchange(Message query, InetSocketAddress server, long end) throws IOException {
    byte[] octets = query.toWire(Message.MAXLENGTH);
    Message answer = udp(query, octets, server, end);
    boolean truncated = answer == null || answer.getHeader().getFlag(Flags.TC);
    return truncated ? tcp(query, octets, server, end) : answer; // RFC 7766 §5
  }

  /// Null if too much came that is no answer.
  private Message udp(Message query, byte[] octets, InetSocketAddress server, long end)
      throws IOException {
    try (var socket = new DatagramSocket()) {
      socket.connect(server);
      socket.send(new DatagramPacket(octets, octets.length));
      var packet = new DatagramPacket(new byte[DATAGRAM_MAX], DATAGRAM_MAX);
      for (int strangers = 0; strangers < STRANGERS_MAX; strangers++) {
        socket.setSoTimeout(left(end));
        packet.setLength(DATAGRAM_MAX);
        socket.receive(packet);
        Message answer = answer(query, ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
        if (answer != null) {
          return answer;
        }
      }
      return null;
    }
  }

  private Message tcp(Message query, byte[] octets, InetSocketAddress server, long end)
      throws IOException {
    try (var socket = new Socket()) {
      socket.connect(server, left(end));
      ByteBuffer framed = ByteBuffer.allocate(LENGTH_OCTETS + octets.length);
      framed.putShort((short) octets.length).put(octets); // in one segment, RFC 7766 §8
      socket.getOutputStream().write(framed.array());
      byte[] length = read(socket, LENGTH_OCTETS, end);
      byte[] body = read(socket, ByteBuffer.wrap(length).getShort() & 0xffff, end);
      Message answer = answer(query, ByteBuffer.wrap(body));
      if (answer == null) {
        throw new IOException("an answer to something else");
      }
      return answer;
    }
  }

  private byte[] read(Socket socket, int length, long end) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] octets = new byte[length];
    for (int at = 0; at < length; ) {
      socket.setSoTimeout(left(end));
      int n = in.read(octets, at, length - at);
      if (n < 0) {
        throw new IOException("the connection was closed before the answer");
      }
      at += n;
    }
    return octets;
  }

  /// Milliseconds, never 0, which sockets take for "for ever".
  private int left(long end) throws SocketTimeoutException {
    long left = end - nanos.getAsLong();
    if (left <= 0) {
      throw new SocketTimeoutException("no answer");
    }
    return Math.clamp(TimeUnit.NANOSECONDS.toMillis(left), 1, Integer.MAX_VALUE);
  }

  /// Null if it is no answer to this question (RFC 5452 §9.1).
  static Message answer(Message query, ByteBuffer octets) {
    Message message;
    try {
      message = new Message(octets);
    } catch (IOException | RuntimeException e) {
      return null; // the library's parser meets whatever strangers send
    }
    boolean ours =
        message.getHeader().getID() == query.getHeader().getID()
            && message.getHeader().getFlag(Flags.QR)
            && message.getHeader().getOpcode() == Opcode.QUERY;
    if (!ours) {
      return null;
    }
    Record asked = query.getQuestion();
    Record echoed = message.getQuestion();
    if (echoed == null) {
      // Servers that do not understand a query may refuse it with nothing but a header.
      boolean refusal = message.getRcode() != Rcode.NOERROR && message.getRcode() != Rcode.NXDOMAIN;
      return refusal && message.getSection(Section.ANSWER).isEmpty() ? message : null;
    }
    boolean same =
        echoed.getName().equals(asked.getName())
            && echoed.getType() == asked.getType()
            && echoed.getDClass() == asked.getDClass();
    return same ? message : null;
  }
}
