package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NeedleTest {
  /// Of two letters, so that beginnings come again and again.
  private static String text(Random random, int length) {
    var b = new StringBuilder();
    for (int i = 0; i < length; i++) {
      b.append(random.nextInt(8) == 0 ? 'B' : 'A');
    }
    return b.toString();
  }

  @Test
  void findsWhatTheLibraryFinds() {
    Random random = new Random(5256);
    int found = 0;
    for (int i = 0; i < 2000; i++) {
      String hay = text(random, random.nextInt(400));
      int from = random.nextInt(hay.length() + 1);
      String part = hay.substring(from, from + random.nextInt(hay.length() - from + 1));
      String wanted = random.nextBoolean() ? part : text(random, 60 + random.nextInt(20));
      boolean in = hay.contains(wanted);
      assertThat(new Needle(wanted).in(hay)).as("%s in %s", wanted, hay).isEqualTo(in);
      found += in && wanted.length() > 64 ? 1 : 0;
    }
    assertThat(found).isPositive();
  }

  /// By brute force these are 10^11 steps.
  @Test
  void longStringsThatRepeatThemselves() {
    String hay = "A".repeat(1_000_000);
    assertThat(new Needle("A".repeat(100_000) + "B").in(hay)).isFalse();
    assertThat(new Needle("B" + "A".repeat(100_000)).in(hay)).isFalse();
    assertThat(new Needle("A".repeat(100_000)).in(hay)).isTrue();
    assertThat(new Needle("A".repeat(100_000) + "B").in(hay + "B")).isTrue();
  }
}
