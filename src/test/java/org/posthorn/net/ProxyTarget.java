package org.posthorn.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;

/// A target for fuzzing: what a proxy sends first, over a socket, because the header is read from a
/// connection.
public final class ProxyTarget {
  /// Usual is a millisecond.
  private static final int TIMEOUT_MILLIS = 60_000;

  private static final int INPUT_MAX = 4096;

  private static Listener listener;

  private ProxyTarget() {}

  public static void header(byte[] input) throws IOException {
    Listener l = listener();
    long failed = l.limits().counters().handlersFailed.sum();
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(l.address());
      socket.getOutputStream().write(input, 0, Math.min(input.length, INPUT_MAX));
      socket.shutdownOutput();
      while (socket.getInputStream().read() >= 0) {}
    } catch (java.net.SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      // Refused: cut at once.
    }
    assertThat(l.limits().counters().handlersFailed.sum()).isEqualTo(failed);
  }

  private static synchronized Listener listener() {
    if (listener == null) {
      ListenerConfig config = Servers.config(TlsMode.NONE).withProxies(NetworkSet.LOOPBACK);
      try {
        listener =
            Listener.open(
                config,
                new Limits(),
                null,
                Ticker.SYSTEM,
                c -> {
                  c.out().ascii(c.remote() + " " + c.local() + "\r\n");
                  while (c.in().read() >= 0) {}
                });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return listener;
  }
}
