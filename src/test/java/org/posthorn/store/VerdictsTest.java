package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.posthorn.store.search.Sought;

class VerdictsTest {
  private static final MailboxId INBOX = new MailboxId(7);

  private static void note(Verdicts.Known known, long uid, boolean contains) {
    Verdicts.Known.add(known.pageToAdd(Page.numberOf(uid)), uid, contains);
  }

  private static String verdict(Verdicts.Known known, long uid) {
    var page = known.page(Page.numberOf(uid));
    if (page == null) return "open";
    boolean yes = Verdicts.Known.yes(page, uid);
    boolean no = Verdicts.Known.no(page, uid);
    assertThat(yes && no).isFalse();
    return yes ? "yes" : no ? "no" : "open";
  }

  @Test
  void eachUidOfEachStringInEachMailboxHasItsOwn() {
    Verdicts verdicts = new Verdicts(1 << 20);
    Sought hello = Sought.inBody("Hello");
    note(verdicts.of(INBOX, hello), 1, true);
    note(verdicts.of(INBOX, hello), 63, false);
    note(verdicts.of(INBOX, hello), 64, true);
    note(verdicts.of(INBOX, hello), UidSet.UID_MAX, true);
    Verdicts.Known known = verdicts.of(INBOX, Sought.inBody("hELLO"));
    assertThat(verdict(known, 1)).isEqualTo("yes");
    assertThat(verdict(known, 2)).isEqualTo("open");
    assertThat(verdict(known, 63)).isEqualTo("no");
    assertThat(verdict(known, 64)).isEqualTo("yes");
    assertThat(verdict(known, 257)).isEqualTo("open");
    assertThat(verdict(known, UidSet.UID_MAX)).isEqualTo("yes");
    assertThat(verdict(verdicts.of(INBOX, Sought.anywhere("hello")), 1)).isEqualTo("open");
    assertThat(verdict(verdicts.of(INBOX, Sought.inHeader("X", "hello")), 1)).isEqualTo("open");
    assertThat(verdict(verdicts.of(new MailboxId(8), hello), 1)).isEqualTo("open");
  }

  @Test
  void theSixtyFourNewestStringsOfAMailboxAreKept() {
    Verdicts verdicts = new Verdicts(1 << 20);
    note(verdicts.of(new MailboxId(8), Sought.inBody("other")), 1, true);
    for (int i = 0; i < 70; i++) note(verdicts.of(INBOX, Sought.inBody("string " + i)), 1, true);
    assertThat(verdict(verdicts.of(new MailboxId(8), Sought.inBody("other")), 1)).isEqualTo("yes");
    assertThat(verdict(verdicts.of(INBOX, Sought.inBody("string 6")), 1)).isEqualTo("yes");
    assertThat(verdict(verdicts.of(INBOX, Sought.inBody("string 5")), 1)).isEqualTo("open");
  }

  @Test
  void theHeapTheyTakeIsBounded() {
    Verdicts verdicts = new Verdicts(100_000);
    for (int i = 1; i <= 1000; i++) {
      Verdicts.Known known = verdicts.of(new MailboxId(i), Sought.inBody("string"));
      for (long uid = 1; uid < 10_000; uid += 200) note(known, uid, false);
      assertThat(verdict(known, 1)).isEqualTo("no");
      assertThat(verdicts.weight()).isBetween(1L, 100_000L);
    }
    assertThat(verdict(verdicts.of(new MailboxId(3), Sought.inBody("string")), 1))
        .isEqualTo("open");
    // A string too long to remember still serves the search that looks for it.
    Verdicts.Known once = verdicts.of(INBOX, Sought.inBody("x".repeat(2000)));
    note(once, 1, true);
    assertThat(verdict(once, 1)).isEqualTo("yes");
  }
}
