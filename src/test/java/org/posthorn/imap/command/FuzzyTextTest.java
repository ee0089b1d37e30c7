package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.mime.MessageText;
import org.posthorn.mime.MimeScanner;

/// RFC 6203 §3: what counts as found.
class FuzzyTextTest {
  private static float score(FuzzyText.Where where, String text, String message)
      throws IOException {
    byte[] octets = message.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    var source =
        new MessageText.Source() {
          @Override
          public byte[] bytes(long from, int length) {
            return Arrays.copyOfRange(octets, (int) from, (int) from + length);
          }

          @Override
          public InputStream stream(long from, long length) {
            return new ByteArrayInputStream(octets, (int) from, (int) length);
          }
        };
    return new FuzzyText(where, "Subject", text)
        .in(new MessageText(MimeScanner.scan(octets), source));
  }

  @ParameterizedTest
  @CsvSource({
    "HELLO, HELLO, true",
    "HELO, HELLO, true",
    "HELO, HELP, true",
    "HELO, WORLD, false",
    "TEH, THE, false", // too short to be a misspelling
    "RECIEVE, RECEIVE, true",
    "INVOICE, INVOICES, true",
    "MEETINGS, MEETING, true",
    "WORK, WORKED, true",
    "WORK, HOMEWORK, true",
    "WORK, WORD, true",
    "ACCOMODATION, ACCOMMODATIONS, true",
    "CAT, CATALOGUE, true",
    "CAT, CONCATENATE, false",
    "BREAK, BROKEN, false",
  })
  void words(String wanted, String word, boolean like) {
    assertThat(FuzzyText.likeness(wanted, word) > 0).isEqualTo(like);
  }

  @ParameterizedTest
  @CsvSource({
    "ABCD, ABCD, 0",
    "ABCD, ABDC, 1",
    "ABCD, ACD, 1",
    "ABCD, XABCD, 1",
    "ABCD, ABXY, 2",
    "ABCD, WXYZ, 3",
    "ABCDEFGH, A, 3",
    "A, B, 1",
  })
  void editsUpToTwo(String a, String b, int edits) {
    assertThat(FuzzyText.edits(a, b, 2)).isEqualTo(edits);
    assertThat(FuzzyText.edits(b, a, 2)).isEqualTo(edits);
  }

  @Test
  void whatIsThereExactlyIsFoundAndIsTheBest() throws IOException {
    String mail = "Subject: Lunch on Friday\n\nShall we meet at the caf\u00e9? 3:30, as always!\n";
    for (String exact : new String[] {"unch on Fri", "lunch on friday", " on ", "n"}) {
      assertThat(score(FuzzyText.Where.HEADER, exact, mail)).isEqualTo(1);
      assertThat(score(FuzzyText.Where.TEXT, exact, mail)).isEqualTo(1);
    }
    for (String exact : new String[] {"3:30, as", "CAF\u00c9?", "!"}) {
      assertThat(score(FuzzyText.Where.BODY, exact, mail)).isEqualTo(1);
      assertThat(score(FuzzyText.Where.TEXT, exact, mail)).isBetween(0.5f, 0.9f);
    }
    assertThat(score(FuzzyText.Where.BODY, "meet cafe", mail)).isBetween(0.8f, 0.95f);
    assertThat(score(FuzzyText.Where.BODY, "cafe meat", mail)).isBetween(0.5f, 0.85f);
    assertThat(score(FuzzyText.Where.BODY, "lunch", mail)).isZero();
    assertThat(score(FuzzyText.Where.HEADER, "friday dinner", mail)).isZero();
    assertThat(score(FuzzyText.Where.HEADER, "friday lunch dinner", mail)).isPositive();
    assertThat(score(FuzzyText.Where.TEXT, "??", mail)).isZero();
  }

  @Test
  void longWordsAndManyWordsCostLittle() throws IOException {
    String longest = "x".repeat(1 << 20);
    var many = new StringBuilder("Subject: a\n\n").append(longest).append("y ");
    for (int i = 0; i < 50_000; i++) {
      many.append("word").append(i).append(i % 10 == 0 ? '\n' : ' ');
    }
    many.append("needle");
    assertThat(score(FuzzyText.Where.BODY, "neadle", many.toString())).isPositive();
    assertThat(score(FuzzyText.Where.BODY, longest, many.toString())).isPositive();
    assertThat(score(FuzzyText.Where.BODY, "q ".repeat(100_000), many.toString())).isZero();
  }
}
