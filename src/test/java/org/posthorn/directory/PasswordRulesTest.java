package org.posthorn.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.mime.EmailAddress;

class PasswordRulesTest {
  static final EmailAddress OWNER = EmailAddress.parse("annemarie.li@long-name.example");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "short7!",
        "ninechars",
        "aaaaaaaaaaaa",
        "1212121212121",
        "1234567890",
        "0987654321",
        "12345678901234",
        "abcdefghijkl",
        "qwertyuiop",
        "qwertyuiop123",
        "asdfghjklzxcvbnm",
        "1qaz2wsx3edc",
        "q1w2e3r4t5",
        "password123",
        "Password2026!",
        "P@ssw0rd123",
        "!!iloveyou!!",
        "passwordpassword",
        "monkeymonkey1",
        "Administrator",
        "annemarie.li",
        "AnneMarie.Li1",
        "annemarie.li@long-name.example",
        "x-annemarie.li@long-name.example-x",
        "long-name.example"
      })
  void refused(String password) {
    assertThatThrownBy(() -> PasswordRules.STRONG.check(OWNER, password))
        .isInstanceOfSatisfying(
            DirectoryException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(DirectoryException.Reason.WEAK_PASSWORD);
              if (!password.isEmpty()) assertThat(e.getMessage()).doesNotContain(password);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "correct horse battery staple",
        "blau-7-zebra-kante",
        "93847561029",
        "monkey likes bananas",
        "\u4eca\u65e5\u306f\u3044\u3044\u5929\u6c17\u3067\u3059\u306d"
      })
  void taken(String password) {
    assertThatCode(() -> PasswordRules.STRONG.check(OWNER, password)).doesNotThrowAnyException();
  }

  @Test
  void anyIsNotNothing() {
    assertThatCode(() -> PasswordRules.ANY.check(OWNER, "x")).doesNotThrowAnyException();
    assertThatThrownBy(() -> PasswordRules.ANY.check(OWNER, ""))
        .isInstanceOf(DirectoryException.class);
  }

  @Test
  void generatedOnesAreStrongAndDifferent() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      String password = Passwords.generate();
      assertThat(password).matches("([a-km-np-z2-9]{5}-){3}[a-km-np-z2-9]{5}");
      assertThatCode(() -> PasswordRules.STRONG.check(OWNER, password)).doesNotThrowAnyException();
      assertThat(seen.add(password)).isTrue();
    }
  }
}
