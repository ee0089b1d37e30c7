package org.posthorn.mta.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.posthorn.store.TestStore;
import org.posthorn.store.Unpack;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;
import org.posthorn.trust.transport.KeptPolicy;
import org.posthorn.trust.transport.StsPolicy;

/// Policies that are kept, as rows.
class PolicyRowsTest {
  private static KeptPolicy policy(int n) {
    StsPolicy policy =
        new StsPolicy(
            n % 2 == 0 ? StsPolicy.Mode.ENFORCE : StsPolicy.Mode.TESTING,
            List.of("mx" + n + ".a.test", "*.b.test"),
            Duration.ofSeconds(86_400 + n));
    Instant then = Instant.ofEpochMilli(1_900_000_000_000L + n);
    return new KeptPolicy("id" + n, policy, then, then.plusSeconds(n));
  }

  @Test
  void theyAreKept() {
    try (TestStore disk = new TestStore()) {
      PolicyRows rows = new PolicyRows(disk.store);
      assertThat(rows.find("a.test")).isNull();
      for (int i = 0; i < 250; i++) {
        rows.keep("d" + i + ".test", policy(i));
      }
      assertThat(rows.find("d7.test")).isEqualTo(policy(7));
      rows.keep("d7.test", policy(8));
      assertThat(rows.find("d7.test")).isEqualTo(policy(8));
      rows.forget("d8.test");
      assertThat(rows.find("d8.test")).isNull();
      Set<String> seen = new HashSet<>();
      String after = "";
      for (Map<String, KeptPolicy> some = rows.after(after, 100);
          !some.isEmpty();
          some = rows.after(after, 100)) {
        for (String domain : some.keySet()) {
          assertThat(seen.add(domain)).isTrue();
          after = domain;
        }
      }
      assertThat(seen).hasSize(249);
      assertThat(PolicyRows.check(disk.store)).isEmpty();
    }
  }

  /// Mail to its domain must not wait for somebody to mend it.
  @Test
  void aDamagedRowIsAsIfItWasNotThere() {
    try (TestStore disk = new TestStore()) {
      PolicyRows rows = new PolicyRows(disk.store);
      rows.keep("a.test", policy(1));
      Kv kv = disk.store.kv();
      byte[] key =
          kv.scan(Partition.SERVER, "y/sts/".getBytes(), "y/sts0".getBytes(), 1).getFirst().key();
      kv.commit(
          new Commit(
              Partition.SERVER,
              kv.head(Partition.SERVER).version(),
              disk.store.ids().next(),
              List.of(),
              List.of(new Row(key, new byte[] {1})),
              List.of(),
              List.of(),
              Commit.Local.NONE));
      rows.keep("b.test", policy(2));
      assertThat(rows.find("a.test")).isNull();
      assertThat(rows.after("", 1)).containsOnlyKeys("b.test");
      rows.keep("a.test", policy(3));
      assertThat(rows.find("a.test")).isEqualTo(policy(3));
    }
  }

  @Test
  void rowsThatMeanNothingAreFound() {
    byte[] row = PolicyRows.encode(new PolicyRows.Kept("a.test", policy(1)));
    assertThat(PolicyRows.decode(row).policy()).isEqualTo(policy(1));
    for (int i = 0; i < row.length; i++) {
      byte[] cut = Arrays.copyOf(row, i);
      assertThatThrownBy(() -> PolicyRows.decode(cut)).isInstanceOf(Unpack.DamagedRow.class);
    }
  }
}
