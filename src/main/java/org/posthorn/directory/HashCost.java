package org.posthorn.directory;

/// What hashing a password costs us, and whoever stole the hashes. Kept with each credential, so
/// that it can be raised: a credential of another cost is made anew at the next login.
///
/// @param memoryKib, passes, lanes of Argon2id (RFC 9106 §3.1: m, t, p)
/// @param scramIterations of PBKDF2, at least 4096 (RFC 7677 §4); the client pays them at each
///   login, so they stay affordable for a telephone
public record HashCost(int memoryKib, int passes, int lanes, int scramIterations) {
  /// OWASP's least for Argon2id: 19 MiB, two passes.
  public static final HashCost STANDARD = new HashCost(19 * 1024, 2, 1, 20_000);

  /// The cheapest that is legal. Safe against nothing but a bored colleague.
  public static final HashCost LEAST = new HashCost(64, 1, 1, 4096);

  private static final int MEMORY_MAX_KIB = 1 << 20;
  private static final int PASSES_MAX = 100;
  private static final int LANES_MAX = 16;
  private static final int ITERATIONS_MAX = 10_000_000;

  public HashCost {
    range("memory", memoryKib, 8 * lanes, MEMORY_MAX_KIB);
    range("passes", passes, 1, PASSES_MAX);
    range("lanes", lanes, 1, LANES_MAX);
    range("iterations", scramIterations, 4096, ITERATIONS_MAX);
  }

  private static void range(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(what + " of " + value);
    }
  }
}
