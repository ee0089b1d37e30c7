package org.posthorn.store.search;

import java.util.Arrays;

/// What the index says of a string in one mailbox.
///
/// @param uidsBelow messages with such UIDs are in the index; of others it knows nothing
/// @param possible ascending, the emails of the account that may contain the string; null: all of
///   them
/// @param certain ascending, emails that do contain it
public record Found(long uidsBelow, long[] possible, long[] certain) {
  static final long[] NONE = {};

  /// Nothing is known.
  static final Found NOTHING = new Found(0, null, NONE);

  /// Whether the email may contain the string.
  public boolean may(long uid, long email) {
    return uid >= uidsBelow || possible == null || Arrays.binarySearch(possible, email) >= 0;
  }

  /// Whether the email contains it for sure.
  public boolean must(long email) {
    return Arrays.binarySearch(certain, email) >= 0;
  }
}
