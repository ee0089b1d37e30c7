package org.posthorn.dns;

import java.util.List;

/// What became of a question.
public sealed interface Answer<T> {

  /// @param records never empty
  /// @param name the name that has them: the one asked for, or the end of its chain of CNAMEs
  record Found<T>(List<T> records, String name, Security security) implements Answer<T> {
    public Found {
      records = List.copyOf(records);
      if (records.isEmpty()) {
        throw new IllegalArgumentException("found nothing");
      }
    }
  }

  /// The name does not exist, or has no such records.
  ///
  /// @param nameExists false: nothing of that name exists (NXDOMAIN)
  record Absent<T>(boolean nameExists, Security security) implements Answer<T> {}

  /// Nobody could tell: time-out, SERVFAIL, a forged answer, a chain of CNAMEs without end. Says
  /// nothing of the name; asking later may help.
  ///
  /// @param reason for people
  record Failed<T>(Reason reason, String text) implements Answer<T> {}

  /// Why nobody could tell.
  enum Reason {
    TIMEOUT,
    SERVER_FAILURE,
    /// The signatures do not fit (RFC 4033 §5).
    BOGUS,
    /// CNAMEs in a circle, or too many.
    CNAME_LOOP
  }
}
