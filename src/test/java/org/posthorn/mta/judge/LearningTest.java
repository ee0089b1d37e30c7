package org.posthorn.mta.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.Await;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.Account;
import org.posthorn.store.Delivery;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.FlagChange;
import org.posthorn.store.Flags;
import org.posthorn.store.Mailbox;
import org.posthorn.store.Message;
import org.posthorn.store.SpecialUse;
import org.posthorn.store.TestStore;
import org.posthorn.store.UidSet;

/// What is learned from what a user does with his mail. Another session than the one that delivers
/// moves it.
class LearningTest {
  private static final EmailAddress EVE = EmailAddress.parse("eve@evil.test");

  private final TestStore disk = new TestStore();
  private final Account ana = disk.store.account(disk.store.createAccount());
  private Experience experience = experience();

  private Experience experience() {
    return new Experience(disk.store, disk.clock, (a, to) -> false, CommonModel.none());
  }

  @AfterEach
  void end() {
    experience.close();
    disk.close();
  }

  private static String text(int number) {
    return """
    From: Eve <eve@evil.test>
    Subject: Offer %d

    Cheap watches number %d
    """
        .formatted(number, number);
  }

  /// Delivered as a stranger's mail is.
  private void deliver(int number, boolean junk) {
    deliver(
        text(number), junk, "Authentication-Results: mx.foo.com; dkim=pass header.d=evil.test\r\n");
  }

  private void deliver(String text, boolean junk, String results) {
    byte[] head =
        ("X-Posthorn-Verdict: " + (junk ? "junk" : "accept") + "; rule=x\r\n" + results)
            .getBytes(StandardCharsets.US_ASCII);
    Message message = TestStore.message(disk.store, text);
    SpecialUse use = junk ? SpecialUse.JUNK : null;
    var target =
        new Delivery.Target(
            ana.id(), "INBOX", use, head, Flags.NONE, OffsetDateTime.parse("2026-11-30T10:00Z"));
    assertThat(disk.store.deliver(message, List.of(target)))
        .allMatch(o -> o instanceof Delivery.Outcome.Delivered);
  }

  private UidSet all(String mailbox) {
    return ana.mailbox(mailbox).present(UidSet.ALL);
  }

  private void move(String from, String to) {
    ana.move(ana.mailbox(from).id(), all(from), to);
  }

  private void flag(String mailbox, int system, String... keywords) {
    Mailbox box = ana.mailbox(mailbox);
    var flags = new Flags(system, List.of(keywords));
    ana.store(box.id(), all(mailbox), new FlagChange(FlagChange.Op.ADD, flags), Long.MAX_VALUE);
  }

