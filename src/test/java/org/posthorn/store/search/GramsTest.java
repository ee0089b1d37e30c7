package org.posthorn.store.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.mime.FoldedText;

class GramsTest {
  private static Set<String> all(Grams grams) {
    Set<String> all = new TreeSet<>();
    Grams.Walk walk = grams.new Walk();
    BytesRef gram = new BytesRef();
    while (walk.next(gram)) assertThat(all.add(gram.utf8ToString())).isTrue();
    assertThat(all).hasSize(grams.count());
    return all;
  }

  private static Set<String> of(String... pieces) {
    Grams grams = new Grams();
    for (String piece : pieces) grams.take(piece);
    return all(grams);
  }

  @ParameterizedTest
  @CsvSource({
    "HELLO,ELL HEL LLO",
    "'AB ',''",
    "'A B','A B'",
    "'AB CD',' CD B C'",
    "AAAA,AAA",
    "HE,''",
    "東京,東京",
    "東京都,京都 東京",
    "X東京,X東京 東京",
    "東X京,東X京",
    "ﾊ,''"
  })
  void gramsOf(String text, String grams) {
    assertThat(String.join(" ", of(text))).isEqualTo(grams);
  }

  @Test
  void aCharacterBeyondSixteenBitsCanBeLookedForAlone() {
    assertThat(Grams.of("😀")).hasSize(1);
    assertThat(Grams.of("😀").getFirst()).isNotEqualTo(Grams.of("😁").getFirst());
  }

  @Test
  void overTheEdgeOfPiecesButNotOfTexts() {
    assertThat(of("HE", "L", "LO")).isEqualTo(of("HELLO"));
    Grams grams = new Grams();
    grams.take("HEL");
    grams.begin();
    grams.take("LO!");
    assertThat(all(grams)).containsExactly("HEL", "LO!");
    grams.clear();
    grams.take("LO");
    assertThat(all(grams)).isEmpty();
  }

  /// What makes the index right: a text has all grams of whatever it contains.
  @Test
  void aPartHasNoGramThatTheWholeLacks() {
    Random random = new Random(1);
    String letters = "abcXYZ  \t\r\n.-é\u0301ßший東京のカﾊ한ภาษา😀👍";
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(60); n > 0; n--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      String whole = FoldedText.of(text.toString());
      int from = random.nextInt(whole.length() + 1);
      int to = from + random.nextInt(whole.length() - from + 1);
      assertThat(of(whole)).containsAll(of(whole.substring(from, to)));
    }
  }

  @Test
  void whatIsTooMuchIsNotWhole() {
    Grams grams = new Grams();
    String line = "no new gram is in here";
    for (int i = 0; i < Grams.TEXT_MAX / line.length(); i++) grams.take(line);
    assertThat(grams.whole()).isTrue();
    assertThat(grams.take(line)).isTrue();
    assertThat(grams.whole()).isFalse();

    grams.clear();
    assertThat(grams.whole()).isTrue();
    StringBuilder many = new StringBuilder();
    for (int i = 0; i <= Grams.GRAMS_MAX; i++)
      many.append((char) ('!' + i / 300)).append((char) (0x400 + i % 300));
    grams.take(many.toString());
    assertThat(grams.whole()).isFalse();
    assertThat(grams.count()).isEqualTo(Grams.GRAMS_MAX);
  }

  @Test
  void aLongStringAsksForSomeOfItsGrams() {
    assertThat(Grams.of("quick brown fox ".repeat(1000))).hasSize(13);
    StringBuilder text = new StringBuilder();
    for (char c = 0x400; c < 0x500; c++) text.append(c);
    assertThat(Grams.of(text.toString())).hasSize(32);
  }
}
