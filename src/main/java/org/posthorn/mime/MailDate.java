package org.posthorn.mime;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/// Dates of header fields: RFC 5322 §3.3, the obsolete forms of §4.3, and what is really written in
/// their place: asctime, ISO 8601, month before day, dots in the time, AM and PM, zones such as
/// `GMT+0200`, no zone at all.
public final class MailDate {
  // RFC 5322 §3.3; four digits must be enough for everybody.
  public static final int MIN_YEAR = 1900;
  public static final int MAX_YEAR = 9999;

  /// Longer text is no date.
  private static final int MAX_LENGTH = 256;

  private static final String DAYS = "montuewedthufrisatsun";
  private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

  private int day = -1;
  private int month = -1;
  private int year = -1;
  private int hour = -1;
  private int minute;
  private int second;
  private int offsetMinutes;
  private boolean hasZone;

  private MailDate() {}

  /// Null if no date can be made out, or none in the years that mail has. Without a zone it is UTC.
  public static OffsetDateTime parse(String text) {
    if (text == null || text.length() > MAX_LENGTH) {
      return null;
    }
    MailDate date = new MailDate();
    for (String word : words(withoutFolding(text))) {
      if (!date.take(word)) {
        return null;
      }
    }
    return date.result();
  }

  /// RFC 5322 §3.3.
  public static String format(OffsetDateTime date) {
    int minutes = date.getOffset().getTotalSeconds() / 60;
    int name = 3 * (date.getDayOfWeek().getValue() - 1);
    int month = 3 * (date.getMonthValue() - 1);
    var b = new StringBuilder(32);
    b.append(capital(DAYS.substring(name, name + 3)))
        .append(", ")
        .append(date.getDayOfMonth())
        .append(' ')
        .append(capital(MONTHS.substring(month, month + 3)))
        .append(' ');
    two(b, date.getYear() / 100);
    two(b, date.getYear() % 100);
    b.append(' ');
    two(b, date.getHour());
    b.append(':');
    two(b, date.getMinute());
    b.append(':');
    two(b, date.getSecond());
    b.append(minutes < 0 ? " -" : " +");
    two(b, Math.abs(minutes) / 60);
    two(b, Math.abs(minutes) % 60);
    return b.toString();
  }

  private static void two(StringBuilder b, int n) {
    b.append((char) ('0' + n / 10)).append((char) ('0' + n % 10));
  }

