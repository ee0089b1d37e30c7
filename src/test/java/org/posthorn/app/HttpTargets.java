package org.posthorn.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;

/// A target for fuzzing: what a web server answers.
public final class HttpTargets {
  private static final int MAX = 100;

  private HttpTargets() {}

  public static void reply(byte[] input) {
    try {
      HttpReply reply = HttpReply.read(new ByteArrayInputStream(input), MAX);
      assertThat(reply.status()).isBetween(200, 599);
      assertThat(reply.body().length).isLessThanOrEqualTo(MAX);
      assertThat(reply.fields().size()).isLessThanOrEqualTo(100);
    } catch (IOException e) {
      assertThat(e.getMessage()).matches("[ -~]+");
    }
  }
}
