package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HeaderFieldsTest {
  private static final String HEADER =
      "From: a\nReceived: 1\n  2\nrubbish\n more of it\nSUBJECT : s\nReceived: 3\n\nFrom: body\n";

  private static String select(String header, boolean not, String... names) {
    byte[] out = HeaderFields.select(Corpus.message(header), List.of(names), not);
    return Corpus.octets(out, 0, out.length).replace("\r\n", "\n");
  }

  @Test
  void keepsOrderAndForm() {
    assertThat(select(HEADER, false, "subject", "RECEIVED"))
        .isEqualTo("Received: 1\n  2\nSUBJECT : s\nReceived: 3\n\n");
    assertThat(select(HEADER, true, "subject", "RECEIVED")).isEqualTo("From: a\n\n");
  }

  @Test
  void alwaysEndsWithTheBlankLine() {
    assertThat(select(HEADER, false, "x")).isEqualTo("\n");
    assertThat(select("", true)).isEqualTo("\n");
    assertThat(select("A: b", true)).isEqualTo("A: b\n\n");
    assertThat(select("A: b\n", false, "a")).isEqualTo("A: b\n\n");
  }
}
