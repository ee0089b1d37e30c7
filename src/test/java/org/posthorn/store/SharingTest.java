package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

/// Access control lists, and the hints that follow them. The store checks itself at the end.
class SharingTest {
  private static final class Refusing implements Faults {
    private final LongAdder reads = new LongAdder();
    private AccountId account;

    @Override
    public void read() {
      reads.increment();
    }

    @Override
    public Fate commit(Commit commit) {
      return account != null
              && commit != null
              && commit.partition().equals(org.posthorn.store.kv.Partition.account(account.value()))
          ? Fate.REJECT
          : Fate.APPLY;
    }
  }

  private final Refusing faults = new Refusing();
  private final MemoryKv kv = new MemoryKv(faults);
  private final FaultyDisk disk = new FaultyDisk(1);
  private TestStore test = new TestStore(kv, disk);
  private Account ana = test.store.account(test.store.createAccount());
  private Account bo = test.store.account(test.store.createAccount());
  private Account cleo = test.store.account(test.store.createAccount());

  @AfterEach
  void close() {
    test.close();
  }

  private static Rights rights(String letters) {
    Rights out = Rights.NONE;
    for (char c : letters.toCharArray()) out = out.plus(Rights.of(Rights.Right.of(c)));
    return out;
  }

  private void set(String box, Grantee to, AclChange.Op op, String letters) {
    ana.changeAcl(ana.mailbox(box).id(), new AclChange(to, op, rights(letters)));
  }

  private void give(String box, Grantee to, String letters) {
    set(box, to, AclChange.Op.REPLACE, letters);
  }

  private String has(Account user, String box) {
    return ana.rights(ana.mailbox(box).id(), user.id()).letters();
  }

  private static Grantee user(Account a) {
    return Grantee.user(a.id());
  }

  @Test
  void aUserHasWhatHisEntryAndThatOfAnyoneGiveWithoutWhatIsTaken() {
    give("INBOX", user(bo), "lrs");
    assertThat(has(bo, "INBOX")).isEqualTo("lrs");
    assertThat(has(cleo, "INBOX")).isEmpty();
    give("INBOX", Grantee.ANYONE, "li");
    assertThat(has(bo, "INBOX")).isEqualTo("lrsi");
    assertThat(has(cleo, "INBOX")).isEqualTo("li");
    give("INBOX", user(bo).negated(), "i");
    assertThat(has(bo, "INBOX")).isEqualTo("lrs");
    give("INBOX", Grantee.ANYONE.negated(), "l");
    assertThat(has(bo, "INBOX")).isEqualTo("rs");
    assertThat(has(cleo, "INBOX")).isEqualTo("i");
  }

  @Test
  void entriesAreReplacedAddedToAndTakenFrom() {
    give("INBOX", user(bo), "lrs");
    set("INBOX", user(bo), AclChange.Op.ADD, "wr");
    assertThat(has(bo, "INBOX")).isEqualTo("lrsw");
    set("INBOX", user(bo), AclChange.Op.REMOVE, "sx");
    assertThat(has(bo, "INBOX")).isEqualTo("lrw");
    give("INBOX", user(bo), "");
    assertThat(ana.acl(ana.mailbox("INBOX").id()).entries()).isEmpty();
  }

  @Test
  void theOwnerCannotLockHimselfOut() {
    assertThat(has(ana, "INBOX")).isEqualTo(Rights.ALL.letters());
    set("INBOX", user(ana), AclChange.Op.REMOVE, "xta");
    assertThat(has(ana, "INBOX")).isEqualTo("lrswipkea");
    give("INBOX", user(ana), "");
    assertThat(has(ana, "INBOX")).isEqualTo("la");
    give("INBOX", user(ana).negated(), "la");
    assertThat(has(ana, "INBOX")).isEqualTo("la");
    give("Sent", Grantee.ANYONE.negated(), "lrswipkxtea");
    assertThat(has(ana, "Sent")).isEqualTo(Rights.ALL.letters());
  }

  @Test
  void hintsFollowTheLists() {
    assertThat(bo.sharers()).isEmpty();
    give("INBOX", user(bo), "lr");
    give("Sent", user(bo), "lr");
    give("Sent", user(cleo).negated(), "lr");
    assertThat(bo.sharers()).containsExactly(ana.id());
    assertThat(cleo.sharers()).isEmpty();
    give("INBOX", user(bo), "");
    assertThat(bo.sharers()).containsExactly(ana.id());
    ana.delete("Sent");
    assertThat(test.store.courier().carryAll(ana.id())).isTrue();
    assertThat(bo.sharers()).isEmpty();
    give("INBOX", Grantee.ANYONE, "l");
    assertThat(bo.sharers()).containsExactly(ana.id());
    assertThat(cleo.sharers()).containsExactly(ana.id());
    assertThat(ana.sharers()).isEmpty();
    give("INBOX", Grantee.ANYONE, "");
    assertThat(cleo.sharers()).isEmpty();
  }

