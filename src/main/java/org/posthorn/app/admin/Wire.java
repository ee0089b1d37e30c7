package org.posthorn.app.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;

/// One line of JSON each way.
public final class Wire {
  /// Name of the socket in the data directory.
  public static final String SOCKET = "admin.sock";

  public static final JsonMapper JSON = JsonMapper.builder().build();

  /// Longest request: a list of a hundred thousand recipients fits.
  static final int REQUEST_MAX = 4 << 20;

  /// Longest answer: a list of a hundred thousand accounts fits.
  static final int ANSWER_MAX = 64 << 20;

  /// Bytes that the address of a Unix socket holds on every system we run on.
  private static final int ADDRESS_MAX = 100;

  private Wire() {}

  static void send(SocketChannel channel, Object message) throws IOException {
    byte[] text = JSON.writeValueAsString(message).getBytes(StandardCharsets.UTF_8);
    ByteBuffer line = ByteBuffer.allocate(text.length + 1).put(text).put((byte) '\n').flip();
    while (line.hasRemaining()) {
      channel.write(line);
    }
  }

  /// The bytes up to a line end; null when there is none within `max`.
  static byte[] receive(SocketChannel channel, int max) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(8_192);
    while (line.size() <= max) {
      buffer.clear();
      int n = channel.read(buffer);
      if (n < 0) {
        return null;
      }
      for (int i = 0; i < n; i++) {
        if (buffer.get(i) == '\n') {
          line.write(buffer.array(), 0, i);
          return line.toByteArray();
        }
      }
      line.write(buffer.array(), 0, n);
    }
    return null;
  }

  /// Whether a path fits into a socket's address.
  static boolean fits(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length <= ADDRESS_MAX;
  }

  /// Where the socket really is: a data directory with a long name holds a link to it.
  static Path socketOf(Path data) throws IOException {
    Path socket = data.resolve(SOCKET);
    return Files.isSymbolicLink(socket) ? Files.readSymbolicLink(socket) : socket;
  }
}
