package org.posthorn.mime;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;

/// Dates of header fields. RFC 5322 §3.3 and §4.3, and what is really written.
public final class MailDate {
  private MailDate() {}

  /// Null if no date can be made out.
  public static OffsetDateTime parse(String text) {
    try {
      return OffsetDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
    } catch (DateTimeException e) {
      return null;
    }
  }

  public static String format(OffsetDateTime date) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(date);
  }
}
