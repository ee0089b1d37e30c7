package org.posthorn.net.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import org.posthorn.net.sasl.Judgement.Verdict;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// OAUTHBEARER (RFC 7628) and XOAUTH2, which Google had before it and others took over: one
/// response with a bearer token. A refused one is told why in JSON, which the client confirms (RFC
/// 7628 §3.2.2, §3.2.3).
final class BearerServer implements SaslServer {
  private static final byte[] EMPTY = {};
  private static final char SEPARATOR = 1; // RFC 7628 §3.1: kvsep
  private static final String SCHEME = "bearer ";
  private static final JsonMapper JSON = new JsonMapper();

  /// Pairs in a response.
  private static final int PAIRS_MAX = 16;

  /// Which of the two.
  enum Form {
    OAUTHBEARER,
    XOAUTH2
  }

  private enum State {
    FIRST,
    JUDGED,
    CONFIRM,
    OVER
  }

  private final Form form;
  private final TokenHints hints;
  private State state = State.FIRST;

  BearerServer(Form form, TokenHints hints) {
    this.form = form;
    this.hints = hints;
  }

  @Override
  public String mechanism() {
    return form.name();
  }

  @Override
  public Step start() {
    return new Step.Challenge(EMPTY);
  }

  @Override
  public Step step(byte[] response) {
    return switch (state) {
      case FIRST -> first(response);
      case CONFIRM -> {
        // %x01, or nothing with XOAUTH2; it changes nothing any more.
        state = State.OVER;
        yield new Step.Over();
      }
      case JUDGED, OVER -> malformed("the exchange is over");
    };
  }

  private Step malformed(String reason) {
    state = State.OVER;
    return new Step.Malformed(reason);
  }

  private Step first(byte[] response) {
    String message = response.length > RESPONSE_MAX ? null : Field.utf8(response);
    if (message == null) {
      return malformed("too long, or not UTF-8");
    }
    String authzid = "";
    if (form == Form.OAUTHBEARER) {
      Gs2Header gs2 = Gs2Header.read(message);
      // There is no form with channel binding, so `y` tells of no downgrade.
      if (gs2 == null
          || gs2.flag() == 'p'
          || message.length() == gs2.length()
          || message.charAt(gs2.length()) != SEPARATOR) {
        return malformed("no GS2 header");
      }
      authzid = gs2.authzid();
      message = message.substring(gs2.length() + 1);
    }
    Map<String, String> pairs = pairs(message);
    if (pairs == null) {
      return malformed("expected pairs");
    }
    if (form == Form.XOAUTH2) {
      authzid = pairs.getOrDefault("user", "");
    }
    String token = token(pairs.get("auth"));
    if (token == null || authzid.length() > FIELD_MAX) {
      return malformed("expected a bearer token");
    }
    state = State.JUDGED;
    return new Step.Claimed(new Claim.Token(authzid, token));
  }

  /// `*kvpair kvsep`; null if it is not.
  private static Map<String, String> pairs(String text) {
    Map<String, String> out = new LinkedHashMap<>();
    int at = 0;
    while (true) {
      int end = text.indexOf(SEPARATOR, at);
      if (end < 0) {
        return null;
      }
      if (end == at) {
        return end == text.length() - 1 ? out : null;
      }
      int equals = text.indexOf('=', at);
      if (equals < 0 || equals > end || !isKey(text.substring(at, equals))) {
        return null;
      }
      String before = out.put(text.substring(at, equals), text.substring(equals + 1, end));
      if (before != null || out.size() > PAIRS_MAX) {
        return null;
      }
      at = end + 1;
    }
  }

  private static boolean isKey(String s) {
    return !s.isEmpty() && s.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z');
  }

  /// The token behind its scheme; "" if the client sends none to learn what would be asked for;
  /// null if it is no such thing.
  private static String token(String auth) {
    if (auth == null || auth.isEmpty()) {
      return auth;
    }
    if (!auth.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    String token = auth.substring(SCHEME.length()).strip();
    return token.chars().allMatch(BearerServer::isTokenCharacter) ? token : null;
  }

  // RFC 6750 §2.1: b64token
  private static boolean isTokenCharacter(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || "-._~+/=".indexOf(c) >= 0;
  }

  @Override
  public Step judged(Verdict verdict) {
    state = State.OVER;
    return switch (verdict) {
      case ACCEPTED, UNDECIDED -> new Step.Over();
      case REFUSED -> error("invalid_token", "401");
      case INSUFFICIENT_SCOPE -> error("insufficient_scope", "403");
    };
  }

  /// @param status of RFC 6750 §3.1
  /// @param old how XOAUTH2 says it: as HTTP does
  private Step error(String status, String old) {
    state = State.CONFIRM;
    ObjectNode json = JSON.createObjectNode();
    json.put("status", form == Form.OAUTHBEARER ? status : old);
    if (form == Form.XOAUTH2) {
      json.put("schemes", "bearer");
    }
    if (!hints.scope().isEmpty()) {
      json.put("scope", hints.scope());
    }
    if (!hints.openidConfiguration().isEmpty() && form == Form.OAUTHBEARER) {
      json.put("openid-configuration", hints.openidConfiguration());
    }
    return new Step.Challenge(json.toString().getBytes(UTF_8));
  }
}
