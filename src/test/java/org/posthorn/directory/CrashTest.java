package org.posthorn.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.posthorn.Await;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

/// Every step of every change fails or dies once, and nothing is left half done.
class CrashTest {
  private static final int STEPS_MAX = 60;

  /// Fails at the n-th commit.
  private static final class FailAt implements Faults {
    private final Fate fate;
    private final AtomicInteger left;

    FailAt(Fate fate, int step) {
      this.fate = fate;
      this.left = new AtomicInteger(step);
    }

    @Override
    public Fate commit(Commit commit) {
      return commit != null && left.decrementAndGet() == 0 ? fate : Fate.APPLY;
    }

    boolean happened() {
      return left.get() <= 0;
    }
  }

  /// What was answered before something failed.
  private static final class Answered {
    boolean domain;
    boolean ana;
    boolean alias;
    boolean bo;
    boolean boGone;
    boolean other;
    boolean otherGone;
    boolean backup;
    boolean same;
    boolean group;
    boolean forward;
    boolean moved;
  }

  private static void work(Directory d, Answered a) {
    d.addDomain("example.test");
    a.domain = true;
    d.addAccountWithoutPassword(EmailAddress.parse("ana@example.test"));
    a.ana = true;
    d.addAlias("info@example.test", List.of("ana@example.test"));
    a.alias = true;
    d.addAccountWithoutPassword(EmailAddress.parse("bo@example.test"));
    a.bo = true;
    d.removeAccount("bo@example.test");
    a.boGone = true;
    d.addDomain("other.test");
    a.other = true;
    d.removeDomain("other.test");
    a.otherGone = true;
    d.addBackupDomain("backup.test", List.of("x", "y"));
    a.backup = true;
    d.addDomainAlias("same.test", "example.test");
    a.same = true;
    d.addressing().addGroup("all@example.test", List.of("ana@example.test", "z@far.test"), null);
    a.group = true;
    d.addressing().addForward("ana@example.test", List.of("ana@far.test"), true);
    a.forward = true;
    d.addressing().move("left@example.test", "left@far.test", false);
    a.moved = true;
  }

