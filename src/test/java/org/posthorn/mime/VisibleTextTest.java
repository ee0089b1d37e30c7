package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisibleTextTest {
  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "plain text,plain text,plain text",
        "'','',''",
        "b\u00fccher \u65e5,b\u00fccher \u65e5,b?cher ?",
        "'a\tb\r\nc',a b  c,a b  c",
        "a\u0000b\u001b[2J,a?b?[2J,a?b?[2J",
        "a\u007fb\u0085c,a?b?c,a?b?c",
        "a\u202eb\u200bc,a?b?c,a?b?c",
        "a\u2028b\u2029c,a?b?c,a?b?c",
        "\ud83d\ude00 \ud83d x,\ud83d\ude00 ? x,?? ? x",
        "\ue000\ufdd0,??,??",
      })
  void nothingIsLeftThatIsObeyed(String text, String shown, String ascii) {
    assertThat(VisibleText.of(text)).isEqualTo(shown);
    assertThat(VisibleText.ascii(text)).isEqualTo(ascii);
  }
}
