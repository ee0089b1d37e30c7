package org.posthorn.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.posthorn.app.CommandFailed;

/// Targets for fuzzing: what programs on the machine send.
public final class AdminTargets {
  private AdminTargets() {}

  /// A header is read, and what is made of it is a header that stays as it is.
  public static void outgoingHeader(byte[] input) throws IOException {
    byte[] once = completed(input);
    assertThat(completed(once)).isEqualTo(once);
  }

  private static byte[] completed(byte[] message) throws IOException {
    InputStream in = new ByteArrayInputStream(message);
    try {
      OutgoingHeader header = OutgoingHeader.read(in);
      header.recipients().forEach(r -> assertThat(r.localPart()).isNotNull());
      header.author();
      header.complete("here.test");
      assertThat(header.has("bcc")).isFalse();
      return header.with(in).readAllBytes();
    } catch (CommandFailed e) {
      return Arrays.copyOf(message, 0);
    }
  }
}
