package org.posthorn.directory.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.posthorn.directory.token.TestIssuer.NOW;
import static org.posthorn.directory.token.TestIssuer.RULES;
import static org.posthorn.directory.token.TestIssuer.base64;
import static org.posthorn.directory.token.TestIssuer.claims;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtTokensTest {
  private static final TestIssuer ISSUER = new TestIssuer();
  private static final String ANA = "ana@example.test";

  private static Checked check(String token) {
    return ISSUER.tokens(RULES).check(token);
  }

  private static Checked checkClaims(String claims) {
    return check(ISSUER.token(claims));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "RS256 | {\"alg\":\"RS256\"}",
        "RS256 | {\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":\"JWT\"}",
        "ES256 | {\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":\"at+jwt\"}",
        "ES256 | {\"alg\":\"ES256\",\"typ\":\"application/AT+JWT\"}",
        "EdDSA | {\"alg\":\"EdDSA\",\"kid\":\"ed\",\"typ\":\"jwt\",\"x5t\":\"whatever\"}",
      })
  void goodTokens(String how, String header) {
    assertThat(check(ISSUER.sign(header, claims(ANA), how))).isEqualTo(new Checked.Good(ANA));
  }

  /// Attacks on the signature and on what says how to check it.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "algorithm | RS256 | {\"alg\":\"none\"}",
        "algorithm | RS256 | {\"alg\":\"None\"}",
        "algorithm | RS256 | {\"alg\":\"\"}",
        "algorithm | RS256 | {}",
        "algorithm | RS256 | {\"alg\":[\"RS256\"]}",
        "algorithm | RS256 | {\"alg\":\"HS256\"}",
        "algorithm | RS256 | {\"alg\":\"RS1\"}",
        "algorithm | RS256 | {\"alg\":\"RS384\"}",
        "algorithm | RS256 | {\"alg\":\"PS256\"}",
        "algorithm | RS256 | {\"alg\":\"rs256\"}",
        // signed with one key of ours, said to be another
        "signature | RS256 | {\"alg\":\"ES256\"}",
        "signature | ES256 | {\"alg\":\"RS256\"}",
        "signature | ES256 | {\"alg\":\"EdDSA\"}",
        "signature | ES256 | {\"alg\":\"ES256\",\"kid\":\"rsa\"}",
        "signature | ES256 | {\"alg\":\"ES256\",\"kid\":\"EC\"}",
        "signature | ES256 | {\"alg\":\"ES256\",\"kid\":\"../../../dev/null\"}",
        "signature | ES256 | {\"alg\":\"ES256\",\"kid\":\"' OR 1=1 --\"}",
        "key id | ES256 | {\"alg\":\"ES256\",\"kid\":1}",
        "key id | ES256 | {\"alg\":\"ES256\",\"kid\":null}",
        "critical header | ES256 | {\"alg\":\"ES256\",\"crit\":[\"exp\"],\"exp\":1}",
        "critical header | ES256 | {\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":false}",
        "critical header | ES256 | {\"alg\":\"ES256\",\"b64\":false}",
        "type | ES256 | {\"alg\":\"ES256\",\"typ\":\"logout+jwt\"}",
        "type | ES256 | {\"alg\":\"ES256\",\"typ\":\"dpop+jwt\"}",
        "type | ES256 | {\"alg\":\"ES256\",\"typ\":7}",
        "malformed | ES256 | [\"alg\",\"ES256\"]",
        "malformed | ES256 | {\"alg\":\"ES256\",\"alg\":\"none\"}",
        "malformed | ES256 | {\"alg\":\"ES256\"} x",
        "malformed | ES256 | {\"alg\":\"ES256\"",
      })
  void attacksByTheHeader(String reason, String how, String header) {
    assertThat(check(ISSUER.sign(header, claims(ANA), how)))
        .isEqualTo(new Checked.Bad(reason, true));
  }

  @Test
  void aPublicKeyIsNoSharedSecret() throws GeneralSecurityException {
    String signed =
        base64("{\"alg\":\"HS256\",\"kid\":\"rsa\"}".getBytes(UTF_8))
            + "."
            + base64(claims(ANA).getBytes(UTF_8));
    for (byte[] secret :
        List.of(
            ISSUER.rsa.getPublic().getEncoded(),
            ISSUER.ec.getPublic().getEncoded(),
            ISSUER.jwks().getBytes(UTF_8))) {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      String token = signed + "." + base64(mac.doFinal(signed.getBytes(UTF_8)));
      assertThat(check(token)).isEqualTo(new Checked.Bad("algorithm", true));
      // Nor is one made of it by another name of the algorithm.
      assertThat(
              check(
                  base64("{\"alg\":\"RS256\",\"kid\":\"rsa\"}".getBytes(UTF_8))
                      + token.substring(token.indexOf('.'))))
          .isEqualTo(new Checked.Bad("signature", true));
    }
  }

  @Test
  void keysThatTheTokenBringsAreNotUsed() throws GeneralSecurityException {
    KeyPairGenerator rsas = KeyPairGenerator.getInstance("RSA");
    rsas.initialize(2048);
    var own = rsas.generateKeyPair();
    String jwk = TestIssuer.rsaJwk((RSAPublicKey) own.getPublic(), "mine");
    for (String with :
        List.of(
            "\"jwk\":" + jwk,
            "\"jku\":\"https://evil.example/jwks\"",
            "\"x5u\":\"https://evil.example/x\"",
            "\"x5c\":[\"AAAA\"],\"kid\":\"rsa\"")) {
      String header = "{\"alg\":\"RS256\"," + with + "}";
      assertThat(check(TestIssuer.sign(header, claims(ANA), "SHA256withRSA", own.getPrivate())))
          .isEqualTo(new Checked.Bad("signature", true));
    }
  }

  @Test
  void changedTokens() {
    String good = ISSUER.token(claims(ANA));
    String[] parts = good.split("\\.");
    String other = base64(claims("bo@example.test").getBytes(UTF_8));
    byte[] signature = Base64.getUrlDecoder().decode(parts[2]);
    byte[] zeros = new byte[64];
    for (String bad :
        List.of(
            "",
            ".",
            "..",
            "a.b.c",
            parts[0] + "." + parts[1],
            parts[0] + "." + parts[1] + ".",
            parts[0] + "." + other + "." + parts[2],
            good + ".",
            good + ".x.y",
            "." + good,
            good + "=",
            good.substring(0, good.length() - 4),
            // r = s = 0
            parts[0] + "." + parts[1] + "." + base64(zeros),
            parts[0] + "." + parts[1] + "." + base64(java.util.Arrays.copyOf(signature, 65)),
            parts[0] + "." + parts[1] + "." + parts[2].replace('_', '/') + "!",
            "x".repeat(Tokens.TOKEN_MAX + 1))) {
      assertThat(check(bad))
          .as(bad)
          .isInstanceOfSatisfying(Checked.Bad.class, b -> assertThat(b.guess()).isTrue());
    }
  }

  /// Tokens of the issuer that are not for us, or not now.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "issuer | \"iss\":\"https://id.example.test\" | \"iss\":\"https://id.example.test/\"",
        "issuer | \"iss\":\"https://id.example.test\" | \"iss\":[\"https://id.example.test\"]",
        "issuer | \"iss\" | \"ISS\"",
        "audience | \"imap\" | \"game\"",
        "audience | \"aud\" | \"azp\"",
        "audience | [\"x\",\"imap\"] | \"imap imap\"",
        "audience | [\"x\",\"imap\"] | {\"imap\":true}",
        "no end | \"exp\" | \"expires\"",
        "ended | \"exp\":1795608300 | \"exp\":1795607940",
        "ended | \"exp\":1795608300 | \"exp\":\"1795608300\"",
        "ended | \"exp\":1795608300 | \"exp\":null",
        "ended | \"exp\":1795608300 | \"exp\":-1795608300",
        "not yet good | \"nbf\":1795607990 | \"nbf\":1795608061",
        "not yet good | \"nbf\":1795607990 | \"nbf\":\"soon\"",
        "not yet good | \"iat\":1795607990 | \"iat\":1795608061",
        "no email | \"email\":\"ana@example.test\" | \"mail\":\"ana@example.test\"",
        "no email | \"email\":\"ana@example.test\" | \"email\":[\"ana@example.test\"]",
        "no email | \"email\":\"ana@example.test\" | \"email\":\"\"",
        "address not verified | \"email_verified\":true | \"email_verified\":false",
        "address not verified | \"email_verified\":true | \"email_verified\":\"false\"",
        "address not verified | \"email_verified\":true | \"email_verified\":1",
      })
  void claimsThatDoNotFit(String reason, String found, String instead) {
    assertThat(claims(ANA)).contains(found);
    assertThat(checkClaims(claims(ANA).replace(found, instead)))
        .isEqualTo(new Checked.Bad(reason, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        // clocks may differ by a minute
        "\"exp\":1795608300 | \"exp\":1795607941",
        "\"exp\":1795608300 | \"exp\":1795607941.5",
        "\"nbf\":1795607990 | \"nbf\":1795608060",
        "\"iat\":1795607990 | \"iat\":1795608060",
        "\"nbf\" | \"unknown\"",
        "[\"x\",\"imap\"] | \"mail.example.test\"",
        "\"email_verified\":true | \"email_verified\":\"true\"",
        "\"email_verified\":true | \"z\":0",
      })
  void claimsThatFit(String found, String instead) {
    assertThat(claims(ANA)).contains(found);
    assertThat(checkClaims(claims(ANA).replace(found, instead))).isEqualTo(new Checked.Good(ANA));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"x\"", "{\"iss\":1,\"iss\":2}", "{", ""})
  void whatIsNoClaims(String claims) {
    assertThat(checkClaims(claims)).isEqualTo(new Checked.Bad("claims", true));
  }

  @Test
  void deepClaimsAreNotRead() {
    String deep = "{\"a\":" + "[".repeat(1000) + "]".repeat(1000) + "}";
    assertThat(checkClaims(deep)).isEqualTo(new Checked.Bad("claims", true));
    String long_ = "{\"exp\":" + "9".repeat(1000) + "}";
    assertThat(checkClaims(long_)).isEqualTo(new Checked.Bad("claims", true));
  }

  @Test
  void scopes() {
    TokenRules mail =
        new TokenRules(TestIssuer.NAME, Set.of("imap"), "email", "mail openid", "", Duration.ZERO);
    Tokens tokens = ISSUER.tokens(mail);
    assertThat(tokens.check(ISSUER.token(claims(ANA)))).isEqualTo(new Checked.Good(ANA));
    for (String other :
        List.of("\"scope\":\"openid\"", "\"scope\":7", "\"scopes\":\"openid mail\"")) {
      String claims = claims(ANA).replace("\"scope\":\"openid mail\"", other);
      assertThat(tokens.check(ISSUER.token(claims))).isEqualTo(new Checked.InsufficientScope());
    }
    String list = claims(ANA).replace("\"scope\":\"openid mail\"", "\"scp\":[\"mail\",\"openid\"]");
    assertThat(tokens.check(ISSUER.token(list))).isEqualTo(new Checked.Good(ANA));
    assertThat(tokens.hints().scope()).isEqualTo("mail openid");
  }

  @Test
  void anotherClaimForTheAddress() {
    TokenRules upn = new TokenRules(TestIssuer.NAME, Set.of("imap"), "upn", "", "", Duration.ZERO);
    String claims = claims(ANA).replace("\"email\"", "\"upn\"");
    assertThat(ISSUER.tokens(upn).check(ISSUER.token(claims))).isEqualTo(new Checked.Good(ANA));
  }

  @Test
  void rulesThatWouldLetTooMuchIn() {
    for (TokenRules rules :
        List.of(
            new TokenRules("", Set.of("imap"), "email", "", "", Duration.ZERO),
            new TokenRules(TestIssuer.NAME, Set.of(), "email", "", "", Duration.ZERO))) {
      assertThatThrownBy(() -> ISSUER.tokens(rules)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(
            () -> new TokenRules("x", Set.of("x"), "email", "", "", Duration.ofMinutes(6)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TokenRules("x", Set.of("x"), "", "", "", Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void verifies(String keys, String jws) {
    Jwk key = Jwk.set(("{\"keys\":[" + keys + "]}").getBytes(UTF_8)).getFirst();
    int dot = jws.lastIndexOf('.');
    byte[] signed = jws.substring(0, dot).getBytes(UTF_8);
    byte[] signature = Base64.getUrlDecoder().decode(jws.substring(dot + 1));
    assertThat(key.algorithm().verifies(key.key(), signed, signature)).isTrue();
    signature[7] ^= 1;
    assertThat(key.algorithm().verifies(key.key(), signed, signature)).isFalse();
  }

  @Test
  void exampleOfRfc7515SectionA2() {
    verifies(
        """
        {"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJ\
        PMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXnd\
        S5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxX\
        FvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}\
        """,
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvb"
            + "S9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAu"
            + "HIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO7"
            + "5vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc"
            + "6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlU"
            + "PQGe77Rw");
  }

  @Test
  void exampleOfRfc7515SectionA3() {
    verifies(
        """
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",\
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}\
        """,
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvb"
            + "S9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApm"
            + "WQxfKTUJqPP3-Kg6NU1Q");
  }

  @Test
  void exampleOfRfc8037SectionA4() {
    verifies(
        """
        {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}\
        """,
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg"
            + "3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
  }

  @Test
  void keysThatAreNotForThis() throws GeneralSecurityException {
    KeyPairGenerator rsas = KeyPairGenerator.getInstance("RSA");
    rsas.initialize(1024);
    String small = TestIssuer.rsaJwk((RSAPublicKey) rsas.generateKeyPair().getPublic(), "small");
    String huge =
        "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\"}".formatted("_".repeat(8192 / 6 + 10));
    String rsa = TestIssuer.rsaJwk((RSAPublicKey) ISSUER.rsa.getPublic(), "rsa");
    for (String key :
        List.of(
            small,
            huge,
            "{}",
            "7",
            "{\"kty\":\"oct\",\"k\":\"AAAA\"}",
            "{\"kty\":\"EC\",\"crv\":\"P-256\"}",
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}",
            rsa.replace("\"sig\"", "\"enc\""),
            rsa.replace("\"use\":\"sig\"", "\"key_ops\":[\"encrypt\"]"),
            rsa.replace("\"use\":\"sig\"", "\"alg\":\"RS512\""),
            ISSUER.ecJwk("ec").replace("P-256", "P-384"),
            ISSUER.edJwk("ed").replace("Ed25519", "X25519"))) {
      String set = "{\"keys\":[" + key + "," + ISSUER.ecJwk("good") + "]}";
      assertThat(Jwk.set(set.getBytes(UTF_8))).as(key).extracting(Jwk::id).containsExactly("good");
    }
    for (String no : List.of("", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[]} x")) {
      assertThat(Jwk.set(no.getBytes(UTF_8))).isNull();
    }
    String many = "{\"keys\":[" + (ISSUER.edJwk("x") + ",").repeat(150) + rsa + "]}";
    assertThat(Jwk.set(many.getBytes(UTF_8))).hasSize(Jwk.KEYS_MAX);
  }

  @Test
  void nobodyCanTellWithoutKeys() {
    IssuerKeys keys =
        IssuerKeys.ofUri(
            URI.create("https://id.example.test/jwks"),
            r -> {
              throw new java.io.IOException("unreachable");
            },
            () -> 0);
    assertThat(new JwtTokens(RULES, keys, () -> NOW).check(ISSUER.token(claims(ANA))))
        .isEqualTo(new Checked.Unknown("the issuer's keys are not known"));
  }
}
