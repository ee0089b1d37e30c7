package org.posthorn.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.posthorn.net.LineTooLongException;

/// Targets for fuzzing, and what holds for every input.
public final class ClientTargets {
  private ClientTargets() {}

  /// What a server sends, and what is made of it as a reply, as features and as a challenge.
  public static void reply(byte[] input) throws IOException {
    int[] at = {0};
    ReplyReader reader = new ReplyReader(max -> line(input, at, max));
    try {
      while (true) {
        RemoteReply reply = reader.read(ReplyReader.KEPT_OF_HELLO_MAX);
        String text = reply.toString();
        assertThat(text.codePoints().filter(c -> Character.isISOControl(c))).isEmpty();
        assertThat(text.length()).isLessThan(2 * ReplyReader.TOTAL_MAX);
        assertThat(reply.enhanced()).matches("|[245](\\.[0-9]{1,3}){2}");
        Features features = Features.of(reply);
        assertThat(features.sizeMax()).isNotNegative();
        assertThat(features.limit("RCPTMAX")).isNotNegative();
        assertThat(features.mechanisms()).doesNotContain("");
        new ScramClient("ana", "secret", "").proof(text.replaceAll("i=[0-9]+", "i=1"));
      }
    } catch (EOFException | ProtocolException e) {
      assertThat(e.getMessage().length()).isLessThan(200);
    }
  }

  private static byte[] line(byte[] input, int[] at, int max) throws IOException {
    for (int i = at[0]; i < input.length; i++) {
      if (input[i] == '\n') {
        byte[] line = Arrays.copyOfRange(input, at[0], i);
        at[0] = i + 1;
        if (line.length > max) {
          throw new LineTooLongException(max);
        }
        return line;
      }
    }
    return null;
  }

  /// The first octet chooses how the message is cut.
  public static void wireText(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    byte[] octets = Arrays.copyOfRange(input, 1, input.length);
    int step = 1 + (input[0] & 0x0f);
    boolean dots = (input[0] & 0x10) != 0;
    String text = SmugglingTest.normal(octets, octets.length + 1, 2 * octets.length + 3, dots);
    assertThat(SmugglingTest.normal(octets, step, step, dots)).isEqualTo(text);
    assertThat(text.replace("\r\n", "")).doesNotContain("\r", "\n");
    if (!text.isEmpty()) {
      assertThat(text).endsWith("\r\n");
    }
    if (dots) {
      assertThat("\r\n" + text).doesNotContain("\r\n.\r\n");
    } else {
      byte[] again = text.getBytes(StandardCharsets.ISO_8859_1);
      assertThat(SmugglingTest.normal(again, again.length + 1, again.length + 1, false))
          .isEqualTo(text);
    }
  }
}
