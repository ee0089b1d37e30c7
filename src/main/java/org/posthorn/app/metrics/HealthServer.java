package org.posthorn.app.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import org.posthorn.net.Connection;
import org.posthorn.net.Limits;
import org.posthorn.net.LineTooLongException;
import org.posthorn.net.Listener;
import org.posthorn.net.ListenerConfig;
import org.posthorn.net.NetworkSet;
import org.posthorn.net.Ticker;
import org.posthorn.net.TlsMode;

/// `/metrics`, `/healthz/live` and `/healthz/ready` over HTTP. Ready answers 503 and says why when
/// mail could not be taken now.
///
/// As much of HTTP/1.1 as takes: one GET or HEAD a connection, which is closed after the answer. It
/// stands on our own listener for its deadlines and limits.
public final class HealthServer implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  private static final String FULL =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

  private static final int CONNECTIONS = 64;

  /// For the whole of a request.
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  /// Octets of one line of a request, and how many lines.
  private static final int LINE_MAX = 8 * 1024;

  private static final int LINES_MAX = 100;

  private final Figures figures;
  private final Supplier<String> trouble;
  private Listener listener;

  private HealthServer(Figures figures, Supplier<String> trouble) {
    this.figures = figures;
    this.trouble = trouble;
  }

  /// @param trouble why the server is not ready; empty when it is
  public static HealthServer open(InetSocketAddress bind, Figures figures, Supplier<String> trouble)
      throws IOException {
    HealthServer health = new HealthServer(figures, trouble);
    Limits limits = new Limits(CONNECTIONS, CONNECTIONS, NetworkSet.LOOPBACK);
    ListenerConfig config =
        ListenerConfig.of("metrics", bind, TlsMode.NONE)
            .withWriteTimeout(REQUEST_TIMEOUT)
            .withRefusal(FULL);
    health.listener = Listener.open(config, limits, null, Ticker.SYSTEM, health::serve);
    return health;
  }

  public InetSocketAddress address() {
    return listener.address();
  }

  private void serve(Connection c) throws IOException {
    c.deadline(REQUEST_TIMEOUT);
    String[] request;
    try {
      request = request(c);
    } catch (LineTooLongException e) {
      text(c, false, "431 Request Header Fields Too Large", "", "a line is too long");
      return;
    }
    if (request == null) {
      return;
    }
    if (request.length != 3 || !request[2].startsWith("HTTP/1.")) {
      text(c, false, "400 Bad Request", "", "this is not an HTTP/1.1 request");
      return;
    }
    boolean head = request[0].equals("HEAD");
    if (!head && !request[0].equals("GET")) {
      text(c, false, "405 Method Not Allowed", "Allow: GET, HEAD\r\n", "only GET and HEAD");
      return;
    }
    int query = request[1].indexOf('?');
    switch (query < 0 ? request[1] : request[1].substring(0, query)) {
      case "/healthz/live" -> text(c, head, "200 OK", "", "live");
      case "/healthz/ready" -> {
        String why = trouble.get();
        boolean ready = why.isEmpty();
        text(c, head, ready ? "200 OK" : "503 Service Unavailable", "", ready ? "ready" : why);
      }
      case "/metrics" -> {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        figures.write(body);
        answer(c, head, "200 OK", "Content-Type: " + METRICS + "\r\n", body.toByteArray());
      }
      default -> {
        String all = "there are /metrics, /healthz/live and /healthz/ready";
        text(c, head, "404 Not Found", "", all);
      }
    }
  }

  /// The words of the request's first line; null when the client left before the request was whole.
  private static String[] request(Connection c) throws IOException {
    byte[] first = c.in().readLine(LINE_MAX);
    byte[] line = first;
    for (int n = 0; line != null && line.length > 0; n++) {
      if (n == LINES_MAX) {
        throw new LineTooLongException(LINES_MAX);
      }
      line = c.in().readLine(LINE_MAX);
    }
    return line == null ? null : new String(first, StandardCharsets.ISO_8859_1).split(" ", -1);
  }

  private static void text(Connection c, boolean head, String status, String headers, String line)
      throws IOException {
    byte[] body = (line + "\n").getBytes(StandardCharsets.UTF_8);
    answer(c, head, status, headers + "Content-Type: " + TEXT + "\r\n", body);
  }

  private static void answer(Connection c, boolean head, String status, String headers, byte[] body)
      throws IOException {
    c.out()
        .ascii("HTTP/1.1 " + status + "\r\n" + headers)
        .ascii("Content-Length: " + body.length + "\r\nConnection: close\r\n\r\n");
    if (!head) {
      c.out().bytes(body);
    }
    c.out().flush();
  }

  @Override
  public void close() {
    listener.close();
  }
}
