package org.posthorn.mta.queue;

/// What one attempt to deliver to one recipient came to.
public sealed interface Outcome {

  /// Another host has it, or an account here.
  ///
  /// @param host who took it, as `mx.example.test [192.0.2.1]`; "" here
  /// @param words its reply
  /// @param tells the host reports to the sender itself, for it knows DSN (RFC 3461 §6.2.2)
  /// @param tls as `TLSv1.3 TLS_AES_128_GCM_SHA256`, "" in clear
  /// @param timed the host keeps the time that was asked for, if any was: it knows DELIVERBY (RFC
  ///   2852 §4.1.4.2)
  record Delivered(String host, String words, boolean tells, String tls, boolean timed)
      implements Outcome {
    public Delivered(String host, String words, boolean tells, String tls) {
      this(host, words, tells, tls, true);
    }
  }

  /// Not now; later perhaps.
  record Deferred(Problem problem, Pace pace) implements Outcome {}

  /// Never.
  record Failed(Problem problem) implements Outcome {}

  /// Why, for the sender, the administrator and the trace.
  ///
  /// @param status enhanced status code such as `4.4.1` (RFC 3463)
  /// @param host who refused, as `mx.example.test [192.0.2.1]`; "" if nobody was reached
  /// @param words the host's own, as `550 5.1.1 no such user`; "" if it said none
  /// @param plain ours, one sentence for people who never read an RFC
  record Problem(String status, String host, String words, String plain) {}

  /// What a deferral says of how fast mail may be sent there.
  enum Pace {
    /// It concerns this message or recipient.
    SAME,
    /// The host is there and has too much of us, or of everybody: fewer connections.
    SLOWER,
    /// The host cannot be reached, or is not to be: all that waits for it waits.
    STOP
  }
}
