package org.posthorn.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypedMessageTest {
  /// What was typed, what the message is if only the input ends it, and if a dot does, too.
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\0',
      delimiter = '|',
      value = {
        "a\\nb\\n|a\\r\\nb\\r\\n|a\\r\\nb\\r\\n",
        "a\\r\\nb\\r\\n|a\\r\\nb\\r\\n|a\\r\\nb\\r\\n",
        "a\\rb|a\\r\\nb\\r\\n|a\\r\\nb\\r\\n",
        "a\\r\\r\\nb\\n|a\\r\\n\\r\\nb\\r\\n|a\\r\\n\\r\\nb\\r\\n",
        "a|a\\r\\n|a\\r\\n",
        "a\\n.\\nb\\n|a\\r\\n.\\r\\nb\\r\\n|a\\r\\n",
        "a\\n.\\r\\nb\\n|a\\r\\n.\\r\\nb\\r\\n|a\\r\\n",
        "a\\n..\\n.b\\nc.\\n|a\\r\\n..\\r\\n.b\\r\\nc.\\r\\n|a\\r\\n..\\r\\n.b\\r\\nc.\\r\\n",
        "a\\n.|a\\r\\n.\\r\\n|a\\r\\n",
        ".\\nb|.\\r\\nb\\r\\n|",
        "a\\n.\\rb\\n|a\\r\\n.\\r\\nb\\r\\n|a\\r\\n",
        "\\n\\n|\\r\\n\\r\\n|\\r\\n\\r\\n",
        "a\\r|a\\r\\n|a\\r\\n",
      })
  void linesEndWithCrLf(String typed, String byInput, String byDot) throws IOException {
    for (int step : new int[] {1, 2, 3, 100}) {
      assertThat(read(typed, TypedMessage.End.INPUT, step)).isEqualTo(plain(byInput));
      assertThat(read(typed, TypedMessage.End.DOT, step)).isEqualTo(plain(byDot));
    }
  }

  private static String plain(String escaped) {
    return escaped == null ? "" : escaped.translateEscapes();
  }

  private static String read(String typed, TypedMessage.End end, int step) throws IOException {
    try (TypedMessage message =
            TypedMessage.read(new Steps(plain(typed).getBytes(StandardCharsets.UTF_8), step), end);
        InputStream in = message.open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// Gives a few octets at a time.
  private static final class Steps extends ByteArrayInputStream {
    private final int step;

    Steps(byte[] octets, int step) {
      super(octets);
      this.step = step;
    }

    @Override
    public synchronized int read(byte[] b, int off, int len) {
      return super.read(b, off, Math.min(len, step));
    }
  }

  @Test
  void aLargeOneIsReadFromAFileAsOftenAsNeeded() throws IOException {
    byte[] typed = "0123456\n".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
    try (TypedMessage message =
        TypedMessage.read(new ByteArrayInputStream(typed), TypedMessage.End.DOT, 10_000)) {
      for (int i = 0; i < 2; i++) {
        try (InputStream in = message.open()) {
          assertThat(in.readAllBytes())
              .isEqualTo("0123456\r\n".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
        }
      }
    }
  }

  @Test
  void aFailureToReadIsNoMessage() {
    InputStream broken =
        new InputStream() {
          private int left = 100_000;

          @Override
          public int read() throws IOException {
            if (left-- <= 0) {
              throw new IOException("broken");
            }
            return 'x';
          }
        };
    assertThatThrownBy(() -> TypedMessage.read(broken, TypedMessage.End.INPUT, 1_000))
        .isInstanceOf(IOException.class);
  }
}
