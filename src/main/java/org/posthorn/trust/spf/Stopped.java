package org.posthorn.trust.spf;

/// Ends a check with an error: the record is wrong, or nobody could tell (RFC 7208 §2.6.6, §2.6.7).
final class Stopped extends RuntimeException {
  private static final long serialVersionUID = 1;

  final SpfResult.Code code;

  private Stopped(SpfResult.Code code, String reason) {
    super(reason, null, false, false); // the one who catches it wants no stack
    this.code = code;
  }

  static Stopped forGood(String reason) {
    return new Stopped(SpfResult.Code.PERMERROR, reason);
  }

  static Stopped forNow(String reason) {
    return new Stopped(SpfResult.Code.TEMPERROR, reason);
  }
}
