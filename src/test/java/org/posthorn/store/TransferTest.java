package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

/// Copying and moving between accounts, also with a machine that dies in between.
class TransferTest {
  /// Gives the n-th commit after it was armed a fate of its own.
  private static final class NthCommit implements Faults {
    private int left = -1;
    private Fate fate;

    synchronized void arm(int n, Fate f) {
      left = n;
      fate = f;
    }

    @Override
    public synchronized Fate commit(Commit commit) {
      return left >= 0 && left-- == 0 ? fate : Fate.APPLY;
    }
  }

  private final NthCommit faults = new NthCommit();
  private final MemoryKv kv = new MemoryKv(faults);
  private final FaultyDisk disk = new FaultyDisk(1);
  private TestStore test = new TestStore(kv, disk);
  private Account ana = test.store.account(test.store.createAccount());
  private Account bo = test.store.account(test.store.createAccount());

  private void append(String subject, Flags flags) {
    Message m = TestStore.message(test.store, AccountTest.mail(subject));
    ana.append("INBOX", m, flags, AccountTest.WHEN);
  }

  private List<String> texts(Account a, String box) throws IOException {
    List<String> out = new ArrayList<>();
    EntryCursor c = a.mailbox(box).entries(UidSet.ALL);
    while (c.next()) {
      MessageRow row = a.message(c.emailId());
      String text = new String(a.bytes(row, 0, (int) row.size()), StandardCharsets.US_ASCII);
      out.add(text.substring(text.indexOf("Subject: ") + 9).split("\r\n")[0]);
    }
    return out;
  }

  private long email(Account a, String box, int seq) {
    EntryCursor c = a.mailbox(box).entries(UidSet.ALL);
    for (int i = 0; i < seq; i++) assertThat(c.next()).isTrue();
    return c.emailId();
  }

  private Changes.Copied copy(UidSet uids, Rights rights) {
    return ana.by(ana.id()).copy(ana.mailbox("INBOX").id(), uids, bo, "INBOX", rights);
  }

  private Changes.Copied move(UidSet uids) {
    return ana.by(ana.id()).move(ana.mailbox("INBOX").id(), uids, bo, "INBOX", Rights.ALL);
  }

  /// Lets graves and blobs without users go.
  private void passTime() {
    test.millis.addAndGet(2 * MessageChanges.GRACE_SECONDS * 1000);
    test.store.reap();
    test.millis.addAndGet(2 * MessageChanges.GRACE_SECONDS * 1000);
    test.store.reap();
  }

  @Test
  void emailAndThreadKeepTheirIds() throws IOException {
    append("one", new Flags(Flags.FLAGGED | Flags.SEEN, List.of("work")));
    append("two", Flags.NONE);
    Changes.Copied done = copy(UidSet.ALL, Rights.ALL);
    assertThat(done.source()).containsExactly(1, 2);
    assertThat(done.target()).containsExactly(1, 2);
    assertThat(done.uidValidity()).isEqualTo(bo.mailbox("INBOX").uidValidity());
    assertThat(texts(bo, "INBOX")).containsExactly("one", "two");
    long email = email(ana, "INBOX", 1);
    assertThat(email(bo, "INBOX", 1)).isEqualTo(email);
    assertThat(bo.message(email).thread()).isEqualTo(ana.message(email).thread());
    assertThat(bo.usage().emails()).isEqualTo(2);
    assertThat(bo.usage().bytes()).isEqualTo(ana.usage().bytes());
    EntryCursor c = bo.mailbox("INBOX").entries(UidSet.of(1));
    assertThat(c.next()).isTrue();
    // It is ana who has seen it.
    assertThat(c.systemFlags()).isEqualTo(Flags.FLAGGED);
    c = bo.by(ana.id()).mailbox(bo.mailbox("INBOX").id()).entries(UidSet.of(1));
    assertThat(c.next()).isTrue();
    assertThat(c.systemFlags()).isEqualTo(Flags.FLAGGED | Flags.SEEN);
    assertThat(bo.mailbox("INBOX").keywords()).containsExactly("work");
    // A reply there joins the thread.
    String reply =
        AccountTest.mail("one").replace("Message-ID: ", "Message-ID: <r@x>\nIn-Reply-To: ");
    bo.append("INBOX", TestStore.message(test.store, reply), Flags.NONE, AccountTest.WHEN);
    assertThat(bo.message(email(bo, "INBOX", 3)).thread()).isEqualTo(bo.message(email).thread());
    test.close();
  }

  @Test
  void flagsGoAsFarAsTheRights() {
    append("one", new Flags(Flags.FLAGGED | Flags.SEEN | Flags.DELETED, List.of("work")));
    copy(UidSet.ALL, Rights.of(Rights.Right.INSERT, Rights.Right.SEEN));
    MailboxId inbox = bo.mailbox("INBOX").id();
    EntryCursor c = bo.by(ana.id()).mailbox(inbox).entries(UidSet.of(1));
    assertThat(c.next()).isTrue();
    assertThat(c.systemFlags()).isEqualTo(Flags.SEEN);
    assertThat(bo.mailbox("INBOX").keywords()).isEmpty();
    assertThat(bo.mailbox("INBOX").deleted()).isZero();
    test.close();
  }

