package org.posthorn.app.admin;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.posthorn.app.CommandFailed;
import tools.jackson.core.JacksonException;

/// Listens on the Unix socket of the data directory. One request a connection, one virtual thread
/// each, at most [#CLIENTS_MAX] at a time: further ones wait in the kernel's queue.
public final class AdminSocket implements AutoCloseable {
  static final int CLIENTS_MAX = 16;

  /// A client that has not sent its line by then is cut: it is on this machine.
  static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

  /// A client whose message does not go on for so long is cut, too: it has all of it.
  static final Duration OCTETS_TIMEOUT = Duration.ofSeconds(30);

  /// And so is one that has not read the answer.
  static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  /// After accepting failed, for want of files most often: trying again at once would spin.
  private static final Duration BACK_OFF = Duration.ofSeconds(1);

  /// Carries a request out.
  public interface Commands {
    /// @param octets what the client has to say besides: a message
    Answer run(Request request, InputStream octets);
  }

  private static final String NOT_A_REQUEST = "not a request";

  private static final System.Logger LOG = System.getLogger("posthorn.admin");

  private final ServerSocketChannel server;
  private final Path link;
  private final Path socket;
  private final Commands commands;
  private final Semaphore places = new Semaphore(CLIENTS_MAX);

  private AdminSocket(ServerSocketChannel server, Path link, Path socket, Commands commands) {
    this.server = server;
    this.link = link;
    this.socket = socket;
    this.commands = commands;
  }

  /// Opens the socket in a data directory that this process has locked.
  public static AdminSocket open(Path data, Commands commands) throws IOException {
    Path link = data.resolve(Wire.SOCKET);
    Files.deleteIfExists(link);
    Path socket = link;
    if (!Wire.fits(link)) {
      // The address of a Unix socket is short: make it elsewhere and lead there.
      socket = Files.createTempDirectory("posthorn").resolve(Wire.SOCKET);
      Files.createSymbolicLink(link, socket);
    }
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      server.close();
      throw e;
    }
    AdminSocket admin = new AdminSocket(server, link, socket, commands);
    Thread.ofVirtual().name("admin").start(admin::accept);
    return admin;
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        places.acquire();
        SocketChannel client = server.accept();
        Thread.ofVirtual().name("admin client").start(() -> serve(client));
      } catch (IOException e) {
        places.release();
        if (server.isOpen()) {
          LOG.log(WARNING, "admin-accept-failed", e);
          pause();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BACK_OFF);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      Thread watch = watch(client, REQUEST_TIMEOUT);
      byte[] line = Wire.receive(client, Wire.REQUEST_MAX);
      watch.interrupt();
      Answer answer = line == null ? Answer.failed(NOT_A_REQUEST) : answer(line, client);
      watch = watch(client, ANSWER_TIMEOUT);
      Wire.send(client, answer);
      watch.interrupt();
    } catch (IOException e) {
      LOG.log(INFO, "admin-client-gone reason={0}", e.toString());
    } finally {
      places.release();
    }
  }

  private Answer answer(byte[] line, SocketChannel client) throws IOException {
    Octets octets = new Octets(client, () -> watch(client, OCTETS_TIMEOUT));
    Answer answer = answer(line, octets);
    octets.drain();
    return answer;
  }

  private Answer answer(byte[] line, InputStream octets) {
    try {
      Request request = Wire.JSON.readValue(line, Request.class);
      if (request == null) {
        return Answer.failed(NOT_A_REQUEST);
      }
      Answer answer = commands.run(request, octets);
      LOG.log(INFO, "admin command={0} error={1}", request.command(), answer.error());
      return answer;
    } catch (CommandFailed e) {
      return Answer.failed(e.getMessage());
    } catch (JacksonException e) {
      return Answer.failed(NOT_A_REQUEST);
    } catch (RuntimeException e) {
      LOG.log(WARNING, "admin-failed", e);
      return Answer.failed("the server failed: " + e);
    }
  }

  private static Thread watch(SocketChannel client, Duration limit) {
    return Thread.ofVirtual().name("admin watch").start(() -> closeLater(client, limit));
  }

  private static void closeLater(SocketChannel client, Duration limit) {
    try {
      Thread.sleep(limit);
      client.close();
    } catch (InterruptedException e) {
      // The line came.
    } catch (IOException e) {
      // It is closed.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      Files.deleteIfExists(link);
      if (!socket.equals(link)) {
        Files.deleteIfExists(socket);
        Files.deleteIfExists(socket.getParent());
      }
    } catch (IOException e) {
      LOG.log(WARNING, "admin-close-failed", e);
    }
  }
}
