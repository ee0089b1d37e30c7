package org.posthorn.app;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import org.posthorn.app.config.Auth;
import org.posthorn.directory.token.IntrospectedTokens;
import org.posthorn.directory.token.IssuerKeys;
import org.posthorn.directory.token.JwtTokens;
import org.posthorn.directory.token.TokenRules;
import org.posthorn.directory.token.Tokens;
import org.posthorn.net.Ticker;

/// Makes what judges tokens of what the configuration says, or says what is missing there.
public final class TokenSettings {
  /// Octets of a file with a secret.
  private static final int SECRET_MAX = 4096;

  private TokenSettings() {}

  /// Null if tokens are not taken.
  ///
  /// @throws CommandFailed when something is missing or wrong
  public static Tokens of(Auth.Tokens config) {
    boolean signed = !config.keys().isEmpty();
    boolean asked = !config.introspection().isEmpty();
    if (!signed && !asked) {
      return null;
    }
    if (signed && asked) {
      throw wrong("either keys or introspection, not both");
    }
    TokenRules rules;
    try {
      rules =
          new TokenRules(
              config.issuer(),
              Set.copyOf(config.audience()),
              config.addressClaim(),
              config.scope(),
              config.openidConfiguration(),
              config.clockSkew());
      if (signed) {
        return new JwtTokens(rules, keys(config.keys()), InstantSource.system());
      }
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
    return new IntrospectedTokens(
        rules,
        uri("introspection", config.introspection()),
        config.clientId(),
        secret(config.clientSecretFile()),
        new HttpFetcher(),
        InstantSource.system());
  }

  private static IssuerKeys keys(String where) {
    if (where.contains("://")) {
      return IssuerKeys.ofUri(uri("keys", where), new HttpFetcher(), Ticker.SYSTEM);
    }
    Path file = Path.of(where);
    if (!Files.isReadable(file)) {
      throw wrong("keys: " + where + " cannot be read");
    }
    return IssuerKeys.ofFile(file, Ticker.SYSTEM);
  }

  /// What is asked decides who gets in, so whoever answers must have proved who he is.
  private static URI uri(String key, String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw wrong(key + ": " + text + " is not a URL");
    }
    boolean safe = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme()) && isHere(uri);
    if (!safe || uri.getHost() == null || uri.getUserInfo() != null) {
      throw wrong(key + ": " + text + " is not an https URL");
    }
    return uri;
  }

  private static boolean isHere(URI uri) {
    return Set.of("127.0.0.1", "[::1]", "localhost").contains(String.valueOf(uri.getHost()));
  }

  private static String secret(Path file) {
    if (file.toString().isEmpty()) {
      throw wrong("introspection needs client-id and client-secret-file");
    }
    try {
      if (Files.size(file) > SECRET_MAX) {
        throw wrong(file + " is too long for a secret");
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw wrong(file + " cannot be read: " + e.getMessage());
    }
  }

  private static CommandFailed wrong(String what) {
    return new CommandFailed("auth.tokens: " + what);
  }
}