  private static String capital(String name) {
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  /// Comments and white space may stand around the colons of a time (RFC 5322 §4.3).
  private static String withoutFolding(String text) {
    String plain = ParameterReader.withoutComments(text);
    StringBuilder out = new StringBuilder(plain.length());
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (c == ':') {
        out.setLength(out.toString().stripTrailing().length());
      }
      boolean afterColon = !out.isEmpty() && out.charAt(out.length() - 1) == ':';
      if (!afterColon || !ParameterReader.isWhite(c)) {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ' ';
      boolean between = c <= ' ' || c == ',' || c == '"';
      if (between && start >= 0) {
        words.add(text.substring(start, i));
        start = -1;
      } else if (!between && start < 0) {
        start = i;
      }
    }
    return words;
  }

  private boolean take(String word) {
    char first = word.charAt(0);
    boolean sign = first == '+' || first == '-';
    if (sign && word.length() > 1 && isDigit(word.charAt(1))) {
      return hour < 0 || hasZone || offset(word);
    }
    if (word.indexOf(':') > 0 && isDigit(first)) {
      return dateAndTime(word);
    }
    if (isDigit(first)) {
      return number(word);
    }
    return !isLetter(first) || name(word);
  }

  /// `10:52:37`, with a date in front or a zone behind: `2003-07-01T10:52:37.5+02:00`, `10:52pm`.
  private boolean dateAndTime(String word) {
    int t = word.indexOf('T');
    if (t > 0 && word.indexOf('-') > 0 && word.indexOf('-') < t) {
      return number(word.substring(0, t)) && dateAndTime(word.substring(t + 1));
    }
    int end = 0;
    while (end < word.length()
        && (isDigit(word.charAt(end)) || ":.".indexOf(word.charAt(end)) >= 0)) {
      end++;
    }
    return time(word.substring(0, end)) && (end == word.length() || take(word.substring(end)));
  }

  private boolean time(String text) {
    String[] parts = text.split("[:.]", -1);
    if (hour >= 0 || parts.length < 2) {
      return hour >= 0;
    }
    hour = small(parts[0]);
    minute = small(parts[1]);
    second = parts.length > 2 && !parts[2].isEmpty() ? small(parts[2]) : 0;
    if (second == 60) {
      second = 59; // RFC 5322 §3.3: a leap second, which java.time does not know
    }
    if (hour == 24 && minute == 0) {
      hour = 0;
    }
    return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  }

  /// A day, a year, or a date in one word: `2003-07-01`, `1-Jul-2003`, `07/01/03`, `10.52.37`.
  private boolean number(String word) {
    int end = 0;
    while (end < word.length() && isDigit(word.charAt(end))) {
      end++;
    }
    if (end < word.length()) {
      char separator = word.charAt(end);
      if (separator == '-' || separator == '/') {
        return joined(word.split("[-/]", 4));
      }
      if (separator == '.' && end + 1 < word.length()) {
        return time(word);
      }
      if (isLetter(separator) && !"st nd rd th".contains(Content.lower(word.substring(end)))) {
        return number(word.substring(0, end)) && name(word.substring(end));
      }
    }
    if (day < 0 && end <= 2) {
      day = small(word.substring(0, end));
      return true;
    }
    return year >= 0 || year(word.substring(0, end));
  }

  private boolean joined(String[] parts) {
    if (parts.length != 3 || day >= 0) {
      return false;
    }
    boolean yearFirst = parts[0].length() == 4;
    day = small(yearFirst ? parts[2] : parts[0]);
    if (!parts[1].isEmpty() && isLetter(parts[1].charAt(0))) {
      return month(parts[1]) && year(parts[2]);
    }
    month = small(parts[1]);
    return yearFirst && year(parts[0]); // which of the others is the month, nobody knows
  }

  /// RFC 5322 §4.3: years of two and three digits.
  private boolean year(String digits) {
    if (digits.length() < 2
        || digits.length() > 4
        || !digits.chars().allMatch(c -> isDigit((char) c))) {
      return false;
    }
    int n = Integer.parseInt(digits);
    year =
        switch (digits.length()) {
          case 2 -> n < 50 ? 2000 + n : 1900 + n;
          case 3 -> 1900 + n;
          default -> n;
        };
    return year >= MIN_YEAR && year <= MAX_YEAR;
  }

  private boolean name(String word) {
    String name = Content.lower(word);
    if (hour >= 0 && (name.equals("am") || name.equals("pm"))) {
      hour = hour % 12 + (name.equals("pm") ? 12 : 0);
      return true;
    }
    if (month < 0 && month(name)) {
      return true;
    }
    return hour < 0 || hasZone || zone(name);
  }

  private boolean month(String name) {
    int at = name.length() < 3 ? -1 : MONTHS.indexOf(Content.lower(name.substring(0, 3)));
    if (at < 0 || at % 3 != 0) {
      return false;
    }
    month = at / 3 + 1;
    return true;
  }

  /// RFC 5322 §4.3: names that are not known are UTC, like the military ones that were wrong from
  /// the start.
  private boolean zone(String name) {
    int sign = Math.max(name.indexOf('+'), name.indexOf('-'));
    if (sign > 0 && sign + 1 < name.length() && isDigit(name.charAt(sign + 1))) {
      return offset(name.substring(sign));
    }
    int hours =
        switch (name) {
          case "edt" -> -4;
          case "est", "cdt" -> -5;
          case "cst", "mdt" -> -6;
          case "mst", "pdt" -> -7;
          case "pst" -> -8;
          case "cet", "met", "bst" -> 1;
          case "cest", "mest", "eet" -> 2;
          case "eest", "msk" -> 3;
          case "jst", "kst" -> 9;
          default -> 0;
        };
    // Another word may mean nothing, and the real zone follow it.
    hasZone = hours != 0 || name.equals("gmt") || name.equals("utc") || name.equals("ut");
    offsetMinutes = 60 * hours;
    return true;
  }

  private boolean offset(String text) {
    String digits = text.substring(1).replace(":", "");
    int n = digits.length() > 4 || digits.isEmpty() ? -1 : small(digits);
    if (n < 0) {
      return true; // an offset that makes no sense is none
    }
    int minutes = digits.length() <= 2 ? 60 * n : 60 * (n / 100) + n % 100;
    if (minutes <= 18 * 60) {
      offsetMinutes = text.charAt(0) == '-' ? -minutes : minutes;
      hasZone = true;
    }
    return true;
  }

  private OffsetDateTime result() {
    if (day < 0 || month < 0 || year < 0) {
      return null;
    }
    try {
      return OffsetDateTime.of(
          year,
          month,
          day,
          Math.max(hour, 0),
          minute,
          second,
          0,
          ZoneOffset.ofTotalSeconds(60 * offsetMinutes));
    } catch (DateTimeException e) {
      return null; // 31 February
    }
  }

  private static int small(String digits) {
    if (digits.isEmpty() || digits.length() > 4) {
      return -1;
    }
    int n = 0;
    for (int i = 0; i < digits.length(); i++) {
      if (!isDigit(digits.charAt(i))) {
        return -1;
      }
      n = 10 * n + digits.charAt(i) - '0';
    }
    return n;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }
}
