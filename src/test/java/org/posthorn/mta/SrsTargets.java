package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.posthorn.mime.EmailAddress;

/// A target for fuzzing: any address can be rewritten and comes back, and any can be turned back.
public final class SrsTargets {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final Srs SRS = new Srs(new byte[] {1, 2, 3});

  private SrsTargets() {}

  public static void address(byte[] input) {
    EmailAddress a = EmailAddress.parse(new String(input, StandardCharsets.UTF_8));
    if (a == null) {
      return;
    }
    SRS.reverse(a, NOW);
    EmailAddress there = SRS.forward(a, "ours.test", NOW);
    if (there.domain().equals("ours.test") && !there.equals(a)) {
      assertThat(SRS.reverse(there, NOW)).isInstanceOf(Srs.Reversed.Original.class);
    }
  }
}
