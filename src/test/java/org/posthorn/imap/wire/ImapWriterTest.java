package org.posthorn.imap.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImapWriterTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ImapWriter writer = new ImapWriter(out);

  private String written() throws IOException {
    writer.flush();
    return out.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {"abc|abc", "a b|\"a b\"", "nil|\"nil\"", "~~|\"\"", "a\"\\|\"a\\\"\\\\\"", "a]|a]"})
  void astrings(String value, String wire) throws IOException {
    writer.astring(value);
    assertThat(written()).isEqualTo(wire);
  }

  @Test
  void whatCannotBeQuotedIsALiteral() throws IOException {
    writer.string("é").space().string("a\r\nb").space().string("x".repeat(2000));
    assertThat(written()).isEqualTo("{2}\r\né {4}\r\na\r\nb {2000}\r\n" + "x".repeat(2000));
  }

  @Test
  void everythingChained() throws IOException {
    writer.untagged().number(23).raw(" FETCH (FLAGS ").list(List.of("\\Seen", "a")).raw(")").crlf();
    writer.mailbox("日本語").space().number(0).space().number(4294967295L);
    assertThat(written()).isEqualTo("* 23 FETCH (FLAGS (\\Seen a))\r\n&ZeVnLIqe- 0 4294967295");
  }

  @Test
  void longThingsPassThroughTheBuffer() throws IOException {
    byte[] big = "0123456789".repeat(5000).getBytes(StandardCharsets.US_ASCII);
    writer.raw("a").raw(big).raw("b").raw("c".repeat(20_000));
    writer.transfer(new ByteArrayInputStream(big), big.length).raw("d");
    String s = "0123456789".repeat(5000);
    assertThat(written()).isEqualTo("a" + s + "b" + "c".repeat(20_000) + s + "d");
    assertThatThrownBy(() -> writer.transfer(new ByteArrayInputStream(big), big.length + 1L))
        .isInstanceOf(EOFException.class);
  }
}
