package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.OffsetDateTime;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuotaTest {
  private static final OffsetDateTime WHEN = OffsetDateTime.parse("2026-11-23T10:00:00Z");

  private final TestStore test = new TestStore();
  private Account ana;

  @BeforeEach
  void account() {
    ana = test.store.account(test.store.createAccount());
  }

  @AfterEach
  void close() {
    test.close();
  }

  private Changes.Appended append() {
    return ana.append(
        "INBOX", TestStore.message(test.store, "Subject: x\n\ntext\n"), Flags.NONE, WHEN);
  }

  private static void assertFull(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.reason()).isEqualTo(Refused.Reason.OVER_QUOTA));
  }

  @Test
  void messagesAreCountedOnceWhereverTheyAre() {
    ana.setQuota(new Quota(Quota.NONE, 2, Quota.NONE));
    UidSet first = UidSet.of(append().uid());
    append();
    assertThat(ana.fits(1, 1)).isFalse();
    assertFull(this::append);
    MailboxId inbox = ana.mailbox("INBOX").id();
    ana.copy(inbox, first, "Archive");
    assertThat(ana.usage().emails()).isEqualTo(2);
    ana.remove(inbox, first);
    assertFull(this::append);
    ana.remove(ana.mailbox("Archive").id(), UidSet.ALL);
    assertThatCode(this::append).doesNotThrowAnyException();
  }

  @Test
  void octetsToTheLast() {
    append();
    long one = ana.usage().bytes();
    ana.setQuota(Quota.ofOctets(2 * one));
    append();
    assertFull(this::append);
    ana.setQuota(Quota.ofOctets(3 * one - 1));
    assertFull(this::append);
    ana.setQuota(Quota.ofOctets(3 * one));
    append();
    assertThat(ana.usage().bytes()).isEqualTo(3 * one);
  }

  @Test
  void mailboxesWithTheParentsMadeForThem() {
    long have = ana.usage().mailboxes();
    ana.setQuota(new Quota(Quota.NONE, Quota.NONE, have + 2));
    assertFull(() -> ana.create("a/b/c", Set.of()));
    assertThat(ana.mailbox("a")).isNull();
    ana.create("a/b", Set.of());
    assertFull(() -> ana.create("d", Set.of()));
    assertFull(() -> ana.rename("a/b", "e/b"));
    assertFull(() -> ana.rename("INBOX", "old"));
    ana.rename("a/b", "b");
    ana.delete("b");
    ana.rename("INBOX", "old");
    assertThat(ana.usage().mailboxes()).isEqualTo(have + 2);
  }

  @Test
  void zeroForbidsAndLimitsBelowTheUsageKeepWhatIsThere() {
    append();
    ana.setQuota(new Quota(0, 0, 0));
    assertFull(this::append);
    assertFull(() -> ana.create("x", Set.of()));
    assertThat(ana.mailbox("INBOX").count()).isEqualTo(1);
    ana.delete("Junk");
    ana.setQuota(Quota.UNLIMITED);
    append();
    ana.create("x", Set.of());
  }

  @Test
  void rowsOfTheFirstFormatAreReadForEver() {
    byte[] old =
        new Pack(32)
            .u8(1)
            .varint(7)
            .varint(1)
            .varint(9)
            .varint(11)
            .varint(13)
            .varint(2)
            .varint(500)
            .varint(3)
            .varint(4)
            .varint(5)
            .u8(0)
            .done();
    AccountState.Data d = AccountState.Data.decode(old);
    assertThat(d.quota()).isEqualTo(Quota.ofOctets(500));
    assertThat(d.oldestGrave()).isEqualTo(5);
    assertThat(AccountState.Data.decode(d.row())).isEqualTo(d);
  }
}
