package org.posthorn.mta.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FieldTextTest {
  @Test
  void foldedTextStaysFolded() {
    assertThat(FieldText.field("A", "one\r\n\ttwo\n three")).isEqualTo("A: one\r\n two\r\n three");
    assertThat(FieldText.field("A", "one\r\n\r\n \r\ntwo")).isEqualTo("A: one\r\n two");
  }

  @Test
  void longLinesAreFolded() {
    String field = FieldText.field("X-Long", "word ".repeat(500));
    assertThat(Arrays.stream(field.split("\r\n")).mapToInt(String::length).max().getAsInt())
        .isLessThanOrEqualTo(FieldText.LINE_MAX);
    assertThat(field.replace("\r\n", "")).isEqualTo("X-Long: " + "word ".repeat(500).strip());
  }

  @Test
  void whatCanBeNoFieldIsNone() {
    assertThat(FieldText.field("A", "x".repeat(2000))).isNull();
    assertThat(FieldText.field("A", "")).isNull();
    assertThat(FieldText.field("A", " \r\n\t")).isNull();
    assertThat(FieldText.field("", "x")).isNull();
    assertThat(FieldText.field("A B", "x")).isNull();
    assertThat(FieldText.field("A:", "x")).isNull();
    assertThat(FieldText.field("A\r\nB", "x")).isNull();
    assertThat(FieldText.field("\u00c4", "x")).isNull();
  }
}
