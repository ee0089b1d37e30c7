package org.posthorn.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// What tests of this package share: an echo server, and waiting for a condition.
final class Servers {
  static final InetSocketAddress ANY_PORT = new InetSocketAddress(Addresses.parse("127.0.0.1"), 0);
  static final InstantSource CLOCK = () -> Instant.parse("2030-01-01T00:00:00Z");
  static final int LINE_MAX = 1000;

  private Servers() {}

  static Listener plain(Listener.Handler handler) throws IOException {
    return plain(new Limits(), handler);
  }

  static Listener plain(Limits limits, Listener.Handler handler) throws IOException {
    return Listener.open(config(TlsMode.NONE), limits, null, Ticker.SYSTEM, handler);
  }

  static Listener tls(TlsMode mode, TlsContexts tls, Listener.Handler handler) throws IOException {
    return Listener.open(config(mode), new Limits(), tls, Ticker.SYSTEM, handler);
  }

  static ListenerConfig config(TlsMode mode) {
    return ListenerConfig.of("test", ANY_PORT, mode);
  }

  static TlsContexts selfSigned(Path directory) throws IOException {
    return TlsContexts.selfSigned(
        directory.resolve("own.pem"), List.of("mx.example.test"), InstantSource.system());
  }

  /// Greets, and answers each line with itself in angle brackets. Knows `quit`, `starttls`,
  /// `compress`, and `where`, which tells the addresses.
  static void echo(Connection c) throws IOException {
    c.out().ascii("hello\r\n");
    while (c.awaitCommand()) {
      byte[] line;
      try {
        line = c.in().readLine(LINE_MAX);
      } catch (LineTooLongException e) {
        c.out().ascii("too long\r\n");
        continue;
      }
      if (line == null) {
        return;
      }
      switch (new String(line, StandardCharsets.ISO_8859_1)) {
        case "starttls" -> {
          c.out().ascii("go ahead\r\n");
          c.startTls();
        }
        case "compress" -> {
          c.out().ascii("compressed\r\n");
          c.compress();
        }
        case "where" -> c.out().ascii(c.remote() + " " + c.local() + " " + c.trusted() + "\r\n");
        case "quit" -> {
          c.out().ascii("goodbye\r\n");
          return;
        }
        default -> c.out().ascii("<").bytes(line).ascii(">\r\n");
      }
    }
    if (c.draining()) {
      c.out().ascii("closing\r\n");
    }
  }
}
