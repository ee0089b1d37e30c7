package org.posthorn.app;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.posthorn.directory.token.Fetcher;

/// Asks by HTTP, with the JDK's client and the authorities it trusts.
final class HttpFetcher implements Fetcher {
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
  public byte[] fetch(Request request) throws IOException {
    HttpRequest.Builder http =
        HttpRequest.newBuilder(request.uri()).timeout(TIMEOUT).header("Accept", "application/json");
    if (!request.authorization().isEmpty()) {
      http.header("Authorization", request.authorization());
    }
    if (request.form() != null) {
      http.header("Content-Type", "application/x-www-form-urlencoded");
      http.POST(BodyPublishers.ofString(request.form()));
    }
    // The client's own limit of time ends with the headers; this one is for all of it.
    CompletableFuture<HttpResponse<byte[]>> coming =
        client()
            .sendAsync(
                http.build(),
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), request.answerMax()));
    try {
      HttpResponse<byte[]> response = coming.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != 200) {
        throw new IOException("status " + response.statusCode());
      }
      return response.body();
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + TIMEOUT.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause().getMessage()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      coming.cancel(true);
    }
  }
}
