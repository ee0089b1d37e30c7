package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldedTextTest {
  @ParameterizedTest
  @CsvSource({"abc,ABC", "É,é", "É,e\u0301", "ǆ,ǅ", "Σ,σ", "ſ,s", "😀a,😀A"})
  void theSame(String a, String b) {
    assertThat(FoldedText.of(a)).isEqualTo(FoldedText.of(b));
  }

  @Test
  void foundAcrossBlocks() throws IOException {
    String needle = FoldedText.of("näïve 😀 needle");
    for (int before = 32 * 1024 - 40; before < 32 * 1024 + 10; before++) {
      String text = "x".repeat(before) + "NÄÏVE 😀 NEEDLE" + "y".repeat(100);
      assertThat(FoldedText.contains(new StringReader(text), needle)).isTrue();
    }
    assertThat(FoldedText.contains(new StringReader("x".repeat(100_000)), needle)).isFalse();
    assertThat(FoldedText.contains(new StringReader(""), needle)).isFalse();
  }
}
