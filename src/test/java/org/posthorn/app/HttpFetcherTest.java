package org.posthorn.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.posthorn.directory.token.Fetcher.Request;
import org.posthorn.mta.filter.HttpPost;

class HttpFetcherTest {
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final HttpFetcher fetcher = new HttpFetcher();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange x) throws IOException {
    seen.add(
        x.getRequestMethod()
            + " "
            + x.getRequestURI()
            + " "
            + x.getRequestHeaders().getFirst("Authorization")
            + " "
            + x.getRequestHeaders().getFirst("Content-Type")
            + " "
            + new String(x.getRequestBody().readAllBytes(), UTF_8));
    switch (x.getRequestURI().getPath()) {
      case "/moved" -> {
        x.getResponseHeaders().add("Location", "/elsewhere");
        x.sendResponseHeaders(302, -1);
      }
      case "/error" -> x.sendResponseHeaders(503, -1);
      case "/hang" -> {
        return; // keeps the connection open, and says nothing
      }
      default -> {
        byte[] body = "0123456789".getBytes(UTF_8);
        x.sendResponseHeaders(200, body.length);
        x.getResponseBody().write(body);
      }
    }
    x.close();
  }

  private byte[] fetch(String path, String authorization, String form, int max) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    return fetcher.fetch(new Request(uri, authorization, form, max));
  }

  @Test
  void gets() throws IOException {
    assertThat(new String(fetch("/keys?x=y", "", null, 10), UTF_8)).isEqualTo("0123456789");
    assertThat(seen).containsExactly("GET /keys?x=y null null ");
  }

  @Test
  void posts() throws IOException {
    assertThat(fetch("/ask", "Basic eDp5", "token=abc", 100)).hasSize(10);
    assertThat(seen)
        .containsExactly("POST /ask Basic eDp5 application/x-www-form-urlencoded token=abc");
  }

  @Test
  void everythingElseIsAFailure() {
    assertThatThrownBy(() -> fetch("/error", "", null, 10)).hasMessage("status 503");
    assertThatThrownBy(() -> fetch("/moved", "", null, 10)).hasMessage("status 302");
    assertThatThrownBy(() -> fetch("/keys", "", null, 9)).isInstanceOf(IOException.class);
    assertThat(seen).hasSize(3);
    server.stop(0);
    assertThatThrownBy(() -> fetch("/keys", "", null, 10)).isInstanceOf(IOException.class);
  }

  private byte[] post(String path, byte[] octets, int max, Duration within) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    var headers = List.of(new HttpPost.Header("Authorization", "x"));
    return fetcher.post(
        new HttpPost.Request(
            uri, headers, octets.length, () -> new ByteArrayInputStream(octets), max, within));
  }

  @Test
  void postsOctets() throws IOException {
    byte[] octets = "y".repeat(200_000).getBytes(UTF_8);
    assertThat(post("/check", octets, 10, Duration.ofSeconds(20))).hasSize(10);
    assertThat(post("/check", new byte[0], 10, Duration.ofSeconds(20))).hasSize(10);
    assertThat(seen)
        .containsExactly("POST /check x null " + new String(octets, UTF_8), "POST /check x null ");
  }

  @Test
  void postsAreBoundedToo() {
    byte[] octets = {1};
    Duration time = Duration.ofSeconds(20);
    assertThatThrownBy(() -> post("/check", octets, 9, time)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> post("/error", octets, 9, time)).hasMessage("status 503");
    assertThatThrownBy(() -> post("/hang", octets, 9, Duration.ofMillis(300)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void saysWhenNobodyIsThere() {
    server.stop(0);
    assertThatThrownBy(() -> post("/check", new byte[1], 9, Duration.ofSeconds(20)))
        .isInstanceOf(ConnectException.class);
  }
}