  private static void holds(TestDirectory t, Answered a) {
    assertThat(t.directory.check()).isEmpty();
    if (a.domain) assertThat(t.directory.isOurs("example.test")).isTrue();
    if (a.ana) assertThat(t.readers("ana@example.test")).contains("ana@example.test");
    if (a.alias) assertThat(t.readers("info@example.test")).contains("ana@example.test");
    if (a.backup) assertThat(t.readers("y@backup.test")).containsExactly("backup backup.test");
    if (a.same) assertThat(t.readers("ana@same.test")).contains("ana@example.test");
    if (a.group) {
      assertThat(t.readers("all@example.test"))
          .contains("ana@example.test", "z@far.test via GROUP all@example.test");
    }
    if (a.forward) {
      assertThat(t.readers("ana@example.test"))
          .containsExactly("ana@example.test", "ana@far.test via FORWARD ana@example.test");
    }
    if (a.moved) assertThat(t.readers("left@example.test")).containsExactly("551 left@far.test");
    if (a.boGone) assertThat(t.readers("bo@example.test")).containsExactly("nobody");
    if (a.otherGone) assertThat(t.directory.isOurs("other.test")).isFalse();
    // Whatever happened, the same can be done now, and no name is blocked.
    Directory d = t.directory;
    if (!d.isOurs("example.test")) d.addDomain("example.test");
    for (String name : List.of("ana@example.test", "bo@example.test")) {
      if (d.account(name).isEmpty()) {
        d.addAccountWithoutPassword(EmailAddress.parse(name));
      }
      assertThat(t.readers(name)).contains(name);
    }
    if (!d.isOurs("other.test")) d.addDomain("other.test");
    d.removeDomain("other.test");
    // A backup domain is there with its list or not at all, and may become something else.
    if (d.isBackupFor("backup.test")) {
      assertThat(t.readers("x@backup.test")).containsExactly("backup backup.test");
      d.removeDomain("backup.test");
    }
    d.addDomain("backup.test");
    assertThat(t.readers("x@backup.test")).containsExactly("nobody");
    assertThat(d.check()).isEmpty();
    assertThat(d.accounts()).hasSize(2);
    assertThat(t.store.accounts(null, 100)).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = Faults.Fate.class,
      names = {"CRASH_LOST", "CRASH_KEPT"})
  void aCrashAtAnyStep(Faults.Fate fate) {
    for (int step = 1; ; step++) {
      assertThat(step).isLessThan(STEPS_MAX);
      FailAt faults = new FailAt(fate, step + 1); // not the one that makes the store
      MemoryKv kv = new MemoryKv(faults);
      TestDirectory t = new TestDirectory(TestDirectory.CHEAP, kv);
      Answered answered = new Answered();
      try {
        work(t.directory, answered);
      } catch (RuntimeException e) {
        // it died
      }
      t.directory.close();
      if (!faults.happened()) {
        t.store.close();
        return;
      }
      if (!kv.crashed()) kv.crash();
      try (TestDirectory again = new TestDirectory(TestDirectory.CHEAP, kv.reopen(Faults.NONE))) {
        again.carryLeftovers();
        holds(again, answered);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Faults.Fate.class,
      names = {"REJECT", "UNKNOWN_APPLIED", "UNKNOWN_LOST"})
  void aFailureAtAnyStep(Faults.Fate fate) {
    for (int step = 1; ; step++) {
      assertThat(step).isLessThan(STEPS_MAX);
      FailAt faults = new FailAt(fate, step + 1);
      try (TestDirectory t = new TestDirectory(TestDirectory.CHEAP, new MemoryKv(faults))) {
        Answered answered = new Answered();
        try {
          work(t.directory, answered);
        } catch (DirectoryException e) {
          assertThat(e.reason()).isEqualTo(DirectoryException.Reason.UNAVAILABLE);
        }
        if (!faults.happened()) return;
        t.carryLeftovers();
        holds(t, answered);
      }
    }
  }

  @Test
  void theCourierFinishesAtTheNextStart() {
    FailAt faults = new FailAt(Faults.Fate.CRASH_LOST, 5); // store, domain, list, account: the name
    MemoryKv kv = new MemoryKv(faults);
    TestDirectory t = new TestDirectory(TestDirectory.CHEAP, kv);
    t.directory.addDomain("example.test");
    TestDirectory.refused(
        DirectoryException.Reason.UNAVAILABLE,
        () -> t.directory.addAccountWithoutPassword(EmailAddress.parse("ana@example.test")));
    t.directory.close();
    try (TestDirectory again = new TestDirectory(TestDirectory.CHEAP, kv.reopen(Faults.NONE))) {
      assertThat(again.readers("ana@example.test")).containsExactly("nobody");
      again.store.start();
      Await.until(() -> again.readers("ana@example.test").equals(List.of("ana@example.test")));
    }
  }

  @Test
  void anOtherProcessMayWriteBetween() {
    MemoryKv kv = new MemoryKv();
    try (TestDirectory t = new TestDirectory(TestDirectory.CHEAP, kv)) {
      t.directory.addDomain("example.test");
      PartitionRows others =
          new PartitionRows(
              kv, t.store.ids(), org.posthorn.store.kv.Partition.domain("example.test"));
      PartitionRows ours =
          new PartitionRows(
              kv, t.store.ids(), org.posthorn.store.kv.Partition.domain("example.test"));
      AtomicInteger applied = new AtomicInteger();
      byte[] key = {'y', 'y'};
      int seen =
          ours.change(edit -> {
            byte[] there = edit.get(key);
            if (applied.incrementAndGet() < 4) {
              others.change(other -> {
                other.put(key, new byte[] {1, (byte) applied.get()});
                return null;
              });
            }
            edit.put(key, new byte[] {1, 99});
            return there == null ? 0 : there[1];
          });
      assertThat(applied).hasValue(4);
      assertThat(seen).isEqualTo(3);
      assertThat(ours.get(key)).containsExactly(1, 99);
    }
  }
}
