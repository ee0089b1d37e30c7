package org.posthorn.store.search;

/// What the index says of a string in one mailbox.
///
/// @param uidsBelow messages with such UIDs are in the index; of others it knows nothing
/// @param emails ascending, those of the account that may contain the string; null: all of them
public record Found(long uidsBelow, long[] emails) {
  /// Nothing is known.
  static final Found NOTHING = new Found(0, null);
}
