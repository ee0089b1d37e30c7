package org.posthorn.mta.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.mime.MimeScanner;
import org.posthorn.mime.Part;

/// What the filter sees of a message.
class FeatureReaderTest {
  private static Features read(String message) {
    byte[] b = message.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    Part structure = MimeScanner.scan(b);
    try {
      return FeatureReader.read(
          structure.headers(),
          structure,
          (from, n) -> new ByteArrayInputStream(b, (int) from, (int) Math.min(n, b.length - from)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> words(Features f) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < f.count(); i++) {
      all.add(f.words(i));
    }
    return all;
  }

  @Test
  void wordsPairsAndForm() {
    List<String> seen =
        words(
            read(
                """
                From: "Dr. Eve" <eve1234@Evil.test>
                Reply-To: x@other.test
                Subject: CLICK HERE!
                List-Id: News <news.evil.test>

                Cheap watches, 50% off for you: https://Shop.Evil.biz/x?y
                """));
    assertThat(seen)
        .contains(
            "\"cheap\"",
            "\"cheap watches\"",
            "\"#2\"",
            "\"click\" in the subject",
            "\"click here\" in the subject",
            "a subject in capitals",
            "an exclamation mark in the subject",
            "the author eve1234@evil.test",
            "the author's domain evil.test",
            "the author's name \"eve\"",
            "an author's address with many digits",
            "answers go to another domain",
            "the list news.evil.test",
            "a link to .biz",
            "a link to shop.evil.biz",
            "a link to evil.biz",
            "no Message-ID",
            "not an answer")
        .doesNotHaveDuplicates();
  }

  /// What hides words from filters hides them from nobody here.
  @ParameterizedTest
  @CsvSource({
    "text/html, 7bit, ch<!-- x -->eap <b>wa</b>tches",
    "text/html, quoted-printable, che=61p wat=C2=ADches",
    "text/html, base64, Y2hlYXAgd2F0Y2hlcw==",
    "text/plain, base64, Y2hlYXAgd2F0Y2hlcw==",
    "text/plain, 8bit, c\u200bheap wat\u00adches",
    "text/html, 7bit, &#99;heap wat&#x63;hes",
  })
  void disguisesAreSeenThrough(String type, String encoding, String body) {
    String text =
        "Content-Type: %s; charset=utf-8\nContent-Transfer-Encoding: %s\n\n%s\n"
            .formatted(type, encoding, body);
    assertThat(words(read(text))).contains("\"cheap watches\"");
  }

  @Test
  void linksThatHideWhereTheyLead() {
    assertThat(words(read("\n\nhttp://192.0.2.1/ https://bank.test@evil.test/")))
        .contains("a link to a bare address", "a link with a user name", "a link to evil.test");
  }

  @Test
  void scriptsWithoutSpacesAreSeenByPairs() {
    String text = "Content-Type: text/plain; charset=utf-8\n\n你好世界\n";
    assertThat(words(read(text))).contains("\"你\"", "\"你 好\"", "\"世 界\"");
  }

  /// Neither size nor parts nor words make it look at more than it may.
  @Test
  void whatIsLookedAtIsBounded() {
    var long1 = new StringBuilder("Subject: x\n\n");
    for (int i = 0; i < 300_000; i++) {
      long1.append("w").append(i).append(' ');
    }
    assertThat(read(long1.toString()).count()).isLessThanOrEqualTo(Features.MAX);
    var parts = new StringBuilder("Content-Type: multipart/mixed; boundary=b\n\n");
    for (int i = 0; i < 2000; i++) {
      parts.append("--b\n\npart").append(i).append("\n");
    }
    assertThat(words(read(parts.toString())))
        .contains("\"part0\"", "\"part7\"")
        .doesNotContain("\"part8\"");
    var nested = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      nested
          .append("Content-Type: multipart/mixed; boundary=b")
          .append(i)
          .append("\n\n--b")
          .append(i)
          .append("\n");
    }
    assertThat(read(nested.toString()).count()).isLessThan(100);
    assertThat(read("Subject: " + "a".repeat(100_000) + "\n\n" + "b".repeat(1_000_000)).count())
        .isLessThan(100);
  }

  /// The common model tells plain cases apart.
  @Test
  void theCommonModelKnowsPlainCases() {
    Models models = new Models(CommonModel.shipped());
    Likeness spam =
        models.likeness(
            read(
                """
                From: "Best Offers" <offer88213@deals.test>
                Subject: Make money fast from home!!!

                Dear friend, this is not spam. You have been selected to receive a limited time offer.
                Make money from home, no risk, money back guarantee. Order now and save, click here:
                http://192.0.2.7/order.html
                If you no longer wish to receive future mailings, click here to be removed.
                """),
            null);
    assertThat(spam.percent()).isGreaterThan(90);
    assertThat(spam.words()).startsWith(spam.percent() + "% like spam: ").contains("\"");
    Likeness good =
        models.likeness(
            read(
                """
                From: Bo <bo@b.test>
                Subject: Re: the tests fail on my machine
                In-Reply-To: <1@a.test>

                I think the problem is in the parser, it does not check the length before it reads.
                I have a patch, I will send it when the tests have run. Could you look at the other
                bug, the one with the file that is not closed?
                """),
            null);
    assertThat(good.percent()).isLessThan(20);
  }
}
