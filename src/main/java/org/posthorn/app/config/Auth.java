package org.posthorn.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The ways to prove who one is.
public record Auth(
    @Key(
            doc =
                "When to offer SCRAM, by which a program proves that it knows the password and"
                    + " does not send it: \"complete\" when everybody can use it, \"always\", or"
                    + " \"never\". Passwords with characters that SCRAM forbids, such as control"
                    + " characters, keep it away from all, because programs that see it try"
                    + " nothing else.",
            value = "\"complete\"")
        Scram scram,
    @Key(
            doc =
                "Bearer tokens of an OAuth 2.0 issuer (OAUTHBEARER, XOAUTH2). They are taken when"
                    + " either keys or introspection says how to judge them.")
        Tokens tokens) {
  /// Bearer tokens.
  public record Tokens(
      @Key(
              doc =
                  "The keys with which the issuer signs its tokens, which are JWTs then: a JWKS"
                      + " file, or the https URL where the issuer publishes it (jwks_uri).",
              value = "\"\"")
          String keys,
      @Key(
              doc =
                  "The https URL where the issuer is asked about each token (RFC 7662), instead of"
                      + " keys. For an issuer on this machine also http.",
              value = "\"\"")
          String introspection,
      @Key(doc = "With introspection: the name by which the issuer knows us.", value = "\"\"")
          String clientId,
      @Key(
              doc = "With introspection: the file that holds our secret there, and nothing else.",
              value = "\"\"")
          Path clientSecretFile,
      @Key(doc = "The issuer, as its tokens have it in `iss`. Needed with keys.", value = "\"\"")
          String issuer,
      @Key(
              doc =
                  "For whom tokens must be made out: one of these is in their `aud`. Needed with"
                      + " keys, else the issuer's token for something else would open the mail.",
              value = "[]")
          List<String> audience,
      @Key(doc = "The claim that holds the mail address of the account.", value = "\"email\"")
          String addressClaim,
      @Key(
              doc =
                  "Words that must be in a token's `scope`, with spaces between them. Clients are"
                      + " told them. Empty asks for none.",
              value = "\"\"")
          String scope,
      @Key(
              doc =
                  "Where the issuer describes itself (.well-known/openid-configuration); clients"
                      + " whose token is refused are told.",
              value = "\"\"")
          String openidConfiguration,
      @Key(
              doc = "How far the clocks of the issuer and this machine may differ, at most \"5m\".",
              value = "\"1m\"")
          Duration clockSkew) {}

  /// When SCRAM is offered.
  public enum Scram {
    COMPLETE,
    ALWAYS,
    NEVER
  }
}
