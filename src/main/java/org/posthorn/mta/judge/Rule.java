package org.posthorn.mta.judge;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// One line of the table.
///
/// @param name short, for logs, headers and the trace
/// @param when in words, as it was written
public record Rule(String name, String when, Condition condition, Verdict.Action action) {
  /// Tests whose failure has a code of its own, the more telling first: RFC 7372 §3.
  private static final List<Coded> CODES =
      List.of(
          new Coded("forged", "7.26"),
          new Coded("dmarc", "7.26"),
          new Coded("spf", "7.23"),
          new Coded("dkim", "7.20"),
          new Coded("reverse", "7.25"));

  private record Coded(String name, String detail) {}

  /// Names are of so many characters at most.
  static final int NAME_MAX = 40;

  /// @throws IllegalArgumentException for people
  public static Rule parse(String name, String when, Verdict.Action action) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0," + (NAME_MAX - 1) + "}")) {
      throw new IllegalArgumentException(
          "name \"" + name + "\" is not letters, digits, - and _, " + NAME_MAX + " at most");
    }
    try {
      return new Rule(name, when, ConditionReader.read(when), action);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("rule " + name + ": when: " + e.getMessage(), e);
    }
  }

  /// Subject and detail of the enhanced status code of its refusal.
  String detail() {
    Set<String> names = new HashSet<>();
    condition.names(names);
    return CODES.stream()
        .filter(c -> names.contains(c.name()))
        .map(Coded::detail)
        .findFirst()
        .orElse(Verdict.POLICY);
  }

  @Override
  public String toString() {
    return name + ": " + when + " -> " + action.word();
  }
}
