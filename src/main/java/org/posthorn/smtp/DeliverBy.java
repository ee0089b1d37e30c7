package org.posthorn.smtp;

import java.util.Locale;

/// How long a message may take (RFC 2852 §4).
///
/// @param seconds from now; not positive in mode `NOTIFY` when it is late already
/// @param mode what happens when it takes longer
/// @param trace relays report themselves
public record DeliverBy(long seconds, Mode mode, boolean trace) {
  /// The shortest time in which a message is taken that comes back after it, in seconds; announced
  /// by EHLO (RFC 2852 §2).
  public static final int RETURN_MIN = 60;

  private static final int DIGITS_MAX = 9;

  /// What happens when the time is over.
  public enum Mode {
    /// The message comes back.
    RETURN,
    /// The sender is told, and delivery goes on.
    NOTIFY
  }

  /// Reads `120;R`, `-5;NT`; refuses what is malformed.
  public static DeliverBy parse(String value) {
    int semicolon = value.indexOf(';');
    if (semicolon < 0) {
      throw malformed();
    }
    long seconds = seconds(value.substring(0, semicolon));
    String flags = value.substring(semicolon + 1).toUpperCase(Locale.ROOT);
    Mode mode =
        switch (flags) {
          case "R", "RT" -> Mode.RETURN;
          case "N", "NT" -> Mode.NOTIFY;
          default -> throw malformed();
        };
    if (mode == Mode.RETURN && seconds <= 0) {
      throw new Refused(501, "5.5.4", "BY with mode R is over already"); // RFC 2852 §4
    }
    return new DeliverBy(seconds, mode, flags.length() > 1);
  }

  private static long seconds(String text) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String digits = signed ? text.substring(1) : text;
    boolean number = !digits.isEmpty() && digits.length() <= DIGITS_MAX;
    for (int i = 0; number && i < digits.length(); i++) {
      number = digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
    }
    if (!number) {
      throw malformed();
    }
    long value = Long.parseLong(digits);
    return text.startsWith("-") ? -value : value;
  }

  private static Refused malformed() {
    return new Refused(501, "5.5.4", "BY is not seconds, a semicolon and R, N, RT or NT");
  }
}
