package org.posthorn.mta.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// What one account's user has taught the filter.
class AccountModelTest {
  private static Features features(String from, String... words) {
    Features f = new Features();
    f.add(Features.Kind.FROM, from);
    String before = null;
    for (String word : words) {
      f.add(Features.Kind.WORD, Features.Kind.PAIR, before, word);
      before = word;
    }
    return f;
  }

  private static Features random(int seed) {
    String[] words = new String[800];
    for (int i = 0; i < words.length; i++) {
      words[i] = "w" + seed + "x" + i;
    }
    return features("a" + seed + "@b.test", words);
  }

  private static AccountModel read(Map<Integer, byte[]> rows) {
    AccountModel model = new AccountModel();
    rows.forEach(model::read);
    return model;
  }

  @Test
  void aStepMovesTheLogitByAsMuch() {
    AccountModel model = new AccountModel();
    Features f = features("eve@evil.test", "cheap", "watches", "for", "you");
    model.add(f, 3 * AccountModel.UNIT);
    assertThat(model.logit(f)).isCloseTo(3, within(0.01));
    assertThat(model.logit(features("eve@evil.test", "other", "things"))).isBetween(1.0, 3.0);
    assertThat(model.logit(features("bo@b.test", "dear", "friends"))).isZero();
  }

  @Test
  void theOppositeStepTakesItBackExactly() {
    AccountModel model = new AccountModel();
    Features a = random(1);
    Features b = features("eve@evil.test", "w1x1", "w1x2");
    model.add(a, 12345);
    Map<Integer, byte[]> before = model.changed();
    double logit = model.logit(a);
    model.add(b, -7777);
    assertThat(model.logit(a)).isNotEqualTo(logit);
    model.add(b, 7777);
    assertThat(model.logit(a)).isEqualTo(logit);
    model.changed().forEach((n, row) -> assertThat(row).isEqualTo(rowOf(before, n)));
  }

  private static byte[] rowOf(Map<Integer, byte[]> rows, int n) {
    return rows.getOrDefault(n, new byte[] {1});
  }

  @Test
  void rowsReadBack() {
    AccountModel model = new AccountModel();
    for (int i = 0; i < 20; i++) {
      model.add(random(i), (i - 10) * 1000);
    }
    AccountModel read = read(model.changed());
    for (int i = 0; i < 20; i++) {
      assertThat(read.logit(random(i))).isEqualTo(model.logit(random(i)));
    }
    assertThat(model.changed()).isEmpty();
    assertThat(read.changed()).isEmpty();
  }

  /// However much is learned, the rows stay small, and what weighs most stays.
  @Test
  void aModelIsBounded() {
    AccountModel model = new AccountModel();
    Features heavy = features("eve@evil.test", "cheap");
    model.add(heavy, 5 * AccountModel.UNIT);
    for (int i = 0; i < 200; i++) {
      model.add(random(i), 2000 + i);
      assertThat(model.size()).isLessThanOrEqualTo(AccountModel.ENTRIES_MAX);
    }
    assertThat(model.logit(heavy)).isCloseTo(5, within(0.01));
    Map<Integer, byte[]> rows = model.changed();
    assertThat(rows.values()).allSatisfy(row -> assertThat(row).hasSizeLessThan(128 << 10));
    assertThat(read(rows).size()).isLessThanOrEqualTo(AccountModel.ENTRIES_MAX);
  }

  @Test
  void damagedRowsAreRefused() {
    AccountModel model = new AccountModel();
    for (byte[] row :
        new byte[][] {
          {}, {9}, {1, 5}, {1, -1, -1, -1, -1, -1, -1, -1}, {1, -1, -1, -1, -1, 127, 2}
        }) {
      assertThatThrownBy(() -> model.read(3, row)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
