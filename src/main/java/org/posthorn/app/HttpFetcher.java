package org.posthorn.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.posthorn.directory.token.Fetcher;
import org.posthorn.mta.filter.HttpPost;
import org.posthorn.mta.filter.Octets;

/// Asks by HTTP, with the JDK's client and the authorities it trusts.
final class HttpFetcher implements Fetcher, HttpPost {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /// For the whole of an answer.
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private HttpClient client; // made when it is first needed: it takes a while; guarded by this

  private synchronized HttpClient client() {
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .connectTimeout(CONNECT_TIMEOUT)
              .followRedirects(HttpClient.Redirect.NEVER)
              .build();
    }
    return client;
  }

  @Override
  public byte[] fetch(Fetcher.Request request) throws IOException {
    HttpRequest.Builder http =
        HttpRequest.newBuilder(request.uri()).timeout(TIMEOUT).header("Accept", "application/json");
    if (!request.authorization().isEmpty()) {
      http.header("Authorization", request.authorization());
    }
    if (request.form() != null) {
      http.header("Content-Type", "application/x-www-form-urlencoded");
      http.POST(BodyPublishers.ofString(request.form()));
    }
    return answer(http.build(), request.answerMax(), TIMEOUT);
  }

  @Override
  public byte[] post(HttpPost.Request request) throws IOException {
    HttpRequest.Builder http =
        HttpRequest.newBuilder(request.uri())
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(request.within())
            .POST(body(request));
    request.headers().forEach(h -> http.header(h.name(), h.value()));
    return answer(http.build(), request.answerMax(), request.within());
  }

  private static BodyPublisher body(HttpPost.Request request) {
    return request.length() == 0
        ? BodyPublishers.noBody()
        : BodyPublishers.fromPublisher(
            BodyPublishers.ofInputStream(() -> opened(request.octets())), request.length());
  }

  private static InputStream opened(Octets octets) {
    try {
      return octets.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // which the client passes on
    }
  }

  private byte[] answer(HttpRequest request, int max, Duration within) throws IOException {
    // The client's own limit of time ends with the headers; this one is for all of it.
    CompletableFuture<HttpResponse<byte[]>> coming =
        client().sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), max));
    try {
      HttpResponse<byte[]> response = coming.get(within.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != 200) {
        throw new IOException("status " + response.statusCode());
      }
      return response.body();
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + within.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      coming.cancel(true);
    }
  }

  private static IOException failure(Throwable cause) {
    if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
      ConnectException refused = new ConnectException(words(cause));
      refused.initCause(cause);
      return refused;
    }
    return new IOException(words(cause), cause);
  }

  /// Some have nothing to say but what they are.
  private static String words(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
