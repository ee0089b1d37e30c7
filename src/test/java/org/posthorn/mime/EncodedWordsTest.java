package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedWordsTest {
  // RFC 2047 §8
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          =?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>           | Keith Moore <moore@cs.utk.edu>
          =?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?= <keld@dkuug.dk>   | Keld Jørn Simonsen <keld@dkuug.dk>
          =?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>  | André Pirard <PIRARD@vm1.ulg.ac.be>
          =?ISO-8859-1?Q?Olle_J=E4rnefors?= <ojarnef@admin.kth.se> | Olle Järnefors <ojarnef@admin.kth.se>
          (=?iso-8859-8?b?7eXs+SDv4SDp7Oj08A==?=)                 | (םולש ןב ילטפנ)
          (=?ISO-8859-1?Q?a?=)                                    | (a)
          (=?ISO-8859-1?Q?a?= b)                                  | (a b)
          (=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)                 | (ab)
          (=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)                | (ab)
          (=?ISO-8859-1?Q?a_b?=)                                  | (a b)
          (=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)                | (a b)
          """)
  void rfc2047Section8(String text, String wanted) {
    assertThat(EncodedWords.decode(text)).isEqualTo(wanted);
  }

  @Test
  void rfc2047Section8Folded() {
    assertThat(EncodedWords.decode("(=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=)"))
        .isEqualTo("(ab)");
    assertThat(
            EncodedWords.decode(
                "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n"
                    + " =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?="))
        .isEqualTo("If you can read this you understand the example.");
  }

  // RFC 2231 §5
  @Test
  void language() {
    assertThat(EncodedWords.decode("=?US-ASCII*EN?Q?Keith_Moore?= <moore@cs.utk.edu>"))
        .isEqualTo("Keith Moore <moore@cs.utk.edu>");
  }

  @Test
  void characterSplitBetweenWords() {
    assertThat(EncodedWords.decode("=?utf-8?Q?caf=C3?= =?UTF-8?Q?=A9?=")).isEqualTo("café");
    assertThat(EncodedWords.decode("=?utf-8?B?4oI=?=\r\n =?utf-8?Q?=AC?=")).isEqualTo("€");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          a=?utf-8?q?b?=c                 | abc
          =?utf-8?q?a b?=                 | a b
          =?utf-8?b?w6k?=                 | é
          =?utf-8?b?w6k=w6k=?=            | éé
          =?utf-8?q?=C3=?=                | �=
          =?utf-8?q?=zz?=                 | =zz
          =?utf-8?q?=FF?=                 | �
          =?x-unknown?q?a?=               | =?x-unknown?q?a?=
          =?utf-8?x?a?=                   | =?utf-8?x?a?=
          =?utf-8?q?a                     | =?utf-8?q?a
          =??q?a?=                        | =??q?a?=
          =?utf-8?q??=                    | ~~
          =?=?utf-8?q?a?=                 | =?a
          =?utf-8?q?a?= =?x?q?b?=         | a =?x?q?b?=
          =?iso-8859-1?q?=80?=            | €
          =?utf-7?q?+AOk-?=               | é
          =?iso-2022-jp?b?GyRCJCIbKEI=?=  | あ
          """)
  void asReallyWritten(String text, String wanted) {
    assertThat(EncodedWords.decode(text)).isEqualTo(wanted);
  }

  @Test
  void lineEndsCannotBeSmuggledIn() {
    assertThat(EncodedWords.decode("=?utf-8?q?a=0D=0ABcc:_x=00?=")).isEqualTo("a  Bcc: x ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "",
        "café",
        "日本語の長い件名はここで折り返されなければならない、そうでなければ長すぎる",
        "a =?utf-8?q?b?= c",
        "x\r\ny",
        "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
        "Grüße aus einer ziemlich langen Betreffzeile, die auf mehrere Wörter verteilt werden muss"
      })
  void whatIsEncodedComesBack(String text) {
    String encoded = EncodedWords.encode(text);
    assertThat(encoded).matches("[ -~]*");
    for (String word : encoded.split(" ")) {
      assertThat(word.startsWith("=?") ? word : "").hasSizeLessThanOrEqualTo(75);
    }
    assertThat(EncodedWords.decode(encoded)).isEqualTo(text.replace('\r', ' ').replace('\n', ' '));
  }
}
