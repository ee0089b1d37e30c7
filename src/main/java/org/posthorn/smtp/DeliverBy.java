package org.posthorn.smtp;

/// How long a message may take (RFC 2852 §4).
///
/// @param seconds from now; not positive in mode `NOTIFY` when it is late already
/// @param mode what happens when it takes longer
/// @param trace relays report themselves
public record DeliverBy(long seconds, Mode mode, boolean trace) {
  /// What happens when the time is over.
  public enum Mode {
    /// The message comes back.
    RETURN,
    /// The sender is told, and delivery goes on.
    NOTIFY
  }
}
