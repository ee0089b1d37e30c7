package org.posthorn.trust.list;

/// What one list says of one host or domain.
public sealed interface ListAnswer {
  record Listed(ListHit hit) implements ListAnswer {}

  record NotListed() implements ListAnswer {}

  /// Nobody could tell, or the list does not answer us: says nothing of who was asked about.
  ///
  /// @param reason for people
  record NoAnswer(String reason) implements ListAnswer {}
}
