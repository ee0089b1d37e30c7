package org.posthorn.smtp.client;

import java.time.Duration;

/// How long we wait for another server. Each is the whole time until the last octet of an answer,
/// however many octets arrive before.
///
/// @param banner also for a handshake of TLS
/// @param envelope for the answers to MAIL and all RCPT of one transaction together
/// @param end for the answer behind the final dot
/// @param body for any message, beyond what its size allows
/// @param bodyRate octets a second below which a message is given up
public record Timing(
    Duration connect,
    Duration banner,
    Duration command,
    Duration envelope,
    Duration data,
    Duration body,
    int bodyRate,
    Duration end,
    Duration quit) {

  // RFC 5321 §4.5.3.2: banner, MAIL, RCPT 5 min, DATA 2 min, block 3 min, end 10 min. It has no
  // limit for connecting: 30 seconds are Postfix's.
  public static final Timing RFC5321 =
      new Timing(
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofMinutes(2),
          Duration.ofMinutes(3),
          4096,
          Duration.ofMinutes(10),
          Duration.ofSeconds(5));

  /// The same limit for everything but the goodbye, for tests.
  public static Timing all(Duration limit) {
    Duration quit = Duration.ofMillis(300);
    return new Timing(limit, limit, limit, limit, limit, limit, 1 << 20, limit, quit);
  }

  Duration bodyOf(long size) {
    return body.plusSeconds(size / bodyRate);
  }
}
