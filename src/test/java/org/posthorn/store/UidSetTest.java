package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class UidSetTest {
  @Test
  void joinsWhatTouches() {
    assertThat(UidSet.of(3, 1, 2, 7, 9, 8)).hasToString("1:3,7:9");
    assertThat(new UidSet.Builder().add(1, 4).add(3, 6).build()).hasToString("1:6");
    assertThat(UidSet.EMPTY).hasToString("");
    assertThat(UidSet.ALL).hasToString("1:4294967295");
  }

  @Test
  void refusesWhatIsNoUid() {
    assertThatThrownBy(() -> UidSet.of(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> UidSet.range(5, 4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> UidSet.range(1, 1L << 32))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new UidSet.Builder().add(5).add(4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void agreesWithPlainSets() {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      TreeSet<Long> a = some(random);
      TreeSet<Long> b = some(random);
      UidSet x = of(a);
      UidSet y = of(b);
      TreeSet<Long> union = new TreeSet<>(a);
      union.addAll(b);
      TreeSet<Long> both = new TreeSet<>(a);
      both.retainAll(b);
      TreeSet<Long> less = new TreeSet<>(a);
      less.removeAll(b);
      assertThat(x.union(y)).isEqualTo(of(union));
      assertThat(x.intersect(y)).isEqualTo(of(both));
      assertThat(x.minus(y)).isEqualTo(of(less));
      assertThat(x.size()).isEqualTo(a.size());
      long at = 1 + random.nextInt(40);
      assertThat(x.contains(at)).isEqualTo(a.contains(at));
      assertThat(x.rank(at)).isEqualTo(a.headSet(at, true).size());
    }
  }

  private static TreeSet<Long> some(Random random) {
    TreeSet<Long> out = new TreeSet<>();
    for (int n = random.nextInt(20); n > 0; n--) out.add(1L + random.nextInt(40));
    return out;
  }

  private static UidSet of(TreeSet<Long> set) {
    return UidSet.of(set.stream().mapToLong(Long::longValue).toArray());
  }
}