  @Test
  void anAccountThatGoesTakesItsHintsAlong() {
    give("INBOX", user(bo), "lr");
    give("INBOX", Grantee.ANYONE, "l");
    test.store.removeAccount(ana.id(), also -> {});
    assertThat(test.store.courier().carryAll(ana.id())).isTrue();
    assertThat(bo.sharers()).isEmpty();
    assertThat(cleo.sharers()).isEmpty();
  }

  @Test
  void aGranteeMayGo() {
    give("INBOX", user(bo), "lr");
    test.store.removeAccount(bo.id(), also -> {});
    give("INBOX", user(bo), "");
    assertThat(test.store.courier().carryAll(ana.id())).isTrue();
  }

  @Test
  void aNewMailboxHasTheListOfTheOneAbove() {
    ana.create("a", Set.of());
    give("a", user(bo), "lrk");
    ana.create("a/b/c", Set.of());
    assertThat(has(bo, "a/b")).isEqualTo("lrk");
    assertThat(has(bo, "a/b/c")).isEqualTo("lrk");
    ana.rename("a/b", "d");
    assertThat(has(bo, "d")).isEqualTo("lrk");
    assertThat(has(bo, "d/c")).isEqualTo("lrk");
    ana.delete("d/c");
    ana.create("d/c", Set.of());
    give("d/c", user(bo), "");
    ana.rename("d/c", "a/c");
    assertThat(has(bo, "a/c")).isEmpty();
  }

  @Test
  void renamedInboxKeepsItsListAndSoDoesTheNewOne() {
    give("INBOX", user(bo), "lr");
    ana.rename("INBOX", "old");
    assertThat(has(bo, "old")).isEqualTo("lr");
    assertThat(has(bo, "INBOX")).isEqualTo("lr");
  }

  /// Whoever looks for what others share reads nothing of accounts that share nothing with him.
  @Test
  void whoSharesIsKnownWithoutAskingEverybody() {
    give("INBOX", user(bo), "lr");
    long few = reads(() -> assertThat(bo.sharers()).containsExactly(ana.id()));
    for (int i = 0; i < 100; i++) test.store.createAccount();
    assertThat(reads(() -> assertThat(bo.sharers()).containsExactly(ana.id()))).isEqualTo(few);
  }

  private long reads(Runnable what) {
    long before = faults.reads.sum();
    what.run();
    return faults.reads.sum() - before;
  }

  @Test
  void aListHasAnEnd() {
    for (int i = 1; i <= Sharing.ENTRIES_MAX; i++) {
      give("INBOX", Grantee.user(new AccountId(i)), "l");
    }
    assertThatThrownBy(() -> give("INBOX", user(bo), "l"))
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.reason()).isEqualTo(Refused.Reason.LIMIT));
  }

  @Test
  void hintsThatFailedComeAfterACrash() {
    faults.account = bo.id();
    give("INBOX", user(bo), "lr");
    assertThat(has(bo, "INBOX")).isEqualTo("lr");
    assertThat(bo.sharers()).isEmpty();
    assertThat(test.store.check()).isEmpty();
    kv.crash();
    test = new TestStore(kv.reopen(Faults.NONE), disk.crash());
    ana = test.store.account(ana.id());
    bo = test.store.account(bo.id());
    assertThat(has(bo, "INBOX")).isEqualTo("lr");
    assertThat(test.store.courier().carryAll(ana.id())).isTrue();
    assertThat(bo.sharers()).containsExactly(ana.id());
  }

  @Test
  void theCheckFindsWhatContradicts() {
    give("INBOX", user(bo), "lr");
    bo.change(d -> {
      d.delete(Keys.id('i', ana.id().value()));
      d.put(Keys.id('i', cleo.id().value()), new byte[] {1});
      return null;
    });
    assertThat(test.store.check())
        .anyMatch(p -> p.contains("has no hint"))
        .anyMatch(p -> p.contains("who does not"));
    bo.change(d -> {
      d.delete(Keys.id('i', cleo.id().value()));
      d.put(Keys.id('i', ana.id().value()), new byte[] {1});
      return null;
    });
  }
}
