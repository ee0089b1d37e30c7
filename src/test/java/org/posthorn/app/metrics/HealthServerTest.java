package org.posthorn.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthServerTest {
  /// As packages count.
  public static final class Counters {
    public final LongAdder messagesTaken = new LongAdder();
  }

  private final AtomicReference<String> trouble = new AtomicReference<>("");

  @Test
  void readyTellsWhyNot() throws Exception {
    try (HealthServer server = open(new Figures())) {
      assertThat(get(server, "/healthz/live").statusCode()).isEqualTo(200);
      assertThat(get(server, "/healthz/ready").body()).isEqualTo("ready\n");
      trouble.set("disk full");
      assertThat(get(server, "/healthz/ready").statusCode()).isEqualTo(503);
      assertThat(get(server, "/healthz/ready").body()).isEqualTo("disk full\n");
      assertThat(get(server, "/healthz/live").statusCode()).isEqualTo(200);
      assertThat(get(server, "/elsewhere").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void countersAreFoundByThemselves() throws Exception {
    Counters counters = new Counters();
    Figures figures = new Figures().counters("test", counters).gauge("depth", "Depth.", () -> 2.5);
    try (HealthServer server = open(figures)) {
      counters.messagesTaken.add(3);
      assertThat(get(server, "/metrics").body())
          .contains("posthorn_test_messages_taken_total 3.0\n")
          .contains("posthorn_depth 2.5\n");
      counters.messagesTaken.increment();
      HttpResponse<String> again = get(server, "/metrics");
      assertThat(again.body()).contains("posthorn_test_messages_taken_total 4.0\n");
      assertThat(again.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/plain; version=0.0.4");
    }
  }

  @Test
  void onlyReadingIsAllowed() throws Exception {
    try (HealthServer server = open(new Figures());
        HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest post =
          HttpRequest.newBuilder(uri(server, "/metrics"))
              .POST(HttpRequest.BodyPublishers.ofString("x"))
              .build();
      assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(405);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'GET /metrics?x=y HTTP/1.1\r\nHost: x\r\n\r\n', 200",
    "'HEAD /healthz/live HTTP/1.0\r\n\r\n', 200",
    "'GET /%zz HTTP/1.1\r\n\r\n', 404",
    "'GET http://[::1/ HTTP/1.1\r\n\r\n', 404",
    "'NONSENSE\r\n\r\n', 400",
    "'\r\n', 400",
    "'GET / HTTP/2.0\r\n\r\n', 400",
  })
  void oddRequestsGetAPlainAnswer(String request, int status) throws Exception {
    String octets = request.replace("\\r", "\r").replace("\\n", "\n");
    try (HealthServer server = open(new Figures())) {
      String answer = send(server, octets);
      assertThat(answer).startsWith("HTTP/1.1 " + status + " ").doesNotContain("Exception");
    }
  }

  @Test
  void aRequestHasABound() throws Exception {
    try (HealthServer server = open(new Figures())) {
      assertThat(send(server, "GET /" + "x".repeat(10_000) + " HTTP/1.1\r\n\r\n"))
          .startsWith("HTTP/1.1 431 ");
      assertThat(send(server, "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(1000) + "\r\n"))
          .startsWith("HTTP/1.1 431 ");
    }
  }

  private static String send(HealthServer server, String octets) throws Exception {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(60_000);
      socket.connect(server.address());
      socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private HealthServer open(Figures figures) throws Exception {
    InetSocketAddress bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return HealthServer.open(bind, figures, trouble::get);
  }

  private static HttpResponse<String> get(HealthServer server, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(uri(server, path)).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private static URI uri(HealthServer server, String path) {
    return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
  }
}
