package org.posthorn.imap.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.imap.wire.ResultOptions.Option;

/// RFC 4731 §3.1, RFC 9394 §4.
class ResultOptionsTest {
  private static ResultOptions parse(String s) {
    return ResultOptions.accept(ImapReader.ofLine(s));
  }

  @Test
  void whatIsAskedFor() {
    assertThat(parse("ALL")).isNull();
    assertThat(parse("RETURN () ALL").options()).containsExactly(Option.ALL);
    assertThat(parse("return (min MAX) ALL").options()).containsExactly(Option.MIN, Option.MAX);
    assertThat(parse("RETURN (COUNT PARTIAL -1:-100) ALL").partial())
        .isEqualTo(new Window(-1, -100));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          RETURN (FOO) ALL                  | Unknown result option FOO
          RETURN (PARTIAL) ALL              | Expected a space
          RETURN (PARTIAL 0:1) ALL          | Zero is not allowed here
          RETURN (PARTIAL -1:2) ALL         | Expected '-'
          RETURN (PARTIAL 1:-2) ALL         | Expected a number
          RETURN (PARTIAL 1:*) ALL          | Expected a number
          RETURN (PARTIAL 1) ALL            | Expected ':'
          RETURN (PARTIAL 1:2 PARTIAL 3:4) ALL | PARTIAL is given twice
          RETURN (ALL PARTIAL 1:2) ALL      | PARTIAL and ALL exclude each other
          RETURN (ALL                       | Expected ')'
          RETURN ALL                        | Expected '('
          """)
  void wrong(String line, String message) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource({
    "MIN, 1",
    "PARTIAL 3:5, 5",
    "PARTIAL 5:3 MIN, 5",
    "SAVE MIN, 1",
    "SAVE CONTEXT PARTIAL 1:2, 2",
    "PARTIAL 1:4294967295, 2147483647",
    "PARTIAL -1:-2, 2147483647",
    "MIN MAX, 2147483647",
    "MIN COUNT, 2147483647",
    "SAVE, 2147483647",
    "SAVE CONTEXT, 2147483647",
    "UPDATE MIN, 2147483647",
    "ALL, 2147483647",
    "RELEVANCY PARTIAL 1:2, 2147483647",
  })
  void howManyAreEnough(String options, int enough) {
    assertThat(parse("RETURN (" + options + ") ALL").enough()).isEqualTo(enough);
  }

  @ParameterizedTest
  @CsvSource({
    "1:3, 10, 0, 3",
    "3:1, 10, 0, 3",
    "9:20, 10, 8, 10",
    "11:20, 10, 10, 10",
    "1:4294967295, 0, 0, 0",
    "-1:-3, 10, 7, 10",
    "-3:-1, 10, 7, 10",
    "-9:-20, 10, 0, 2",
    "-11:-20, 10, 0, 0",
    "-1:-1, 10, 9, 10",
  })
  void aWindowOfAList(String window, int count, int from, int to) {
    Window w = Window.parse(ImapReader.ofLine(window));
    assertThat(w.from(count)).isEqualTo(from);
    assertThat(w.to(count)).isEqualTo(to);
    assertThat(w).hasToString(window);
  }
}
