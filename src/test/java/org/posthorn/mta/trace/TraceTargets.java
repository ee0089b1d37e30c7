package org.posthorn.mta.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/// Targets for fuzzing: a row is read, or found damaged.
public final class TraceTargets {
  private TraceTargets() {}

  public static void row(byte[] input) {
    List<Event> events;
    try {
      events = TraceRow.decode(input);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    assertThat(TraceRow.decode(TraceRow.encode(events))).isEqualTo(events);
    TraceSize.terms(events);
  }
}
