package org.posthorn.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.app.config.ConfigReader;
import org.posthorn.directory.token.IntrospectedTokens;
import org.posthorn.directory.token.JwtTokens;
import org.posthorn.directory.token.Tokens;

class TokenSettingsTest {
  private static final String FOR_US =
      "issuer = \"https://id.example.test\"\naudience = [\"imap\"]\n";

  @TempDir Path directory;

  private static Tokens tokens(String toml) {
    return TokenSettings.of(ConfigReader.parse("test", "[auth.tokens]\n" + toml).auth().tokens());
  }

  @Test
  void noneUnlessConfigured() {
    assertThat(tokens("")).isNull();
    assertThat(tokens(FOR_US)).isNull();
  }

  @Test
  void byKeys() throws IOException {
    Path file = Files.writeString(directory.resolve("jwks.json"), "{\"keys\":[]}");
    assertThat(tokens("keys = \"" + file + "\"\n" + FOR_US)).isInstanceOf(JwtTokens.class);
    Tokens published =
        tokens("keys = \"https://id.example.test/jwks\"\nscope = \"a b\"\n" + FOR_US);
    assertThat(published).isInstanceOf(JwtTokens.class);
    assertThat(published.hints().scope()).isEqualTo("a b");
  }

  @Test
  void byIntrospection() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "geheim\n");
    for (String url : new String[] {"https://id.example.test/ask", "http://127.0.0.1:8080/ask"}) {
      String toml =
          """
          introspection = "%s"
          client-id = "mail"
          client-secret-file = "%s"
          """
              .formatted(url, secret);
      assertThat(tokens(toml)).isInstanceOf(IntrospectedTokens.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keys = \"https://x/\" | an issuer and an audience are needed",
        "keys = \"/does/not/exist\" | keys: /does/not/exist cannot be read",
        "keys = \"http://x/\" | keys: http://x/ is not an https URL",
        "keys = \"http://127.0.0.1.evil.example/\" | keys: http://127.0.0.1.evil.example/ is not",
        "keys = \"https://a:b@x/\" | keys: https://a:b@x/ is not an https URL",
        "keys = \"https://x y/\" | keys: https://x y/ is not a URL",
        "keys = \"https:///x\" | keys: https:///x is not an https URL",
        "keys = \"https://x/\"; clock-skew = \"6m\" | clocks differ by",
        "introspection = \"https://x/\" | introspection needs client-id and client-secret-file",
      })
  void saysWhatIsWrong(String line, String reason) {
    assertThatThrownBy(() -> tokens(line.replace(';', '\n')))
        .isInstanceOf(CommandFailed.class)
        .hasMessageStartingWith("auth.tokens: " + reason);
  }

  @Test
  void eitherOr() {
    assertThatThrownBy(() -> tokens("keys = \"https://x/\"\nintrospection = \"https://y/\""))
        .hasMessage("auth.tokens: either keys or introspection, not both");
  }
}
