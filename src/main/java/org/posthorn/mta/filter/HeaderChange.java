package org.posthorn.mta.filter;

/// A field of a message's header that a judge wants otherwise.
///
/// @param name of the field; case does not matter
/// @param index which of those of that name, from 1; 0 for all of them
/// @param field what stands in its place, with its name and without the last line end; null for
///   nothing
public record HeaderChange(String name, int index, String field) {
  public HeaderChange {
    if (index < 0) {
      throw new IllegalArgumentException("no such index: " + index);
    }
  }
}
