package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackTest {
  @Test
  void numbersComeBack() {
    long[] some = {0, 1, -1, 127, 128, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE};
    Pack p = new Pack(1);
    for (long v : some) p.varint(v).zigzag(v).u64(v);
    p.u8(200).u32(0xFFFF_FFFFL).text("ä€").bytes(new byte[] {1, 2});
    Unpack u = new Unpack(p.done());
    for (long v : some) {
      assertThat(u.varint()).isEqualTo(v);
      assertThat(u.zigzag()).isEqualTo(v);
      assertThat(u.u64()).isEqualTo(v);
    }
    assertThat(u.u8()).isEqualTo(200);
    assertThat(u.u32()).isEqualTo(0xFFFF_FFFFL);
    assertThat(u.text()).isEqualTo("ä€");
    assertThat(u.bytes()).containsExactly(1, 2);
    assertThat(u.atEnd()).isTrue();
  }

  @Test
  void columnsComeBack() {
    Random random = new Random(2);
    for (int i = 0; i < 500; i++) {
      long[] column = new long[random.nextInt(257)];
      long at = random.nextLong();
      long step = random.nextInt(5);
      for (int k = 0; k < column.length; k++) {
        if (random.nextInt(i % 50 + 1) == 0) at = random.nextLong() >> random.nextInt(60);
        column[k] = at;
        at += step;
      }
      byte[] packed = new Pack(4).column(column, column.length).u8(77).done();
      Unpack u = new Unpack(packed);
      assertThat(u.column(column.length)).isEqualTo(column);
      assertThat(u.u8()).isEqualTo(77);
    }
  }

  @Test
  void aSteadyColumnIsShort() {
    long[] uids = new long[256];
    Arrays.setAll(uids, i -> 100_000 + i);
    assertThat(new Pack(4).column(uids, 256).size()).isLessThan(12);
    assertThat(new Pack(4).column(new long[256], 256).size()).isLessThan(6);
  }

  /// Whatever a disk gives back: an error that says so, never another exception, never much memory.
  @Test
  void damageIsNoticed() {
    Random random = new Random(3);
    Page page = new Page(0, 16);
    for (int i = 0; i < 100; i++) {
      page.add(new Page.Entry(i, 10, 20, 30, 40, 1, 0, 0), i + 1, i);
    }
    byte[] fixed = page.fixedRow();
    byte[] changing = page.changingRow();
    for (int i = 0; i < 3000; i++) {
      byte[] bad = Arrays.copyOf(fixed, random.nextInt(fixed.length + 1));
      for (int n = random.nextInt(4); n > 0 && bad.length > 0; n--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        Page.decode(0, bad, changing);
      } catch (Unpack.DamagedRow e) {
        assertThat(e).hasMessageMatching(".+");
      }
    }
    assertThatThrownBy(() -> Page.decode(0, new byte[] {9}, changing))
        .isInstanceOf(Unpack.DamagedRow.class)
        .hasMessageContaining("format 9");
  }
}
