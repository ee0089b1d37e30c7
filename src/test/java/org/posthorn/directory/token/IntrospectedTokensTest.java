package org.posthorn.directory.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.directory.token.TestIssuer.NOW;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntrospectedTokensTest {
  private static final TokenRules RULES =
      new TokenRules("", Set.of(), "username", "", "", Duration.ZERO);

  private final List<Fetcher.Request> asked = new ArrayList<>();

  private Checked check(TokenRules rules, String token, String answer) {
    return new IntrospectedTokens(
            rules,
            URI.create("https://server.example.com/introspect"),
            "s6BhdRkqt3",
            "7Fjfp0ZBr1KtDRbnfVdmIw+/",
            request -> {
              asked.add(request);
              if (answer == null) {
                throw new IOException("status 503");
              }
              return answer.getBytes(UTF_8);
            },
            () -> NOW)
        .check(token);
  }

  @Test
  void exampleOfRfc7662Section2_2() {
    String answer =
        """
        {
         "active": true,
         "client_id": "l238j323ds-23ij4",
         "username": "jdoe",
         "scope": "read write dolphin",
         "sub": "Z5O3upPC88QrAjx00dis",
         "aud": "https://protected.example.net/resource",
         "iss": "https://server.example.com/",
         "exp": 1919356238,
         "iat": 1419350238,
         "extension_field": "twenty-seven"
        }\
        """;
    assertThat(check(RULES, "mF_9.B5f-4.1JqM+/=", answer)).isEqualTo(new Checked.Good("jdoe"));
    Fetcher.Request request = asked.getFirst();
    assertThat(request.form())
        .isEqualTo("token=mF_9.B5f-4.1JqM%2B%2F%3D&token_type_hint=access_token");
    String basic = request.authorization().substring("Basic ".length());
    assertThat(new String(Base64.getDecoder().decode(basic), UTF_8))
        .isEqualTo("s6BhdRkqt3:7Fjfp0ZBr1KtDRbnfVdmIw%2B%2F");
    assertThat(request.toString()).isEqualTo("Request[https://server.example.com/introspect]");
    TokenRules strict =
        new TokenRules(
            "https://server.example.com/",
            Set.of("https://protected.example.net/resource"),
            "username",
            "write dolphin",
            "",
            Duration.ZERO);
    assertThat(check(strict, "x", answer)).isEqualTo(new Checked.Good("jdoe"));
    assertThat(check(strict, "x", answer.replace("dolphin", "whale")))
        .isEqualTo(new Checked.InsufficientScope());
    assertThat(check(strict, "x", answer.replace("\"aud\"", "\"or\"")))
        .isEqualTo(new Checked.Bad("audience", false));
    assertThat(check(strict, "x", answer.replace(".com/\"", ".org/\"")))
        .isEqualTo(new Checked.Bad("issuer", false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"active\":false} | not active | true",
        "{\"active\":false,\"username\":\"jdoe\"} | not active | true",
        "{\"active\":true} | no username | false",
        "{\"active\":true,\"username\":\"jdoe\",\"exp\":1700000000} | ended | false",
        "{\"active\":true,\"username\":\"jdoe\",\"nbf\":1900000000} | not yet good | false",
      })
  void refused(String answer, String reason, boolean guess) {
    assertThat(check(RULES, "x", answer)).isEqualTo(new Checked.Bad(reason, guess));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "true",
        "{\"active\":\"true\"}",
        "{\"active\":1}",
        "{\"active\":null}",
        "{\"active\":true,\"active\":false}",
        "<html>"
      })
  void answersThatSayNothing(String answer) {
    assertThat(check(RULES, "x", answer)).isInstanceOf(Checked.Unknown.class);
  }

  @Test
  void nobodyCanTellWhenTheIssuerIsDown() {
    assertThat(check(RULES, "x", null)).isInstanceOf(Checked.Unknown.class);
    assertThat(check(RULES, "x".repeat(Tokens.TOKEN_MAX + 1), null))
        .isEqualTo(new Checked.Bad("too long", true));
    assertThat(asked).hasSize(1);
  }
}
