package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetadataTest {
  private final TestStore test = new TestStore();
  private Account ana;
  private AccountId bo;
  private MailboxId inbox;

  @BeforeEach
  void accounts() {
    ana = test.store.account(test.store.createAccount());
    bo = test.store.createAccount();
    inbox = ana.mailbox("INBOX").id();
  }

  @AfterEach
  void close() {
    test.close(); // checks what is counted
  }

  private static byte[] text(String s) {
    return s == null ? null : s.getBytes(StandardCharsets.UTF_8);
  }

  private long set(MailboxId mailbox, AccountId user, String name, String value) {
    return ana.metadata().set(mailbox, List.of(new Metadata.Change(user, name, text(value))));
  }

  private String get(MailboxId mailbox, AccountId user, String name) {
    byte[] value = ana.metadata().get(mailbox, user, name);
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  private List<String> below(String name, boolean deep) {
    List<String> names = new ArrayList<>();
    ana.metadata().below(inbox, null, name, deep, e -> names.add(e.name()));
    return names;
  }

  @Test
  void everyUserHasHisOwnBesideTheSharedOne() {
    set(inbox, null, "/comment", "ours");
    set(inbox, ana.id(), "/comment", "mine");
    set(inbox, bo, "/comment", "his");
    set(null, ana.id(), "/comment", "of the account");
    assertThat(get(inbox, null, "/COMMENT")).isEqualTo("ours");
    assertThat(get(inbox, ana.id(), "/comment")).isEqualTo("mine");
    assertThat(get(inbox, bo, "/comment")).isEqualTo("his");
    assertThat(get(null, ana.id(), "/comment")).isEqualTo("of the account");
    assertThat(get(null, null, "/comment")).isNull();
    set(inbox, ana.id(), "/Comment", null);
    assertThat(get(inbox, ana.id(), "/comment")).isNull();
    assertThat(get(inbox, bo, "/comment")).isEqualTo("his");
  }

  @Test
  void aGuestCannotFillWhatIsTheOwners() {
    String some = "x".repeat(10_000);
    for (int i = 0; i < 3; i++) {
      set(inbox, bo, "/vendor/" + i, some);
    }
    assertThatThrownBy(() -> set(inbox, bo, "/vendor/3", some))
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.reason()).isEqualTo(Refused.Reason.LIMIT));
    set(inbox, bo, "/vendor/0", null);
    set(inbox, bo, "/vendor/3", some);
    for (int i = 0; i < 10; i++) {
      set(inbox, ana.id(), "/vendor/" + i, some);
    }
  }

  @Test
  void namesBelowInOrderAsFirstWritten() {
    set(inbox, null, "/a/B", "1");
    set(inbox, null, "/A/b", "2");
    set(inbox, null, "/a/c/d", "3");
    set(inbox, null, "/a", "4");
    set(inbox, null, "/ab", "5");
    assertThat(below("/A", false)).containsExactly("/a/B");
    assertThat(below("/a", true)).containsExactly("/a/B", "/a/c/d");
    assertThat(below("", false)).containsExactly("/a", "/ab");
    assertThat(get(inbox, null, "/a/b")).isEqualTo("2");
  }

  @Test
  void theyGoWithTheirMailboxAndFollowItsName() {
    ana.create("work", Set.of());
    MailboxId work = ana.mailbox("work").id();
    set(work, null, "/comment", "hello");
    ana.rename("work", "play");
    assertThat(get(ana.mailbox("play").id(), null, "/comment")).isEqualTo("hello");
    ana.delete("play");
    assertThat(get(work, null, "/comment")).isNull();
    ana.create("play", Set.of());
    assertThat(get(ana.mailbox("play").id(), null, "/comment")).isNull();
  }

  @Test
  void inboxKeepsThemAndSoDoesItsNewName() {
    set(inbox, bo, "/comment", "his");
    ana.rename("INBOX", "old");
    assertThat(get(ana.mailbox("old").id(), bo, "/comment")).isEqualTo("his");
    assertThat(get(ana.mailbox("INBOX").id(), bo, "/comment")).isEqualTo("his");
  }

  @Test
  void changesGatheredIntoOneCommitSeeEachOther() {
    ana.create("x", Set.of());
    MailboxId x = ana.mailbox("x").id();
    set(x, null, "/comment", "before");
    var more = List.of(new Metadata.Change(null, "/comment", text("longer than before")));
    ana.change(d -> {
      Metadata.set(d, x, more, null);
      Metadata.set(d, inbox, more, null);
      MailboxChanges.delete(d, "x");
      return MailboxChanges.rename(d, "INBOX", "old", ana);
    });
    assertThat(get(x, null, "/comment")).isNull();
    assertThat(get(ana.mailbox("old").id(), null, "/comment")).isEqualTo("longer than before");
    assertThat(get(ana.mailbox("INBOX").id(), null, "/comment")).isEqualTo("longer than before");
  }

  @Test
  void thereIsALimitToAllTogether() {
    byte[] large = new byte[Metadata.VALUE_MAX];
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 1000; i++) {
                ana.metadata().set(inbox, List.of(new Metadata.Change(null, "/v" + i, large)));
              }
            })
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.reason()).isEqualTo(Refused.Reason.LIMIT));
    assertThat(get(inbox, null, "/v0")).isNotNull();
    assertThat(below("", true)).hasSizeBetween(200, 256);
    set(inbox, null, "/v1", null);
    set(inbox, null, "/small", "fits again");
    assertThatThrownBy(() -> ana.rename("INBOX", "twice")).isInstanceOf(Refused.class);
    assertThat(ana.mailbox("twice")).isNull();
  }

  @Test
  void whoWantsToKnowHearsWhatChanged() {
    long before = ana.modSeq();
    set(inbox, bo, "/comment", "x");
    long second = set(null, ana.id(), "/vendor/a/b", "y");
    assertThat(ana.metadata().news(before))
        .extracting(n -> n.mailbox() + " " + n.user() + " " + n.name())
        .containsExactly(inbox + " " + bo + " /comment", "null " + ana.id() + " /vendor/a/b");
    assertThat(ana.metadata().news(second)).isEmpty();
  }

  @Test
  void aSpecialUseMovesAndIsToldOfBoth() {
    long before = ana.modSeq();
    ana.metadata().set(inbox, List.of(), Set.of(SpecialUse.SENT));
    assertThat(ana.mailbox("INBOX").specialUse()).containsExactly(SpecialUse.SENT);
    assertThat(ana.mailbox("Sent").specialUse()).isEmpty();
    assertThat(ana.metadata().news(before))
        .extracting(Metadata.News::mailbox)
        .containsExactlyInAnyOrder(inbox, ana.mailbox("Sent").id());
  }

  @Test
  void aMailboxThatIsGoneHasNoneAndTakesNone() {
    ana.create("x", Set.of());
    MailboxId x = ana.mailbox("x").id();
    set(x, null, "/comment", "1");
    ana.delete("x");
    assertThatThrownBy(() -> set(x, null, "/comment", "2")).isInstanceOf(Refused.class);
    assertThat(get(x, null, "/comment")).isNull();
  }
}
