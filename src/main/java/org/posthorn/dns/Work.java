package org.posthorn.dns;

/// What one call may still cost. Whoever signs a zone decides how many keys, signatures and hashes
/// a validator has to try; each costs us and nothing them (CVE-2023-50387, CVE-2023-50868). For one
/// thread.
final class Work {
  /// Of a name with 34 labels below `ip6.arpa`, each may have to be asked about.
  private static final int QUERIES_MAX = 120;

  /// An honest answer takes a tenth of it.
  private static final int VERIFICATIONS_MAX = 60;

  private static final int HASHES_MAX = 150;

  private final long end;
  private int queries = QUERIES_MAX;
  private int verifications = VERIFICATIONS_MAX;
  private int hashes = HASHES_MAX;

  /// @param end in nanoseconds of the ticker
  Work(long end) {
    this.end = end;
  }

  /// In nanoseconds of the ticker: when nobody waits any more.
  long end() {
    return end;
  }

  /// False: no more.
  boolean query() {
    return queries-- > 0;
  }

  /// False: no more signatures may be tried.
  boolean verification() {
    return verifications-- > 0;
  }

  /// False: no more names may be hashed.
  boolean hash() {
    return hashes-- > 0;
  }

  /// Whether something was refused here, and what follows from it therefore says nothing.
  boolean exceeded() {
    return queries < 0 || verifications < 0 || hashes < 0;
  }
}
