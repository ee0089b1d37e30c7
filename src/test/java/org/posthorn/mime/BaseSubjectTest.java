package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 5256 §2.1 and the grammar of §5, which has no examples: one row for each rule.
class BaseSubjectTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Hello                              | Hello
          Re: Hello                          | Hello
          RE: fwd: FW: Hello                 | Hello
          Re : Hello                         | Hello
          re[2]: Hello                       | Hello
          re [x] : Hello                     | Hello
          Re:Hello                           | Hello
          Hello (fwd)                        | Hello
          Hello (FWD) (fwd)                  | Hello
          [list] Hello                       | Hello
          [list] Re: [list] Hello            | Hello
          [a][b] Hello                       | Hello
          [list]                             | [list]
          Re: [list]                         | [list]
          [a] [b]                            | [b]
          [Fwd: Hello]                       | Hello
          [fwd: Re: Hello (fwd)]             | Hello
          Re: [Fwd: [list] Hello] (fwd)      | Hello
          [Fwd: Hello                        | [Fwd: Hello
          Re: [Fwd: Re: x] y                 | y
          Reply: Hello                       | Reply: Hello
          ref: Hello                         | ref: Hello
          Re:                                | ''
          Fwd                                | Fwd
          =?utf-8?q?Re:_caf=C3=A9?=          | café
          =?utf-8?b?UmU6IA==?= Hello         | Hello
          """)
  void rules(String subject, String base) {
    assertThat(BaseSubject.of(subject)).isEqualTo(base);
  }

  @Test
  void whiteSpace() {
    assertThat(BaseSubject.of(" \t Re:\r\n  two\t\twords  ")).isEqualTo("two words");
    assertThat(BaseSubject.of("")).isEmpty();
    assertThat(BaseSubject.of(null)).isEmpty();
  }

  @Test
  void longSubjectsTakeNoTime() {
    assertThat(BaseSubject.of("[a]".repeat(1_000_000))).startsWith("[").hasSizeLessThan(4);
    assertThat(BaseSubject.of("Re: ".repeat(1_000_000))).isEmpty();
    assertThat(BaseSubject.of("[fwd:".repeat(100_000) + "]".repeat(100_000))).isNotEmpty();
  }
}
