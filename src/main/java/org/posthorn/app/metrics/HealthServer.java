package org.posthorn.app.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.function.Function;
import java.util.function.Supplier;
import org.posthorn.app.http.HttpAnswer;
import org.posthorn.app.http.HttpHandler;
import org.posthorn.app.http.HttpRequest;
import org.posthorn.net.Limits;
import org.posthorn.net.Listener;
import org.posthorn.net.ListenerConfig;
import org.posthorn.net.NetworkSet;
import org.posthorn.net.Ticker;
import org.posthorn.net.TlsMode;

/// `/metrics`, `/healthz/live` and `/healthz/ready` over HTTP. Ready answers 503 and says why when
/// mail could not be taken now.
public final class HealthServer implements AutoCloseable {
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  private static final int CONNECTIONS = 64;

  private final Figures figures;
  private final Supplier<String> trouble;
  private final Function<HttpRequest, HttpAnswer> others;
  private Listener listener;

  private HealthServer(
      Figures figures, Supplier<String> trouble, Function<HttpRequest, HttpAnswer> others) {
    this.figures = figures;
    this.trouble = trouble;
    this.others = others;
  }

  /// @param trouble why the server is not ready; empty when it is
  public static HealthServer open(InetSocketAddress bind, Figures figures, Supplier<String> trouble)
      throws IOException {
    return open(bind, figures, trouble, request -> null);
  }

  /// The same, which has more documents.
  ///
  /// @param others answers other paths; null when it does not know one
  public static HealthServer open(
      InetSocketAddress bind,
      Figures figures,
      Supplier<String> trouble,
      Function<HttpRequest, HttpAnswer> others)
      throws IOException {
    HealthServer health = new HealthServer(figures, trouble, others);
    Limits limits = new Limits(CONNECTIONS, CONNECTIONS, NetworkSet.LOOPBACK);
    ListenerConfig config =
        ListenerConfig.of("metrics", bind, TlsMode.NONE)
            .withWriteTimeout(HttpHandler.REQUEST_TIMEOUT)
            .withRefusal(HttpHandler.FULL);
    HttpHandler handler = new HttpHandler(health::answer);
    health.listener = Listener.open(config, limits, null, Ticker.SYSTEM, handler);
    return health;
  }

  public InetSocketAddress address() {
    return listener.address();
  }

  private HttpAnswer answer(HttpRequest request) {
    return switch (request.path()) {
      case "/healthz/live" -> HttpAnswer.text("200 OK", "live");
      case "/healthz/ready" -> {
        String why = trouble.get();
        yield why.isEmpty()
            ? HttpAnswer.text("200 OK", "ready")
            : HttpAnswer.text("503 Service Unavailable", why);
      }
      case "/metrics" -> HttpAnswer.of(METRICS, figures());
      default -> {
        HttpAnswer other = others.apply(request);
        String all = "there are /metrics, /healthz/live and /healthz/ready";
        yield other == null ? HttpAnswer.text("404 Not Found", all) : other;
      }
    };
  }

  private byte[] figures() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      figures.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // into memory
    }
    return body.toByteArray();
  }

  @Override
  public void close() {
    listener.close();
  }
}