  @Test
  void octetsStayWhileOneAccountUsesThem() throws IOException {
    append("one", Flags.NONE);
    append("two", Flags.NONE);
    copy(UidSet.of(1), Rights.ALL);
    move(UidSet.of(2));
    assertThat(ana.mailbox("INBOX").count()).isEqualTo(1);
    ana.remove(ana.mailbox("INBOX").id(), UidSet.ALL);
    passTime();
    assertThat(ana.usage().emails()).isZero();
    assertThat(texts(bo, "INBOX")).containsExactly("one", "two");
    assertThat(test.store.check()).isEmpty();
    test.store.removeAccount(ana.id(), also -> {});
    passTime();
    assertThat(texts(bo, "INBOX")).containsExactly("one", "two");
    bo.remove(bo.mailbox("INBOX").id(), UidSet.ALL);
    passTime();
    assertThat(kv.scanLocal(new byte[] {'B'}, new byte[] {'C'}, 10)).isEmpty();
    test.close();
  }

  @Test
  void aCopyOfWhatIsThereAlreadyTakesNoRoom() throws IOException {
    append("one", Flags.NONE);
    copy(UidSet.ALL, Rights.ALL);
    copy(UidSet.ALL, Rights.ALL);
    assertThat(bo.usage().emails()).isEqualTo(1);
    assertThat(texts(bo, "INBOX")).containsExactly("one", "one");
    // And back again: one email in two mailboxes.
    bo.by(bo.id()).move(bo.mailbox("INBOX").id(), UidSet.of(1), ana, "Archive", Rights.ALL);
    assertThat(ana.usage().emails()).isEqualTo(1);
    assertThat(texts(ana, "Archive")).containsExactly("one");
    test.close();
  }

  @Test
  void whatLiesInAGraveComesBack() throws IOException {
    append("one", Flags.NONE);
    copy(UidSet.ALL, Rights.ALL);
    bo.remove(bo.mailbox("INBOX").id(), UidSet.ALL);
    assertThat(bo.usage().emails()).isZero();
    copy(UidSet.ALL, Rights.ALL);
    assertThat(bo.usage().emails()).isEqualTo(1);
    assertThat(test.store.check()).isEmpty();
    passTime();
    assertThat(texts(bo, "INBOX")).containsExactly("one");
    test.close();
  }

  @Test
  void theTargetsQuotaCounts() throws IOException {
    append("one", Flags.NONE);
    append("two", Flags.NONE);
    bo.setQuota(Quota.ofOctets(ana.usage().bytes() - 1));
    assertThatThrownBy(() -> move(UidSet.ALL))
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.reason()).isEqualTo(Refused.Reason.OVER_QUOTA));
    assertThat(texts(ana, "INBOX")).containsExactly("one", "two");
    assertThat(bo.mailbox("INBOX").count()).isZero();
    move(UidSet.of(1));
    assertThat(texts(bo, "INBOX")).containsExactly("one");
    test.close();
  }

  @Test
  void manyAreMovedInSteps() throws IOException {
    for (int i = 0; i < 600; i++) append("m" + i, Flags.NONE);
    Changes.Copied done = move(UidSet.ALL);
    assertThat(done.source()).hasSize(600);
    assertThat(done.target()).hasSize(600);
    assertThat(ana.mailbox("INBOX").count()).isZero();
    assertThat(texts(bo, "INBOX")).startsWith("m0", "m1").hasSize(600);
    assertThat(done.modSeq()).isEqualTo(ana.mailbox("INBOX").highestModSeq());
    test.close();
  }

  @Test
  void aMailboxThatIsNotThereIsRefused() {
    append("one", Flags.NONE);
    MailboxId inbox = ana.mailbox("INBOX").id();
    assertThatThrownBy(() -> ana.by(ana.id()).move(inbox, UidSet.ALL, bo, "none", Rights.ALL))
        .isInstanceOf(Refused.class);
    ana.create("x", Set.of());
    MailboxId gone = ana.mailbox("x").id();
    ana.delete("x");
    assertThatThrownBy(() -> ana.by(ana.id()).copy(gone, UidSet.ALL, bo, "INBOX", Rights.ALL))
        .isInstanceOf(Refused.class);
    assertThat(ana.mailbox("INBOX").count()).isEqualTo(1);
    test.close();
  }

  /// Whichever of the commits of a MOVE fails or is the last before a crash: no message is lost,
  /// and in the end each is in one account only.
  @ParameterizedTest
  @EnumSource(names = {"REJECT", "UNKNOWN_APPLIED", "UNKNOWN_LOST", "CRASH_LOST", "CRASH_KEPT"})
  void aMoveMayFailAnywhere(Faults.Fate fate) throws IOException {
    for (int n = 0; n < 5; n++) failAt(n, fate);
  }

  private static void failAt(int n, Faults.Fate fate) throws IOException {
    TransferTest t = new TransferTest();
    t.append("one", Flags.NONE);
    t.append("two", Flags.NONE);
    t.faults.arm(n, fate);
    boolean done = true;
    try {
      t.move(UidSet.of(1));
    } catch (StoreUnavailable e) {
      done = false;
    }
    if (!t.kv.crashed()) t.kv.crash();
    t.test = new TestStore(t.kv.reopen(Faults.NONE), t.disk.crash());
    t.ana = t.test.store.account(t.ana.id());
    t.bo = t.test.store.account(t.bo.id());
    String what = fate + " at commit " + n;
    assertThat(t.test.store.check()).as(what).isEmpty();
    List<String> left = t.texts(t.ana, "INBOX");
    List<String> moved = t.texts(t.bo, "INBOX");
    assertThat(left.contains("one") || moved.contains("one")).as(what).isTrue();
    assertThat(left).as(what).contains("two");
    assertThat(moved).as(what).doesNotContain("two");
    if (done) assertThat(left).as(what).containsExactly("two");
    assertThat(t.test.store.courier().carryAll(t.bo.id())).as(what).isTrue();
    assertThat(t.texts(t.ana, "INBOX").contains("one"))
        .as(what)
        .isNotEqualTo(moved.contains("one"));
    if (done) assertThat(moved).as(what).containsExactly("one");
    t.test.close();
  }
}
