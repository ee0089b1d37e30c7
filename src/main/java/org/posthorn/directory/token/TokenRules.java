package org.posthorn.directory.token;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.posthorn.net.sasl.TokenHints;
import tools.jackson.databind.JsonNode;

/// What a good token says.
///
/// @param issuer exactly this in `iss`; "" is no question (introspection, where the one asked is
///   the issuer)
/// @param audiences one of these in `aud`; empty is no question
/// @param addressClaim where the mail address stands
/// @param scope words that must all be in `scope`; "" for none
/// @param openidConfiguration where the issuer describes itself, for clients; "" if not told
/// @param skew how far its clock and ours may differ
public record TokenRules(
    String issuer,
    Set<String> audiences,
    String addressClaim,
    String scope,
    String openidConfiguration,
    Duration skew) {
  public static final Duration SKEW_MAX = Duration.ofMinutes(5);

  /// Entries of a list in a claim that are looked at.
  private static final int LIST_MAX = 100;

  private static final String EMAIL = "email";

  public TokenRules {
    audiences = Set.copyOf(audiences);
    if (skew.isNegative() || skew.compareTo(SKEW_MAX) > 0) {
      throw new IllegalArgumentException("clocks differ by " + SKEW_MAX + " at most");
    }
    if (addressClaim.isEmpty()) {
      throw new IllegalArgumentException("no claim for the address");
    }
  }

  TokenHints hints() {
    return new TokenHints(scope, openidConfiguration);
  }

  /// Judges claims whose origin is beyond doubt (RFC 7519 §4.1, RFC 7662 §2.2).
  Checked check(JsonNode claims, boolean mustEnd, Instant now) {
    if (!issuer.isEmpty() && !issuer.equals(text(claims, "iss"))) {
      return new Checked.Bad("issuer", false);
    }
    if (!audiences.isEmpty() && texts(claims.get("aud")).stream().noneMatch(audiences::contains)) {
      return new Checked.Bad("audience", false);
    }
    String time = time(claims, mustEnd, now);
    if (time != null) {
      return new Checked.Bad(time, false);
    }
    if (!scope.isEmpty() && !scopes(claims).containsAll(List.of(scope.split(" +")))) {
      return new Checked.InsufficientScope();
    }
    String address = text(claims, addressClaim);
    if (address == null || address.isEmpty()) {
      return new Checked.Bad("no " + addressClaim, false);
    }
    JsonNode verified = claims.get("email_verified");
    if (addressClaim.equals(EMAIL) && verified != null && !isTrue(verified)) {
      // OpenID Connect Core §5.1: anybody may have typed it at the issuer's.
      return new Checked.Bad("address not verified", false);
    }
    return new Checked.Good(address);
  }

  private static boolean isTrue(JsonNode node) {
    return node.isBoolean() && node.booleanValue()
        || node.isString() && node.stringValue().equals("true");
  }

  /// What is wrong with its time, or null.
  private String time(JsonNode claims, boolean mustEnd, Instant now) {
    double seconds = now.getEpochSecond();
    JsonNode end = claims.get("exp");
    if (end == null && mustEnd) {
      return "no end";
    }
    if (end != null && !(end.isNumber() && seconds < end.doubleValue() + skew.toSeconds())) {
      return "ended";
    }
    for (String claim : List.of("nbf", "iat")) {
      JsonNode begin = claims.get(claim);
      if (begin != null
          && !(begin.isNumber() && begin.doubleValue() - skew.toSeconds() <= seconds)) {
        return "not yet good";
      }
    }
    return null;
  }

  /// RFC 8693 §4.2 `scope`, words in a text; some write `scp`, also as a list.
  private static List<String> scopes(JsonNode claims) {
    JsonNode given = claims.get("scope") != null ? claims.get("scope") : claims.get("scp");
    return given != null && given.isString()
        ? List.of(given.stringValue().split(" +"))
        : texts(given);
  }

  private static String text(JsonNode claims, String claim) {
    JsonNode node = claims.get(claim);
    return node != null && node.isString() ? node.stringValue() : null;
  }

  /// A text, or the texts of a list.
  private static List<String> texts(JsonNode node) {
    if (node == null) {
      return List.of();
    }
    if (node.isString()) {
      return List.of(node.stringValue());
    }
    return node.isArray()
        ? node.valueStream()
            .limit(LIST_MAX)
            .filter(JsonNode::isString)
            .map(JsonNode::stringValue)
            .toList()
        : List.of();
  }
}
