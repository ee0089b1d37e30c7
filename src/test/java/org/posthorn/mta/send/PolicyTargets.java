package org.posthorn.mta.send;

import static org.assertj.core.api.Assertions.assertThat;

import org.posthorn.store.Unpack;

/// A target for fuzzing: a row is read, or found damaged.
public final class PolicyTargets {
  private PolicyTargets() {}

  public static void row(byte[] input) {
    try {
      PolicyRows.Kept kept = PolicyRows.decode(input);
      assertThat(PolicyRows.decode(PolicyRows.encode(kept))).isEqualTo(kept);
    } catch (Unpack.DamagedRow e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
