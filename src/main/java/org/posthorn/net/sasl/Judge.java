package org.posthorn.net.sasl;

/// Who knows the accounts and what opens them; asked by exchanges, on the thread of the connection.
///
/// @param <J> how claims are judged
public interface Judge<J extends Judgement> {
  /// What is kept of somebody's password; for a name that nobody has something that looks alike,
  /// the same each time.
  ScramSecret secret(ScramHash hash, String name);

  /// Whether a claim holds. Asked once at most.
  J judge(Claim claim);
}
