package org.posthorn.app.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// `/metrics`, `/healthz/live` and `/healthz/ready` over HTTP. Ready answers 503 and says why when
/// mail could not be taken now.
public final class HealthServer implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
  private static final int BACKLOG = 16;

  private final HttpServer server;
  private final Figures figures;
  private final Supplier<String> trouble;

  private HealthServer(HttpServer server, Figures figures, Supplier<String> trouble) {
    this.server = server;
    this.figures = figures;
    this.trouble = trouble;
  }

  /// @param trouble why the server is not ready; empty when it is
  public static HealthServer open(InetSocketAddress bind, Figures figures, Supplier<String> trouble)
      throws IOException {
    HttpServer http = HttpServer.create(bind, BACKLOG);
    HealthServer health = new HealthServer(http, figures, trouble);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext("/", health::serve);
    http.start();
    return health;
  }

  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        text(exchange, 405, "only GET and HEAD");
        return;
      }
      switch (exchange.getRequestURI().getPath()) {
        case "/healthz/live" -> text(exchange, 200, "live");
        case "/healthz/ready" -> {
          String why = trouble.get();
          text(exchange, why.isEmpty() ? 200 : 503, why.isEmpty() ? "ready" : why);
        }
        case "/metrics" -> {
          ByteArrayOutputStream body = new ByteArrayOutputStream();
          figures.write(body);
          answer(exchange, 200, METRICS, body.toByteArray());
        }
        default -> text(exchange, 404, "there are /metrics, /healthz/live and /healthz/ready");
      }
    }
  }

  private static void text(HttpExchange exchange, int status, String line) throws IOException {
    answer(exchange, status, TEXT, (line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
