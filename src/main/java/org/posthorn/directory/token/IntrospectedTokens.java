package org.posthorn.directory.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.posthorn.net.sasl.TokenHints;
import tools.jackson.databind.JsonNode;

/// Tokens about which the issuer is asked each time (RFC 7662): whatever they are made of, and
/// whether or not they were revoked.
public final class IntrospectedTokens implements Tokens {
  /// Questions at once. More wait for [#WAIT], and then nobody can tell.
  static final int QUESTIONS_MAX = 16;

  private static final Duration WAIT = Duration.ofSeconds(5);

  /// Octets of an answer.
  private static final int ANSWER_MAX = 64 * 1024;

  private final TokenRules rules;
  private final URI endpoint;
  private final String authorization;
  private final Fetcher fetcher;
  private final InstantSource clock;
  private final Semaphore questions = new Semaphore(QUESTIONS_MAX);

  /// @param client, secret by which the issuer knows us
  public IntrospectedTokens(
      TokenRules rules,
      URI endpoint,
      String client,
      String secret,
      Fetcher fetcher,
      InstantSource clock) {
    this.rules = rules;
    this.endpoint = endpoint;
    this.fetcher = fetcher;
    this.clock = clock;
    // RFC 6749 §2.3.1: both are encoded before they are joined
    String pair = encode(client) + ":" + encode(secret);
    this.authorization = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  @Override
  public TokenHints hints() {
    return rules.hints();
  }

  @Override
  public Checked check(String token) {
    if (token.length() > TOKEN_MAX) {
      return new Checked.Bad("too long", true);
    }
    byte[] answer;
    try {
      answer = ask("token=" + encode(token) + "&token_type_hint=access_token");
    } catch (IOException e) {
      return new Checked.Unknown("the issuer was not reached: " + e.getMessage());
    }
    JsonNode claims = JsonText.object(answer);
    JsonNode active = claims == null ? null : claims.get("active");
    if (active == null || !active.isBoolean()) {
      return new Checked.Unknown("the issuer's answer is not understood");
    }
    if (!active.booleanValue()) {
      // Ended, revoked, or never given out: RFC 7662 §2.2 does not tell which.
      return new Checked.Bad("not active", true);
    }
    return rules.check(claims, false, clock.instant());
  }

  private byte[] ask(String form) throws IOException {
    try {
      if (!questions.tryAcquire(WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("too many at once");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    try {
      return fetcher.fetch(new Fetcher.Request(endpoint, authorization, form, ANSWER_MAX));
    } finally {
      questions.release();
    }
  }
}
