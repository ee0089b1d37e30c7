package org.posthorn.fuzz;

/// What Jazzer calls, with the target named by the property `fuzz.target`.
public final class Entry {
  private static final Target TARGET = Targets.of(System.getProperty("fuzz.target"));

  private Entry() {}

  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    TARGET.run(input);
  }
}
