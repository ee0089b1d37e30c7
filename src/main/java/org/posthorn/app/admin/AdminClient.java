package org.posthorn.app.admin;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.posthorn.app.CommandFailed;

/// Asks the server that runs on a data directory.
public final class AdminClient {
  private static final byte[] GO_ON =
      Wire.JSON.writeValueAsString(Octets.GO_ON).getBytes(StandardCharsets.UTF_8);

  private AdminClient() {}

  /// The server's answer, or nothing when no server listens there.
  ///
  /// @throws CommandFailed when the server took the request and did not answer
  public static Optional<Answer> ask(Path data, Request request) {
    return ask(data, request, InputStream.nullInputStream());
  }

  /// @param octets sent if the server wants them; not closed
  public static Optional<Answer> ask(Path data, Request request, InputStream octets) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      if (!connect(channel, data)) {
        return Optional.empty();
      }
      Wire.send(channel, request);
      byte[] line = Wire.receive(channel, Wire.ANSWER_MAX);
      if (Arrays.equals(line, GO_ON)) {
        Octets.send(channel, octets);
        line = Wire.receive(channel, Wire.ANSWER_MAX);
      }
      if (line == null) {
        throw new CommandFailed("the server closed the connection without an answer");
      }
      return Optional.of(Wire.JSON.readValue(line, Answer.class));
    } catch (IOException e) {
      throw new CommandFailed("the server did not answer: " + e.getMessage());
    }
  }

  private static boolean connect(SocketChannel channel, Path data) {
    try {
      Path socket = Wire.socketOf(data);
      return Wire.fits(socket) && channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      // No file, or a file that a dead server left: nobody listens.
      return false;
    }
  }
}
