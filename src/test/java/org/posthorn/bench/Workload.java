package org.posthorn.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// One thing to measure. Servers take turns with it, round by round; see [Comparison].
///
/// A round checks what it was given (counts, octets, flags) and throws where that is wrong: nobody
/// is fast by being wrong. What belongs to one server is kept by its [Peer#name], as one object
/// serves all.
interface Workload {
  /// What one round gave.
  ///
  /// @param value in the workload's unit
  /// @param operations done in the round, over which the server's processor time is spread
  /// @param more further figures by name and unit, as `acknowledged/s`
  record Measure(double value, long operations, Map<String, Double> more) {
    static Measure of(double value, long operations) {
      return new Measure(value, operations, Map.of());
    }

    static Measure perSecond(long operations, long nanos) {
      return of(operations * 1e9 / nanos, operations);
    }

    /// Milliseconds of one operation.
    static Measure millis(long operations, long nanos) {
      return of(nanos / 1e6 / operations, operations);
    }

    Measure and(String name, double value) {
      Map<String, Double> all = new LinkedHashMap<>(more);
      all.put(name, value);
      return new Measure(this.value, operations, all);
    }
  }

  /// @param warmUps rounds that are not counted: a JVM compiles what is used much
  /// @param measured rounds of which the median counts
  record Rounds(int warmUps, int measured) {
    static final Rounds ONCE = new Rounds(0, 1);
  }

  /// As `--only` takes it: small letters, digits and hyphens.
  String name();

  /// One line, with the sizes and numbers of what is done.
  String what();

  /// `ms`, `KiB`, or what is counted a second, as `msg/s`.
  String unit();

  default boolean lessIsBetter() {
    return !unit().endsWith("/s");
  }

  /// Protocols without which a server cannot do it: keys of [Peer#ports].
  Set<String> needs();

  /// How servers are started for it. Workloads of equal setups that follow each other have the same
  /// servers, and find there what those before them left.
  default Setup setup() {
    return Setup.MAILBOXES;
  }

  /// [Rounds#ONCE] where a server that did it once is not what it was.
  default Rounds rounds(Rounds wanted) {
    return wanted;
  }

  /// Before the first round: fills what is to be read.
  default void prepare(Peer peer) throws Exception {}

  Measure round(Peer peer) throws Exception;
}
