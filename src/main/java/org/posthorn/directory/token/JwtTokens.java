package org.posthorn.directory.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.posthorn.net.sasl.TokenHints;
import tools.jackson.databind.JsonNode;

/// Tokens that are signed JWTs (RFC 7519, RFC 9068), judged by the issuer's keys and by RFC 8725.
public final class JwtTokens implements Tokens {
  /// Keys that are tried for a token that names none.
  private static final int TRIES_MAX = 4;

  private static final int KEY_ID_MAX = 256;

  private final TokenRules rules;
  private final IssuerKeys keys;
  private final InstantSource clock;

  public JwtTokens(TokenRules rules, IssuerKeys keys, InstantSource clock) {
    if (rules.issuer().isEmpty() || rules.audiences().isEmpty()) {
      // RFC 8725 §3.8, §3.9: else the same issuer's token for a game would open the mail.
      throw new IllegalArgumentException("an issuer and an audience are needed");
    }
    this.rules = rules;
    this.keys = keys;
    this.clock = clock;
  }

  @Override
  public TokenHints hints() {
    return rules.hints();
  }

  @Override
  public Checked check(String token) {
    if (token.length() > TOKEN_MAX) {
      return guess("too long");
    }
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return guess("not a signed JWT");
    }
    byte[] headerText = decode(parts[0]);
    byte[] payload = decode(parts[1]);
    byte[] signature = decode(parts[2]);
    JsonNode header = headerText == null ? null : JsonText.object(headerText);
    if (header == null || payload == null || signature == null) {
      return guess("malformed");
    }
    String wrong = wrongHeader(header);
    if (wrong != null) {
      return guess(wrong);
    }
    JwsAlgorithm algorithm = JwsAlgorithm.of(text(header, "alg"));
    if (algorithm == null) {
      return guess("algorithm");
    }
    byte[] signed = (parts[0] + "." + parts[1]).getBytes(US_ASCII);
    List<Jwk> candidates;
    try {
      candidates = keys.find(text(header, "kid"), algorithm);
    } catch (IOException e) {
      return new Checked.Unknown(e.getMessage());
    }
    boolean good =
        candidates.stream()
            .limit(TRIES_MAX)
            .anyMatch(
                k -> algorithm.takes(k.key()) && algorithm.verifies(k.key(), signed, signature));
    if (!good) {
      return guess("signature");
    }
    JsonNode claims = JsonText.object(payload);
    return claims == null ? guess("claims") : rules.check(claims, true, clock.instant());
  }

  private static Checked guess(String reason) {
    return new Checked.Bad(reason, true);
  }

  /// What of the header forbids the token, or null. Keys that it brings along (`jwk`, `jku`, `x5c`)
  /// are not looked at.
  private static String wrongHeader(JsonNode header) {
    if (header.has("crit") || header.has("b64")) {
      return "critical header"; // RFC 7515 §4.1.11: none that we understand
    }
    JsonNode type = header.get("typ");
    // RFC 8725 §3.11: neither an ID token of another name nor a logout token is meant to open mail.
    if (type != null && !isType(type)) {
      return "type";
    }
    JsonNode id = header.get("kid");
    if (id != null && !(id.isString() && id.stringValue().length() <= KEY_ID_MAX)) {
      return "key id";
    }
    return null;
  }

  private static boolean isType(JsonNode type) {
    if (!type.isString()) {
      return false;
    }
    String name = type.stringValue().toLowerCase(Locale.ROOT);
    if (name.startsWith("application/")) {
      name = name.substring("application/".length()); // RFC 7515 §4.1.9
    }
    return name.equals("jwt") || name.equals("at+jwt"); // RFC 9068 §2.1
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value != null && value.isString() ? value.stringValue() : "";
  }

  /// RFC 7515 §2: base64url without padding, one way to write it; null if it is not.
  private static byte[] decode(String part) {
    try {
      byte[] octets = Base64.getUrlDecoder().decode(part);
      byte[] again = Base64.getUrlEncoder().withoutPadding().encode(octets);
      return Arrays.equals(again, part.getBytes(US_ASCII)) ? octets : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
