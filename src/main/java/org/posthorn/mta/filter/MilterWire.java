package org.posthorn.mta.filter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.posthorn.net.Input;
import org.posthorn.net.Output;

/// Packets of the milter protocol: a length of four octets, a command, and data.
///
/// @param in read with a deadline
record MilterWire(Input in, Output out) {
  /// Octets of the longest packet that is read.
  static final int PACKET_MAX = 128 * 1024;

  /// Octets of a message's body in one packet.
  static final int CHUNK = 65_535;

  static final int MACRO = 'D';

  void send(int command, byte[] data) throws IOException {
    send(command, data, data.length);
  }

  void send(int command, byte[] data, int length) throws IOException {
    number(out, length + 1);
    out.write(command);
    out.write(data, 0, length);
  }

  /// Names and values for the step that follows.
  void macros(int command, List<String> namesAndValues) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.write(command);
    data.writeBytes(strings(namesAndValues));
    send(MACRO, data.toByteArray());
  }

  /// Texts, each with a NUL behind it.
  static byte[] strings(List<String> texts) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (String text : texts) {
      data.writeBytes(text.replace('\0', '?').getBytes(StandardCharsets.UTF_8));
      data.write(0);
    }
    return data.toByteArray();
  }

  static byte[] numbers(int... numbers) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (int number : numbers) {
      for (int shift = 24; shift >= 0; shift -= 8) {
        data.write(number >>> shift);
      }
    }
    return data.toByteArray();
  }

  private static void number(Output out, int number) throws IOException {
    out.write(numbers(number), 0, 4);
  }

  /// What the milter says next.
  ///
  /// @throws ProtocolException when it is none of its answers
  MilterReply read() throws IOException {
    byte[] head = new byte[4];
    in.readFully(head, 0, 4);
    long length =
        (head[0] & 0xffL) << 24 | (head[1] & 0xff) << 16 | (head[2] & 0xff) << 8 | head[3] & 0xff;
    if (length < 1 || length > PACKET_MAX) {
      throw new ProtocolException("a packet of " + length + " octets");
    }
    int code = in.read();
    byte[] data = new byte[(int) length - 1];
    in.readFully(data, 0, data.length);
    return MilterReply.parse(code, data);
  }
}
