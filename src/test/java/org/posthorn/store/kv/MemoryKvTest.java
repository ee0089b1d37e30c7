package org.posthorn.store.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.posthorn.store.kv.Faults.Fate;

class MemoryKvTest extends KvContract {
  @Override
  Kv open() {
    return new MemoryKv();
  }

  @Override
  Kv reopen(Kv old) {
    old.close();
    return ((MemoryKv) old).reopen(Faults.NONE);
  }

  private static MemoryKv with(Fate... fates) {
    Queue<Fate> left = new ArrayDeque<>(Arrays.asList(fates));
    return new MemoryKv(
        new Faults() {
          @Override
          public Fate commit(Commit c) {
            return left.isEmpty() ? Fate.APPLY : left.remove();
          }
        });
  }

  @Test
  void failsAsTold() {
    try (MemoryKv m = with(Fate.REJECT, Fate.UNKNOWN_LOST, Fate.UNKNOWN_APPLIED)) {
      Commit c = commit(P, 0, 9, List.of(row("a", "1")));
      assertThat(m.commit(c)).isInstanceOf(CommitResult.Rejected.class);
      assertThat(m.commit(c)).isInstanceOf(CommitResult.Unknown.class);
      assertThat(m.head(P)).isEqualTo(new Kv.Head(0, 0));
      assertThat(m.commit(c)).isInstanceOf(CommitResult.Unknown.class);
      assertThat(m.head(P)).isEqualTo(new Kv.Head(1, 9));
    }
  }

  @Test
  void failsReadsAsTold() {
    Faults noReads =
        new Faults() {
          @Override
          public void read() {
            throw new KvException("told to", null);
          }
        };
    try (MemoryKv m = new MemoryKv(noReads)) {
      assertThat(m.commit(commit(P, 0, 1, List.of()))).isEqualTo(new CommitResult.Committed(1));
      assertThatThrownBy(() -> m.head(P)).isInstanceOf(KvException.class);
    }
  }

  @Test
  void crashKeepsWhatWasToldAndMayKeepOneMore() {
    for (Fate crash : List.of(Fate.CRASH_LOST, Fate.CRASH_KEPT)) {
      MemoryKv m = with(Fate.APPLY, crash);
      m.commit(commit(P, 0, 1, List.of(row("a", "1"))));
      assertThat(m.commit(commit(P, 1, 2, List.of(row("b", "2")))))
          .isInstanceOf(CommitResult.Unknown.class);
      assertThat(m.crashed()).isTrue();
      assertThatThrownBy(() -> m.head(P)).isInstanceOf(IllegalStateException.class);
      try (MemoryKv after = m.reopen(Faults.NONE)) {
        assertThat(after.head(P).version()).isEqualTo(crash == Fate.CRASH_KEPT ? 2 : 1);
        assertThat(string(after.get(P, b("a")))).isEqualTo("1");
      }
    }
  }

  @Test
  void crashFromOutsideEndsIt() {
    MemoryKv m = new MemoryKv();
    m.commit(commit(P, 0, 1, List.of()));
    m.crash();
    try (MemoryKv after = m.reopen(Faults.NONE)) {
      assertThat(after.head(P).version()).isEqualTo(1);
    }
  }
}
