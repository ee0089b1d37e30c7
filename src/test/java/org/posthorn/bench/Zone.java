package org.posthorn.bench;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// A name server over UDP with a few records, so that what a server asks about senders is answered
/// at once and the same for all. Names it does not have do not exist.
final class Zone implements Closeable {
  private static final int TXT = 16;
  private static final int A = 1;
  private static final int PTR = 12;
  private static final int HEADER = 12;
  private static final int PACKET = 4096;
  private static final int TTL = 3600;
  private static final int STRING_MAX = 255;

  private final DatagramSocket socket;
  private final Map<String, byte[]> records = new HashMap<>();

  Zone() throws IOException {
    socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("zone").start(this::serve);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  synchronized Zone txt(String name, String text) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < octets.length; i += STRING_MAX) {
      int n = Math.min(STRING_MAX, octets.length - i);
      data.write(n);
      data.write(octets, i, n);
    }
    records.put(TXT + " " + name, data.toByteArray());
    return this;
  }

  synchronized Zone address(String name, InetAddress address) {
    records.put(A + " " + name, address.getAddress());
    return this;
  }

  synchronized Zone pointer(String name, String to) {
    records.put(PTR + " " + name, name(to));
    return this;
  }

  private static byte[] name(String name) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String label : name.split("\\.")) {
      out.write(label.length());
      out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
    }
    out.write(0);
    return out.toByteArray();
  }

  private void serve() {
    byte[] buffer = new byte[PACKET];
    while (!socket.isClosed()) {
      try {
        DatagramPacket asked = new DatagramPacket(buffer, buffer.length);
        socket.receive(asked);
        byte[] answer = answer(buffer, asked.getLength());
        socket.send(new DatagramPacket(answer, answer.length, asked.getSocketAddress()));
      } catch (IOException | ArrayIndexOutOfBoundsException e) {
        // Closed, or no question.
      }
    }
  }

  private synchronized byte[] answer(byte[] question, int length) {
    StringBuilder name = new StringBuilder();
    int at = HEADER;
    while (question[at] != 0) {
      int n = question[at] & 0xff;
      name.append(name.isEmpty() ? "" : ".");
      name.append(new String(question, at + 1, n, StandardCharsets.US_ASCII));
      at += n + 1;
    }
    int type = (question[at + 1] & 0xff) << 8 | question[at + 2] & 0xff;
    int end = at + 5;
    byte[] data = records.get(type + " " + name.toString().toLowerCase(Locale.ROOT));
    boolean exists =
        data != null
            || records.keySet().stream()
                .anyMatch(k -> k.endsWith(" " + name) || k.endsWith("." + name));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(question, 0, 2);
    out.write(0x81); // an answer, recursion desired
    out.write(0x80 | (exists ? 0 : 3));
    out.writeBytes(new byte[] {0, 1, 0, (byte) (data == null ? 0 : 1), 0, 0, 0, 0});
    out.write(question, HEADER, end - HEADER);
    if (data != null) {
      out.writeBytes(new byte[] {(byte) 0xc0, HEADER, 0, (byte) type, 0, 1});
      out.writeBytes(new byte[] {0, 0, TTL >> 8, (byte) TTL});
      out.write(data.length >> 8);
      out.write(data.length);
      out.writeBytes(data);
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    socket.close();
  }
}
