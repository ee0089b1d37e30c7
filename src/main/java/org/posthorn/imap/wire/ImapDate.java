package org.posthorn.imap.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/// RFC 3501 §9: date and date-time.
public final class ImapDate {
  private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
  private static final String[] NAMES = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
  };

  private ImapDate() {}

  /// date = date-text / DQUOTE date-text DQUOTE; date-text = date-day "-" date-month "-" date-year
  public static LocalDate date(ImapReader in) throws IOException {
    String s = in.astring();
    int dash = s.indexOf('-');
    try {
      if ((dash != 1 && dash != 2) || s.length() != dash + 9 || s.charAt(dash + 4) != '-') {
        throw new DateTimeException(s);
      }
      return LocalDate.of(digits(s, dash + 5, dash + 9), month(s, dash + 1), digits(s, 0, dash));
    } catch (DateTimeException e) {
      throw CommandException.bad("Invalid date");
    }
  }

  /// date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
  public static OffsetDateTime dateTime(ImapReader in) throws IOException {
    if (in.peek() != '"') {
      throw CommandException.bad("Expected a date and time in quotes");
    }
    String s = new String(in.stringBytes(), StandardCharsets.ISO_8859_1);
    try {
      if (s.length() != 26
          || s.charAt(2) != '-'
          || s.charAt(6) != '-'
          || s.charAt(11) != ' '
          || s.charAt(14) != ':'
          || s.charAt(17) != ':'
          || s.charAt(20) != ' '
          || (s.charAt(21) != '+' && s.charAt(21) != '-')) {
        throw new DateTimeException(s);
      }
      LocalDate day =
          LocalDate.of(
              digits(s, 7, 11),
              month(s, 3),
              s.charAt(0) == ' ' ? digits(s, 1, 2) : digits(s, 0, 2));
      // A leap second is the second before.
      LocalDateTime local =
          day.atTime(digits(s, 12, 14), digits(s, 15, 17), Math.min(digits(s, 18, 20), 59));
      int minutes = digits(s, 24, 26);
      if (minutes > 59) {
        throw new DateTimeException(s);
      }
      int zone = (digits(s, 22, 24) * 60 + minutes) * 60;
      return local.atOffset(ZoneOffset.ofTotalSeconds(s.charAt(21) == '-' ? -zone : zone));
    } catch (DateTimeException e) {
      throw CommandException.bad("Invalid date-time");
    }
  }

  /// In quotes, as INTERNALDATE is written: `"17-Jul-1996 02:44:25 -0700"`.
  public static byte[] format(OffsetDateTime t) {
    byte[] b = new byte[28];
    b[0] = '"';
    int day = t.getDayOfMonth();
    b[1] = (byte) (day < 10 ? ' ' : '0' + day / 10);
    b[2] = (byte) ('0' + day % 10);
    b[3] = '-';
    String name = NAMES[t.getMonthValue() - 1];
    for (int i = 0; i < 3; i++) {
      b[4 + i] = (byte) name.charAt(i);
    }
    b[7] = '-';
    two(b, 8, t.getYear() / 100 % 100);
    two(b, 10, t.getYear() % 100);
    b[12] = ' ';
    two(b, 13, t.getHour());
    b[15] = ':';
    two(b, 16, t.getMinute());
    b[18] = ':';
    two(b, 19, t.getSecond());
    b[21] = ' ';
    int zone = t.getOffset().getTotalSeconds() / 60;
    b[22] = (byte) (zone < 0 ? '-' : '+');
    two(b, 23, Math.abs(zone) / 60);
    two(b, 25, Math.abs(zone) % 60);
    b[27] = '"';
    return b;
  }

  private static void two(byte[] b, int at, int n) {
    b[at] = (byte) ('0' + n / 10);
    b[at + 1] = (byte) ('0' + n % 10);
  }

  private static int digits(String s, int from, int to) {
    int n = 0;
    for (int i = from; i < to; i++) {
      char c = s.charAt(i);
      if (c < '0' || c > '9') {
        throw new DateTimeException(s);
      }
      n = n * 10 + c - '0';
    }
    return n;
  }

  private static int month(String s, int from) {
    for (int m = 0; m < 12; m++) {
      if (s.regionMatches(true, from, MONTHS, m * 3, 3)) {
        return m + 1;
      }
    }
    throw new DateTimeException(s);
  }
}
