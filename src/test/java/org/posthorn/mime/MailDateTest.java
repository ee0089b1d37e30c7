package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailDateTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Fri, 21 Nov 1997 09:55:06 -0600              | 1997-11-21T09:55:06-06:00
          Tue, 1 Jul 2003 10:52:37 +0200               | 2003-07-01T10:52:37+02:00
          Thu, 13 Feb 1969 23:32:54 -0330              | 1969-02-13T23:32:54-03:30
          Mon, 24 Nov 1997 14:22:01 -0800              | 1997-11-24T14:22:01-08:00
          21 Nov 97 09:55:06 GMT                       | 1997-11-21T09:55:06Z
          Fri, 21 Nov 1997 09(comment):   55  :  06 -0600 | 1997-11-21T09:55:06-06:00
          """)
  void rfc5322AppendixA(String text, String iso) {
    assertThat(MailDate.parse(text)).isEqualTo(OffsetDateTime.parse(iso));
  }

  @Test
  void rfc5322AppendixA5() {
    assertThat(
            MailDate.parse(
                "Thu,\r\n      13\r\n        Feb\r\n          1969\r\n"
                    + "      23:32\r\n               -0330 (Newfoundland Time)"))
        .isEqualTo(OffsetDateTime.parse("1969-02-13T23:32:00-03:30"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Wed, 17 Jul 1996 02:23:25 -0700 (PDT)     | 1996-07-17T02:23:25-07:00
          Wed, 17 Jul 1996 02:23:25 PDT             | 1996-07-17T02:23:25-07:00
          17 Jul 96 02:23 EST                       | 1996-07-17T02:23:00-05:00
          17 Jul 102 02:23 UT                       | 2002-07-17T02:23:00Z
          1 Jan 49 00:00 +0000                      | 2049-01-01T00:00:00Z
          1 Jan 50 00:00 +0000                      | 1950-01-01T00:00:00Z
          Tue Jul  1 10:52:37 2003                  | 2003-07-01T10:52:37Z
          Tue Jul  1 10:52:37 CEST 2003             | 2003-07-01T10:52:37+02:00
          Tuesday, July 1, 2003 10:52 PM            | 2003-07-01T22:52:00Z
          Tuesday, July 1st, 2003 12:05am           | 2003-07-01T00:05:00Z
          2003-07-01T10:52:37Z                      | 2003-07-01T10:52:37Z
          2003-07-01T10:52:37.123+02:00             | 2003-07-01T10:52:37+02:00
          2003-07-01 10:52:37 +0200                 | 2003-07-01T10:52:37+02:00
          01-Jul-2003 10:52:37 +0200                | 2003-07-01T10:52:37+02:00
          Tue, 1 Jul 2003 10.52.37 +0200            | 2003-07-01T10:52:37+02:00
          Tue, 1 Jul 2003 10:52:37 GMT+0200         | 2003-07-01T10:52:37+02:00
          Tue, 1 Jul 2003 10:52:37 +0200 GMT        | 2003-07-01T10:52:37+02:00
          Tue, 1 Jul 2003 10:52:37 +02:00           | 2003-07-01T10:52:37+02:00
          Tue, 1 Jul 2003 10:52:37 -0000            | 2003-07-01T10:52:37Z
          Tue, 1 Jul 2003 10:52:37 Z                | 2003-07-01T10:52:37Z
          Tue, 1 Jul 2003 10:52:37 A                | 2003-07-01T10:52:37Z
          Tue, 1 Jul 2003 10:52:37                  | 2003-07-01T10:52:37Z
          Tue, 1 Jul 2003 10:52:37 +9900            | 2003-07-01T10:52:37Z
          Tue, 1 Jul 2003 10:52:60 +0000            | 2003-07-01T10:52:59Z
          Tue,1 Jul 2003 10:52:37 +0200             | 2003-07-01T10:52:37+02:00
          1 Jul 2003                                | 2003-07-01T00:00:00Z
          """)
  void asReallyWritten(String text, String iso) {
    assertThat(MailDate.parse(text)).isEqualTo(OffsetDateTime.parse(iso));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "yesterday",
        "Tue, 32 Jul 2003 10:52:37",
        "Tue, 31 Feb 2003 10:52:37",
        "1 Jul 0 10:00:00",
        "1 Jul 0000 10:00:00",
        "1 Jul 1899 10:00:00",
        "1 Jul 10000 10:00:00",
        "1 Jul 1000000000 10:00:00",
        "1 Jul 2003 25:00:00",
        "1 Jul 2003 10:61:00",
        "1 Foo 2003",
        "2003-13-01T00:00:00Z",
        "99/99/99",
        ":::",
        "((((",
        "1",
        "1 1 1 1 1 1 1",
        "+0200",
        "-"
      })
  void refuses(String text) {
    assertThat(MailDate.parse(text)).isNull();
  }

  @Test
  void refusesNullAndLongText() {
    assertThat(MailDate.parse(null)).isNull();
    assertThat(MailDate.parse("1 Jul 2003 10:00 +0000" + " ".repeat(1_000_000))).isNull();
  }

  @Test
  void prints() {
    assertThat(MailDate.format(OffsetDateTime.parse("2003-07-01T10:52:37+02:00")))
        .isEqualTo("Tue, 1 Jul 2003 10:52:37 +0200");
    assertThat(MailDate.format(OffsetDateTime.parse("1969-02-13T23:32:54-03:30")))
        .isEqualTo("Thu, 13 Feb 1969 23:32:54 -0330");
    assertThat(MailDate.format(OffsetDateTime.parse("2026-11-23T00:00:00Z")))
        .isEqualTo("Mon, 23 Nov 2026 00:00:00 +0000");
  }
}
