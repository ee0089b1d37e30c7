package org.posthorn.net.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/// A target for fuzzing, and what holds for every input.
public final class SaslTargets {
  private SaslTargets() {}

  /// The first octet chooses the mechanism; then come the lines of a client. Each is read as base64
  /// and also taken as it is.
  public static void exchange(byte[] input) {
    for (boolean encoded : new boolean[] {true, false}) {
      boolean plain = input.length == 0 || (input[0] & 1) == 0;
      SaslServer server = SaslServer.of(plain ? "PLAIN" : "LOGIN");
      int at = Math.min(1, input.length);
      for (boolean first = true; at <= input.length; first = false) {
        int end = at;
        while (end < input.length && input[end] != '\n') {
          end++;
        }
        byte[] line = Arrays.copyOfRange(input, at, end);
        at = end + 1;
        if (encoded) {
          SaslLine read = first ? SaslLine.initial(line) : SaslLine.response(line);
          if (!(read instanceof SaslLine.Response response)) {
            break;
          }
          line = response.data();
        }
        if (!(server.step(line) instanceof Step.Challenge)) {
          break;
        }
      }
      assertThat(server.mechanism()).isNotEmpty();
    }
  }
}
