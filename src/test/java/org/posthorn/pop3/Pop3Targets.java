package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

/// A target for fuzzing, and what holds for every input.
public final class Pop3Targets {
  private Pop3Targets() {}

  public static void command(byte[] input) {
    Verb verb = Verb.find(input);
    if (verb == null) {
      return;
    }
    try {
      assertThat(verb.parse(input)).isNotNull();
    } catch (Refusal e) {
      assertThat(e.getMessage()).doesNotContain("\n", "\r");
    }
  }
}