  /// How much such a message is like spam, in percent.
  private int spam(int number) {
    try {
      return experience
          .likeness(CommonModelTraining.features(text(number).getBytes()), ana.id())
          .percent();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private Standing.Code eve() {
    return experience.standing(ana.id(), EVE).code();
  }

  @Test
  void whatIsMovedIntoJunkIsSpam() {
    deliver(1, false);
    experience.learnNow();
    assertThat(spam(2)).isEqualTo(50);
    assertThat(eve()).isEqualTo(Standing.Code.NO);
    move("INBOX", "Junk");
    experience.learnNow();
    assertThat(spam(2)).isGreaterThan(80);
    assertThat(eve()).isEqualTo(Standing.Code.BAD);
  }

  @Test
  void whatWePutIntoJunkTeachesNothing() {
    deliver(1, true);
    flag("Junk", Flags.SEEN);
    experience.learnNow();
    assertThat(spam(2)).isEqualTo(50);
    assertThat(eve()).isEqualTo(Standing.Code.NO);
  }

  @Test
  void whatIsTakenOutOfJunkIsGood() {
    deliver(1, true);
    experience.learnNow();
    move("Junk", "INBOX");
    experience.learnNow();
    assertThat(spam(2)).isLessThan(25);
    assertThat(eve()).isEqualTo(Standing.Code.GOOD);
  }

  @Test
  void whatIsThrownAwayFromJunkIsNoneTheBetter() {
    deliver(1, true);
    move("Junk", "Trash");
    experience.learnNow();
    assertThat(spam(2)).isEqualTo(50);
  }

  @Test
  void movingBackTakesItBack() {
    deliver(1, false);
    move("INBOX", "Junk");
    experience.learnNow();
    move("Junk", "INBOX");
    experience.learnNow();
    int good = spam(2);
    assertThat(good).isLessThan(25);
    assertThat(eve()).isEqualTo(Standing.Code.GOOD);
    move("INBOX", "Junk");
    experience.learnNow();
    int junk = spam(2);
    assertThat(junk).isGreaterThan(80);
    move("Junk", "INBOX");
    experience.learnNow();
    assertThat(spam(2)).isEqualTo(good);
    move("INBOX", "Junk");
    experience.learnNow();
    assertThat(spam(2)).isEqualTo(junk);
  }

  @Test
  void keywordsSayItToo() {
    deliver(1, false);
    flag("INBOX", 0, "$Junk");
    experience.learnNow();
    assertThat(spam(2)).isGreaterThan(80);
    Mailbox box = ana.mailbox("INBOX");
    var change = new FlagChange(FlagChange.Op.REPLACE, new Flags(0, List.of("$NotJunk")));
    ana.store(box.id(), UidSet.ALL, change, Long.MAX_VALUE);
    experience.learnNow();
    assertThat(spam(2)).isLessThan(25);
  }

  @Test
  void eachMessageCountsOnce() {
    deliver(1, false);
    move("INBOX", "Junk");
    experience.learnNow();
    int once = spam(2);
    flag("Junk", Flags.SEEN);
    experience.learnNow();
    flag("Junk", Flags.FLAGGED, "$Junk");
    experience.learnNow();
    assertThat(spam(2)).isEqualTo(once);
  }

  @Test
  void afterARestartNothingIsLearnedTwice() {
    deliver(1, false);
    move("INBOX", "Junk");
    experience.learnNow();
    int once = spam(2);
    experience.close();
    experience = experience();
    assertThat(spam(2)).isEqualTo(once);
    deliver(3, false);
    flag("Junk", Flags.SEEN);
    experience.learnNow();
    assertThat(spam(2)).isEqualTo(once);
  }

  /// What happened while nobody listened is seen with the next change.
  @Test
  void aLostHintCostsTimeOnly() {
    deliver(1, false);
    experience.close();
    move("INBOX", "Junk");
    experience = experience();
    experience.learnNow();
    assertThat(spam(2)).isEqualTo(50);
    deliver(3, false);
    experience.learnNow();
    assertThat(spam(2)).isGreaterThan(80);
  }

  /// Or whoever only ever says what is spam would find more and more of his mail in Junk.
  @Test
  void whatIsReadAndKeptCountsALittle() {
    deliver(1, false);
    move("INBOX", "Junk");
    experience.learnNow();
    int junk = spam(2);
    deliver(2, false);
    flag("INBOX", Flags.SEEN);
    experience.learnNow();
    int read = spam(2);
    assertThat(read).isBetween(30, junk - 1);
    move("INBOX", "Trash");
    experience.learnNow();
    assertThat(spam(2)).isEqualTo(junk);
  }

  @Test
  void whoIsAnsweredIsKnown() {
    deliver(1, false);
    flag("INBOX", Flags.ANSWERED | Flags.SEEN);
    experience.learnNow();
    assertThat(eve()).isEqualTo(Standing.Code.GOOD);
  }

  @Test
  void whoIsReadOnThreeDaysIsKnown() {
    for (int day = 0; day < 3; day++) {
      assertThat(eve()).isEqualTo(Standing.Code.NO);
      deliver(day, false);
      flag("INBOX", Flags.SEEN);
      experience.learnNow();
      disk.millis.addAndGet(Duration.ofDays(1).toMillis());
    }
    assertThat(eve()).isEqualTo(Standing.Code.GOOD);
  }

  /// A forger cannot make his victim unwelcome, and nobody makes himself known by a foreign line.
  @Test
  void onlyProvenMailSaysSomethingOfItsAuthor() {
    deliver(
        text(1), false, "Authentication-Results: mx.foo.com; dkim=pass header.d=other.test\r\n");
    deliver(
        "Authentication-Results: mx.foo.com; dkim=pass header.d=evil.test\n" + text(2), false, "");
    move("INBOX", "Junk");
    experience.learnNow();
    assertThat(eve()).isEqualTo(Standing.Code.NO);
    assertThat(spam(2)).isGreaterThan(80);
  }

  @Test
  void otherAccountsLearnNothingOfIt() {
    Account bo = disk.store.account(disk.store.createAccount());
    deliver(1, false);
    move("INBOX", "Junk");
    experience.learnNow();
    assertThat(experience.standing(bo.id(), EVE)).isEqualTo(Standing.STRANGER);
    assertThat(experience.standing(ana.id(), EVE).code()).isEqualTo(Standing.Code.BAD);
  }

  @Test
  void manyMessagesAreLearnedAtOnce() {
    for (int i = 0; i < 300; i++) {
      deliver(i, false);
    }
    move("INBOX", "Junk");
    experience.learnNow();
    assertThat(spam(1000)).isGreaterThan(90);
    EntryCursor c = ana.mailbox("Junk").entries(UidSet.ALL);
    assertThat(c.next()).isTrue();
    move("Junk", "INBOX");
    experience.learnNow();
    assertThat(spam(1000)).isLessThan(25);
  }

  @Test
  void itHappensByItself() {
    experience.start();
    deliver(1, false);
    move("INBOX", "Junk");
    Await.until(() -> spam(2) > 80);
  }

  @Test
  void whatWasLearnedCountsWhereNothingMoreIsLearned() {
    deliver(1, false);
    move("INBOX", "Junk");
    experience.learnNow();
    int junk = spam(2);
    experience.close();
    move("Junk", "INBOX");
    experience.learnNow();
    assertThat(spam(2)).isEqualTo(junk);
    assertThat(eve()).isEqualTo(Standing.Code.BAD);
  }
}
