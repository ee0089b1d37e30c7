package org.posthorn.fuzz;

/// A parser with what must hold for every input. Whatever it throws is a finding; refusals that are
/// part of the parser's contract are caught by the target itself.
@FunctionalInterface
public interface Target {
  void run(byte[] input) throws Exception;
}
