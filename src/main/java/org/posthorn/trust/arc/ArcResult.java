package org.posthorn.trust.arc;

import java.util.List;

/// What the chain of those who sent the message on is worth (RFC 8617 §5.2).
///
/// @param sealers their domains, the first sealer first; as the sets say, good or not
/// @param results what each wrote in its ARC-Authentication-Results, unchecked unless the chain
///   passes; the value without the instance
/// @param oldestPass the first sealer since whom the message is unchanged, 1 being the first of
///   all; 0 if it is unchanged since it was first sealed (§5.2), and unless the chain passes
/// @param unsure it fails only because a name server did not tell a key: it may pass another time
/// @param reason for people
public record ArcResult(
    Code code,
    List<String> sealers,
    List<String> results,
    int oldestPass,
    boolean unsure,
    String reason) {
  public ArcResult(Code code, List<String> sealers, List<String> results, String reason) {
    this(code, sealers, results, 0, false, reason);
  }

  public ArcResult {
    sealers = List.copyOf(sealers);
    results = List.copyOf(results);
  }

  /// RFC 8617 §4.4.
  public enum Code {
    NONE,
    PASS,
    FAIL;

    /// As in Authentication-Results, and in `cv=`.
    public String word() {
      return name().toLowerCase();
    }
  }
}
