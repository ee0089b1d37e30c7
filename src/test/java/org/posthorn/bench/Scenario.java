package org.posthorn.bench;

/// One thing to measure.
sealed interface Scenario permits Deliveries, IdleSessions, Retrievals, Searches {
  /// @param warmUps rounds whose time is not taken: a JVM compiles what is used much
  /// @param measured rounds of which the median counts
  record Rounds(int warmUps, int measured) {}

  String name();

  String what();

  Result run(Peer peer, Rounds rounds) throws Exception;
}
