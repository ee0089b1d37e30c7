package org.posthorn.pop3;

import java.time.Duration;

/// How POP3 is spoken.
///
/// @param hostname our name in greeting and goodbye
/// @param cleartext where a password may cross without TLS
/// @param loginTimeout from the greeting to the login
/// @param idleTimeout for each command after login; RFC 1939 §3 asks for 10 minutes at least
public record Pop3Config(
    String hostname, Cleartext cleartext, Duration loginTimeout, Duration idleTimeout) {
  public static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(60);
  public static final Duration IDLE_TIMEOUT = Duration.ofMinutes(10);

  /// Where USER, PASS and AUTH work without TLS.
  public enum Cleartext {
    /// Nowhere (RFC 8314 §3).
    REFUSED,
    /// From this very machine.
    LOOPBACK,
    /// Everywhere: passwords cross the network for all to read.
    ALLOWED
  }

  public Pop3Config {
    if (hostname.isEmpty()) {
      throw new IllegalArgumentException("hostname missing");
    }
    if (idleTimeout.compareTo(IDLE_TIMEOUT) < 0) {
      throw new IllegalArgumentException("RFC 1939 §3: the timeout is 10 minutes at least");
    }
    if (!loginTimeout.isPositive()) {
      throw new IllegalArgumentException("timeouts are positive");
    }
  }

  public static Pop3Config of(String hostname) {
    return new Pop3Config(hostname, Cleartext.REFUSED, LOGIN_TIMEOUT, IDLE_TIMEOUT);
  }

  public Pop3Config withCleartext(Cleartext c) {
    return new Pop3Config(hostname, c, loginTimeout, idleTimeout);
  }

  public Pop3Config withLoginTimeout(Duration limit) {
    return new Pop3Config(hostname, cleartext, limit, idleTimeout);
  }

  public Pop3Config withIdleTimeout(Duration limit) {
    return new Pop3Config(hostname, cleartext, loginTimeout, limit);
  }
}
