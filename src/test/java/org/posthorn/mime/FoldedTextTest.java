package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldedTextTest {
  @ParameterizedTest
  @CsvSource({"abc,ABC", "É,é", "É,e\u0301", "ǆ,ǅ", "Σ,σ", "ſ,s", "😀a,😀A"})
  void theSame(String a, String b) {
    assertThat(FoldedText.of(a)).isEqualTo(FoldedText.of(b));
  }

  @ParameterizedTest
  @CsvSource({"Plain @[`{ text, UTF-8", "Où ça?, UTF-8", "Où ça?, windows-1252", "Ab~, UTF-16"})
  void octetsAsText(String text, String charset) {
    Charset c = Charset.forName(charset);
    assertThat(FoldedText.of(text.getBytes(c), c)).isEqualTo(FoldedText.of(text));
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
