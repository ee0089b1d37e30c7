package org.posthorn.net.sasl;

/// How somebody judged a [Claim]. Each who judges has more to say than an exchange needs to know.
public interface Judgement {
  Verdict verdict();

  /// What of it matters for the rest of the exchange.
  enum Verdict {
    ACCEPTED,
    REFUSED,
    /// The token is good, but not for this.
    INSUFFICIENT_SCOPE,
    /// Nobody can tell now.
    UNDECIDED
  }
}
