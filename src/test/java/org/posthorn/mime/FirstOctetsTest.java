package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstOctetsTest {
  @ParameterizedTest
  @CsvSource({"0, ''", "1, a", "3, abc", "5, abcde", "9, abcde"})
  void isNoMoreThanThat(long length, String expected) throws IOException {
    assertThat(new String(of(length).readAllBytes())).isEqualTo(expected);
    FirstOctets one = of(length);
    var read = new StringBuilder();
    for (int c; (c = one.read()) >= 0; ) {
      read.append((char) c);
    }
    assertThat(read.toString()).isEqualTo(expected);
    assertThat(one.read()).isEqualTo(-1);
    FirstOctets skipped = of(length);
    assertThat(skipped.available()).isEqualTo(expected.length());
    assertThat(skipped.skip(100)).isEqualTo(expected.length());
    assertThat(skipped.read(new byte[4])).isEqualTo(-1);
    assertThat(skipped.available()).isZero();
  }

  private static FirstOctets of(long length) {
    return new FirstOctets(new ByteArrayInputStream("abcde".getBytes()), length);
  }
}
