package org.posthorn.mta.judge;

import java.util.List;

/// How much a message is like spam.
///
/// @param probability 0 to 1; NaN if nobody can say
/// @param features for people: what in it weighed most, with the direction
public record Likeness(double probability, List<String> features) {
  /// Nobody can say.
  public static final Likeness UNKNOWN = new Likeness(Double.NaN, List.of());

  public Likeness {
    features = List.copyOf(features);
  }

  public boolean known() {
    return !Double.isNaN(probability);
  }

  /// Whole percents, never 0 or 100: nothing is certain. -1 if nobody can say.
  public int percent() {
    return known() ? Math.clamp(Math.round(probability * 100), 1, 99) : -1;
  }

  /// For people. Called where it is known.
  String words() {
    return percent()
        + "% like spam"
        + (features.isEmpty() ? "" : ": " + String.join(", ", features));
  }
}
