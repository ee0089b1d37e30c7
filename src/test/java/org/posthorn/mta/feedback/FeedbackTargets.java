package org.posthorn.mta.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/// A target for fuzzing: rows of what reports are made of.
public final class FeedbackTargets {
  private FeedbackTargets() {}

  /// What is read is written alike.
  public static void row(byte[] input) {
    for (boolean mail : new boolean[] {true, false}) {
      try {
        Seen seen = Seen.decode(mail, input);
        assertThat(Seen.decode(mail, seen.encoded()).encoded()).isEqualTo(seen.encoded());
      } catch (IOException e) {
        // means nothing
      }
    }
  }
}
