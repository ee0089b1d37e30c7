package org.posthorn.mta.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.posthorn.store.StoreUnavailable;
import org.posthorn.store.kv.Partition;

class ShardTest {
  /// Whoever leads fails the change, whatever it threw, and goes on.
  @Test
  void anErrorOfOneChangeStopsNobodyElse() {
    try (TestQueue test = new TestQueue()) {
      Shard shard = new Shard(test.store.store, Partition.queue(7, 0));
      assertThatThrownBy(() ->
              shard.change(edit -> {
                throw new StackOverflowError();
              }))
          .isInstanceOf(StoreUnavailable.class);
      byte[] key = {'x'};
      assertThat(shard.<Boolean>change(edit -> edit.get(key) == null)).isTrue();
    }
  }
}
