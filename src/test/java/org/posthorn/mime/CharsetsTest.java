package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CharsetsTest {
  @ParameterizedTest
  @CsvSource({
    "UTF-8, UTF-8",
    "utf8, UTF-8",
    "\"utf-8\", UTF-8",
    "' utf_8 ', UTF-8",
    "utf 8, UTF-8",
    "ISO-8859-1, windows-1252",
    "iso_8859-1, windows-1252",
    "ISO 8859-1, windows-1252",
    "latin1, windows-1252",
    "us-ascii, US-ASCII",
    "cp-1251, windows-1251",
    "gb2312, GB18030",
    "ks_c_5601-1987, x-windows-949",
    "Shift_JIS, windows-31j",
    "iso-2022-jp, ISO-2022-JP",
    "utf-7, X-Posthorn-UTF-7",
    "koi8-r, KOI8-R",
    "cp850, IBM850"
  })
  void names(String name, String jdkName) {
    assertThat(Charsets.find(name)).isNotNull();
    assertThat(Charsets.find(name).name()).isEqualTo(jdkName);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "x-unknown", "utf-8\r\nX", "../../etc", "é", "unknown-8bit", "-", "_"})
  void unknown(String name) {
    assertThat(Charsets.find(name)).isNull();
  }

  @Test
  void longOrMissingNames() {
    assertThat(Charsets.find(null)).isNull();
    assertThat(Charsets.find("a".repeat(1_000_000))).isNull();
  }

  @Test
  void decodesWhateverComes() {
    byte[] utf8 = "é".getBytes(StandardCharsets.UTF_8);
    assertThat(Charsets.decode(utf8, null)).isEqualTo("é");
    assertThat(Charsets.decode(utf8, "us-ascii")).isEqualTo("é");
    assertThat(Charsets.decode(utf8, "x-unknown")).isEqualTo("é");
    assertThat(Charsets.decode(new byte[] {(byte) 0x80}, "x-unknown")).isEqualTo("€");
    assertThat(Charsets.decode(new byte[] {(byte) 0xc3}, "utf-8")).isEqualTo("\ufffd");
    assertThat(Charsets.decode(new byte[] {0x1b, '$', 'B', 0x24}, "iso-2022-jp")).isNotNull();
  }

  // RFC 2152
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Hi Mom -+Jjo--!   | Hi Mom -☺-!
          A+ImIDkQ.         | A≢Α.
          +ZeVnLIqe-        | 日本語
          +-                | +
          a+-b              | a+b
          +2D3eAA-          | 😀
          """)
  void utf7(String text, String wanted) {
    assertThat(Charsets.decode(text.getBytes(StandardCharsets.US_ASCII), "utf-7"))
        .isEqualTo(wanted);
  }
}
