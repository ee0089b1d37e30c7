package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.Await;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

class AccountTest {
  static final OffsetDateTime WHEN = OffsetDateTime.parse("2026-11-23T11:12:13+01:00");

  volatile Runnable onRead = () -> {};
  final TestStore test =
      new TestStore(
          new MemoryKv(
              new Faults() {
                @Override
                public void read() {
                  onRead.run();
                }
              }),
          new FaultyDisk(1));
  final Account ana = test.store.account(test.store.createAccount());

  @AfterEach
  void close() {
    test.close();
  }

  static String mail(String subject, String... more) {
    return "From: bo@example.test\nTo: ana@example.test\nSubject: "
        + subject
        + "\nMessage-ID: <"
        + subject.hashCode()
        + "@example.test>\n"
        + String.join("", more)
        + "\nHello "
        + subject
        + "\n";
  }

  Changes.Appended append(String box, String subject) {
    return ana.append(box, TestStore.message(test.store, mail(subject)), Flags.NONE, WHEN);
  }

  @Test
  void beginsWithSixSubscribedMailboxes() {
    assertThat(ana.mailboxes())
        .extracting(Mailbox::name)
        .containsExactly("INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash");
    assertThat(ana.subscriptions()).hasSize(6);
    assertThat(ana.mailbox("Sent").specialUse()).containsExactly(SpecialUse.SENT);
    assertThat(ana.mailbox("inbox").uidNext()).isEqualTo(1);
  }

  /// Names of mailboxes that are gone stay subscribed, so these have a limit of their own.
  @Test
  void subscriptionsHaveALimit() {
    int most = MailboxChanges.MAILBOXES_MAX - ana.subscriptions().size();
    ana.change(d -> {
      for (int i = 0; i < most; i++) MailboxChanges.subscribe(d, "x" + i);
      return null;
    });
    ana.subscribe("x1");
    assertThatThrownBy(() -> ana.subscribe("one more")).isInstanceOf(Refused.class);
    ana.unsubscribe("x1");
    ana.subscribe("one more");
    assertThat(ana.subscriptions()).contains("one more").hasSize(MailboxChanges.MAILBOXES_MAX);
  }

  @Test
  void appendsAndReads() throws IOException {
    Changes.Appended a = append("INBOX", "one");
    assertThat(a.uid()).isEqualTo(1);
    Mailbox inbox = ana.mailbox("INBOX");
    assertThat(inbox.count()).isEqualTo(1);
    assertThat(inbox.unseen()).isEqualTo(1);
    assertThat(inbox.uidAt(1)).isEqualTo(1);
    EntryCursor c = inbox.entries(UidSet.ALL);
    assertThat(c.next()).isTrue();
    assertThat(c.internalDate()).isEqualTo(WHEN.toEpochSecond());
    assertThat(c.zoneMinutes()).isEqualTo(60);
    MessageRow row = ana.message(c.emailId());
    assertThat(c.size()).isEqualTo(row.size());
    String text = new String(ana.bytes(row, 0, (int) row.size()), StandardCharsets.UTF_8);
    assertThat(text).isEqualTo(mail("one").replace("\n", "\r\n"));
    assertThat(c.next()).isFalse();
    assertThat(c.next()).isFalse();
  }

  @Test
  void theRowKeepsReferencesOfALongOneTheFirstAndTheNewest() {
    assertThat(row(append("INBOX", "none")).references()).isEmpty();
    String two = mail("two", "References: <a@example.test> (first)\n <b@example.test>\n");
    assertThat(row(ana.append("INBOX", TestStore.message(test.store, two), Flags.NONE, WHEN)))
        .extracting(MessageRow::references)
        .isEqualTo(List.of("a@example.test", "b@example.test"));

    var field = new StringBuilder("References:");
    for (int i = 0; i < 150; i++) {
      field.append("\n <").append("x".repeat(80)).append(i).append("@example.test>");
    }
    String many = mail("many", field + "\n");
    List<String> kept =
        row(ana.append("INBOX", TestStore.message(test.store, many), Flags.NONE, WHEN))
            .references();
    assertThat(kept.getFirst()).endsWith("x0@example.test");
    assertThat(kept.getLast()).endsWith("x149@example.test");
    assertThat(String.join("\n", kept)).hasSizeLessThanOrEqualTo(8192);
    assertThat(kept).hasSizeGreaterThan(75);
  }

  private MessageRow row(Changes.Appended a) {
    return ana.message(a.email().value());
  }

  @Test
  void aHeadStandsBeforeTheBlob() throws IOException {
    Message m = TestStore.message(test.store, mail("with head"));
    byte[] head = "Return-Path: <bo@example.test>\r\n".getBytes(StandardCharsets.US_ASCII);
    test.store.deliver(m, List.of(new Delivery.Target(ana.id(), "INBOX", head, Flags.NONE, WHEN)));
    EntryCursor c = ana.mailbox("INBOX").entries(UidSet.ALL);
    assertThat(c.next()).isTrue();
    MessageRow row = ana.message(c.emailId());
    assertThat(row.size()).isEqualTo(head.length + m.size());
    String all = new String(ana.bytes(row, 0, (int) row.size()), StandardCharsets.US_ASCII);
    assertThat(all).startsWith("Return-Path: <bo@example.test>\r\nFrom: bo@");
    long bodyStart = row.structure().bodyStart();
    assertThat(all.substring((int) bodyStart)).isEqualTo("Hello with head\r\n");
    byte[] across = ana.bytes(row, head.length - 2, 6);
    assertThat(new String(across, StandardCharsets.US_ASCII)).isEqualTo("\r\nFrom");
  }

  /// RFC 6154 §2: an attribute, whatever the name is.
  @Test
  void aUseGoesBeforeAName() throws IOException {
    ana.rename("Junk", "Unwanted/Spam");
    deliver(SpecialUse.JUNK);
    assertThat(ana.mailbox("Unwanted/Spam").count()).isEqualTo(1);
    ana.delete("Unwanted/Spam");
    deliver(SpecialUse.JUNK);
    assertThat(ana.mailbox("INBOX").count()).isEqualTo(1);
  }

  private void deliver(SpecialUse use) throws IOException {
    Message m = TestStore.message(test.store, mail("for a use"));
    var to = new Delivery.Target(ana.id(), "INBOX", use, new byte[0], Flags.NONE, WHEN);
    assertThat(test.store.deliver(m, List.of(to)).getFirst())
        .isInstanceOf(Delivery.Outcome.Delivered.class);
  }

  @Test
  void onePageAfterAnother() {
    for (int i = 0; i < 600; i++) append("INBOX", "m" + i);
    Mailbox inbox = ana.mailbox("INBOX");
    assertThat(inbox.count()).isEqualTo(600);
    for (int seq = 1; seq <= 600; seq++) {
      assertThat(inbox.uidAt(seq)).isEqualTo(seq);
      assertThat(inbox.rank(seq)).isEqualTo(seq);
    }
    UidSet some = UidSet.of(1, 2, 255, 256, 257, 511, 512, 600, 700);
    assertThat(inbox.present(some)).isEqualTo(UidSet.of(1, 2, 255, 256, 257, 511, 512, 600));
    ana.store(
        inbox.id(),
        some,
        new FlagChange(FlagChange.Op.ADD, Flags.of(Flags.DELETED)),
        Long.MAX_VALUE);
    Changes.Expunged e = ana.expunge(inbox.id(), UidSet.ALL);
    assertThat(e.uids()).isEqualTo(UidSet.of(1, 2, 255, 256, 257, 511, 512, 600));
    Mailbox after = ana.mailbox("INBOX");
    assertThat(after.count()).isEqualTo(592);
    assertThat(after.uidAt(1)).isEqualTo(3);
    assertThat(after.uidAt(592)).isEqualTo(599);
    assertThat(after.rank(257)).isEqualTo(252);
    assertThat(after.expungedSince(inbox.highestModSeq())).isEqualTo(e.uids());
    // The old view still has them, and no expunge that it does not know of.
    assertThat(inbox.contains(256)).isTrue();
    assertThat(inbox.uidAt(1)).isEqualTo(1);
    assertThat(inbox.expungedSince(0)).isEqualTo(UidSet.EMPTY);
  }

  @Test
  void flagsAndKeywords() {
    append("INBOX", "one");
    append("INBOX", "two");
    MailboxId inbox = ana.mailbox("INBOX").id();
    long before = ana.mailbox("INBOX").highestModSeq();
    Changes.Stored s =
        ana.store(
            inbox,
            UidSet.of(1),
            new FlagChange(FlagChange.Op.ADD, new Flags(Flags.SEEN, List.of("$Forwarded"))),
            Long.MAX_VALUE);
    assertThat(s.before()).isEqualTo(before);
    assertThat(s.modSeq()).isGreaterThan(before);
    Mailbox box = ana.mailbox("INBOX");
    assertThat(box.unseen()).isEqualTo(1);
    assertThat(box.keywords()).containsExactly("$Forwarded");
    EntryCursor c = box.changedSince(UidSet.ALL, before);
    assertThat(c.next()).isTrue();
    assertThat(c.uid()).isEqualTo(1);
    assertThat(c.systemFlags()).isEqualTo(Flags.SEEN);
    assertThat(c.keywordsLow()).isEqualTo(1);
    assertThat(c.next()).isFalse();
    // Nothing changes: no new MODSEQ.
    Changes.Stored again =
        ana.store(
            inbox,
            UidSet.of(1),
            new FlagChange(FlagChange.Op.ADD, Flags.of(Flags.SEEN)),
            Long.MAX_VALUE);
    assertThat(again.modSeq()).isEqualTo(s.modSeq());
    Changes.Stored late =
        ana.store(
            inbox,
            UidSet.of(1, 2),
            new FlagChange(FlagChange.Op.REPLACE, Flags.of(Flags.FLAGGED)),
            before);
    assertThat(late.failed()).isEqualTo(UidSet.of(1));
    assertThat(late.changed()).isEqualTo(UidSet.of(2));
  }

  @Test
  void copyKeepsTheEmailAndCountsItOnce() {
    append("INBOX", "one");
    append("INBOX", "two");
    Mailbox inbox = ana.mailbox("INBOX");
    ana.store(
        inbox.id(),
        UidSet.of(2),
        new FlagChange(FlagChange.Op.ADD, new Flags(0, List.of("red"))),
        Long.MAX_VALUE);
    long used = ana.usage().bytes();
    Changes.Copied c = ana.copy(inbox.id(), UidSet.of(2, 9), "Archive");
    assertThat(c.source()).containsExactly(2);
    assertThat(c.target()).containsExactly(1);
    assertThat(ana.usage().bytes()).isEqualTo(used);
    Mailbox archive = ana.mailbox("Archive");
    assertThat(archive.keywords()).containsExactly("red");
    EntryCursor a = archive.entries(UidSet.ALL);
    EntryCursor b = ana.mailbox("INBOX").entries(UidSet.of(2));
    assertThat(a.next() && b.next()).isTrue();
    assertThat(a.emailId()).isEqualTo(b.emailId());
    ana.remove(inbox.id(), UidSet.of(2));
    assertThat(ana.usage().bytes()).isEqualTo(used);
    ana.remove(archive.id(), UidSet.of(1));
    assertThat(ana.usage().emails()).isEqualTo(1);
  }

  @Test
  void move() {
    for (int i = 0; i < 10; i++) append("INBOX", "m" + i);
    Mailbox inbox = ana.mailbox("INBOX");
    Changes.Copied c = ana.move(inbox.id(), UidSet.range(3, 5), "Trash");
    assertThat(c.source()).containsExactly(3, 4, 5);
    assertThat(c.target()).containsExactly(1, 2, 3);
    assertThat(ana.mailbox("INBOX").count()).isEqualTo(7);
    assertThat(ana.mailbox("INBOX").expungedSince(c.before())).isEqualTo(UidSet.range(3, 5));
    // Into itself: new UIDs.
    Changes.Copied self = ana.move(inbox.id(), UidSet.of(1), "INBOX");
    assertThat(self.target()).containsExactly(11);
    assertThat(ana.mailbox("INBOX").count()).isEqualTo(7);
  }

  @Test
  void mailboxesAreMadeRenamedAndDeleted() {
    ana.create("a/b/c", Set.of());
    assertThat(ana.mailbox("a")).isNotNull();
    append("a/b", "one");
    MailboxId id = ana.mailbox("a/b").id();
    ana.rename("a", "z/y");
    assertThat(ana.mailbox("a")).isNull();
    assertThat(ana.mailbox("z/y/b").id()).isEqualTo(id);
    assertThat(ana.mailbox(id).name()).isEqualTo("z/y/b");
    assertThat(ana.mailbox("z")).isNotNull();
    assertThatThrownBy(() -> ana.create("z", Set.of()))
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.reason()).isEqualTo(Refused.Reason.ALREADY_EXISTS));
    long validity = ana.mailbox("z/y/b").uidValidity();
    ana.delete("z/y/b");
    assertThat(ana.mailbox(id)).isNull();
    ana.create("z/y/b", Set.of());
    assertThat(ana.mailbox("z/y/b").uidValidity()).isGreaterThan(validity);
    assertThatThrownBy(() -> ana.delete("INBOX")).isInstanceOf(Refused.class);
  }

  @Test
  void renamingInboxLeavesAnEmptyOne() {
    append("INBOX", "one");
    MailboxId old = ana.mailbox("INBOX").id();
    ana.rename("INBOX", "Old");
    assertThat(ana.mailbox("Old").count()).isEqualTo(1);
    assertThat(ana.mailbox("Old").id()).isNotEqualTo(old);
    assertThat(ana.mailbox("INBOX").id()).isEqualTo(old);
    assertThat(ana.mailbox("INBOX").count()).isZero();
    long uid = append("INBOX", "two").uid();
    assertThat(uid).isEqualTo(2);
    assertThat(ana.mailbox("Old").uidValidity()).isNotEqualTo(ana.mailbox("INBOX").uidValidity());
  }

  @Test
  void quotaRefuses() {
    append("INBOX", "one");
    ana.setQuota(Quota.ofOctets(ana.usage().bytes() + 10));
    assertThatThrownBy(() -> append("INBOX", "two"))
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.reason()).isEqualTo(Refused.Reason.OVER_QUOTA));
  }

  @Test
  void repliesJoinTheThread() {
    append("INBOX", "plan");
    Changes.Appended reply =
        ana.append(
            "INBOX",
            TestStore.message(
                test.store,
                "Subject: Re: plan\nMessage-ID: <r@x>\nReferences: <"
                    + "plan".hashCode()
                    + "@example.test>\n\nyes\n"),
            Flags.NONE,
            WHEN);
    Changes.Appended other =
        ana.append(
            "INBOX",
            TestStore.message(
                test.store,
                "Subject: else\nMessage-ID: <o@x>\nReferences: <"
                    + "plan".hashCode()
                    + "@example.test>\n\nno\n"),
            Flags.NONE,
            WHEN);
    EntryCursor c = ana.mailbox("INBOX").entries(UidSet.of(1));
    c.next();
    ThreadId first = ana.message(c.emailId()).thread();
    assertThat(ana.message(reply.email().value()).thread()).isEqualTo(first);
    assertThat(ana.message(other.email().value()).thread()).isNotEqualTo(first);
  }

  @Test
  void recentIsClaimedOnce() {
    append("INBOX", "one");
    MailboxId inbox = ana.mailbox("INBOX").id();
    assertThat(ana.claimRecent(inbox)).isEqualTo(1);
    assertThat(ana.claimRecent(inbox)).isEqualTo(2);
    append("INBOX", "two");
    assertThat(ana.claimRecent(inbox)).isEqualTo(2);
    assertThat(ana.recentFrom(inbox)).isEqualTo(3);
  }

  @Test
  void theGraveIsClearedAfterItsGrace() throws IOException {
    Changes.Appended a = append("INBOX", "one");
    MailboxId inbox = ana.mailbox("INBOX").id();
    ana.remove(inbox, UidSet.of(a.uid()));
    MessageRow row = ana.message(a.email().value());
    assertThat(ana.bytes(row, 0, 5)).isNotEmpty();
    test.store.reap();
    assertThat(ana.message(a.email().value())).isNotNull();
    test.millis.addAndGet(Duration.ofHours(2).toMillis());
    test.store.reap();
    assertThat(ana.message(a.email().value())).isNull();
    assertThatThrownBy(() -> ana.bytes(row, 0, 5)).isInstanceOf(IOException.class);
  }

  @Test
  void aSharedBlobLivesAsLongAsOneAccountUsesIt() throws IOException {
    Account bo = test.store.account(test.store.createAccount());
    List<Delivery.Target> both =
        List.of(
            new Delivery.Target(ana.id(), "INBOX", new byte[0], Flags.NONE, WHEN),
            new Delivery.Target(bo.id(), "INBOX", new byte[0], Flags.NONE, WHEN));
    test.store.deliver(TestStore.message(test.store, mail("both")), both);
    EntryCursor a = ana.mailbox("INBOX").entries(UidSet.ALL);
    EntryCursor b = bo.mailbox("INBOX").entries(UidSet.ALL);
    assertThat(a.next() && b.next()).isTrue();
    MessageRow hers = ana.message(a.emailId());
    MessageRow his = bo.message(b.emailId());
    assertThat(hers.blob()).isEqualTo(his.blob());
    ana.remove(ana.mailbox("INBOX").id(), UidSet.ALL);
    test.millis.addAndGet(Duration.ofHours(2).toMillis());
    test.store.reap();
    assertThat(ana.message(a.emailId())).isNull();
    assertThat(bo.bytes(his, 0, 5)).isNotEmpty();
    bo.remove(bo.mailbox("INBOX").id(), UidSet.ALL);
    test.millis.addAndGet(Duration.ofHours(3).toMillis());
    test.store.reap();
    assertThatThrownBy(() -> bo.bytes(his, 0, 5)).isInstanceOf(IOException.class);
  }

  @Test
  void aMessageDeliveredTwiceIntoOneAccountLivesAsLongAsEither() throws IOException {
    List<Delivery.Target> twice =
        List.of(
            new Delivery.Target(ana.id(), "INBOX", new byte[0], Flags.NONE, WHEN),
            new Delivery.Target(ana.id(), "Archive", new byte[0], Flags.NONE, WHEN));
    test.store.deliver(TestStore.message(test.store, mail("twice")), twice);
    ana.remove(ana.mailbox("INBOX").id(), UidSet.ALL);
    test.millis.addAndGet(Duration.ofHours(2).toMillis());
    test.store.reap();
    EntryCursor kept = ana.mailbox("Archive").entries(UidSet.ALL);
    assertThat(kept.next()).isTrue();
    assertThat(ana.bytes(ana.message(kept.emailId()), 0, 5)).isNotEmpty();
  }

  @Test
  void aYoungBlobOfARemovedAccountIsLetGoLater() throws IOException {
    append("INBOX", "one");
    EntryCursor c = ana.mailbox("INBOX").entries(UidSet.ALL);
    assertThat(c.next()).isTrue();
    MessageRow row = ana.message(c.emailId());
    test.store.removeAccount(ana.id(), a -> {});
    test.store.reap(); // another account's commit may still be about to use it
    assertThat(ana.bytes(row, 0, 5)).isNotEmpty();
    test.millis.addAndGet(Duration.ofHours(2).toMillis());
    test.store.reap();
    assertThatThrownBy(() -> ana.bytes(row, 0, 5)).isInstanceOf(IOException.class);
  }

  @Test
  void aLongThreadIsClearedWithoutReadingItAgainForEachMessage() {
    for (int i = 0; i < 300; i++) {
      Message m =
          TestStore.message(test.store, mail("Re: topic", "References: <1@example.test>\n"));
      ana.append("INBOX", m, Flags.NONE, WHEN);
    }
    ana.remove(ana.mailbox("INBOX").id(), UidSet.range(1, 299));
    test.millis.addAndGet(Duration.ofHours(2).toMillis());
    AtomicInteger reads = new AtomicInteger();
    onRead = reads::incrementAndGet;
    test.store.reap();
    assertThat(reads.get()).isLessThan(299 * 12);
    assertThat(ana.usage().emails()).isEqualTo(1);
  }

  @Test
  void manyWhoFindNoHeadReadItOnce() throws InterruptedException {
    append("INBOX", "one");
    ana.forget();
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger reads = new AtomicInteger();
    onRead =
        () -> {
          reads.incrementAndGet();
          reading.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    Thread first = Thread.ofPlatform().start(ana::usage);
    reading.await();
    Thread second = Thread.ofPlatform().start(ana::usage);
    Await.until(() -> second.getState() == Thread.State.BLOCKED);
    goOn.countDown();
    first.join();
    int once = reads.get();
    second.join();
    assertThat(reads.get()).isEqualTo(once);
  }

  @Test
  void keywordsAndCopiesHaveALimit() {
    Changes.Appended a = append("INBOX", "one");
    MailboxId inbox = ana.mailbox("INBOX").id();
    Flags longest = new Flags(0, List.of("k".repeat(100)));
    ana.store(
        inbox, UidSet.of(a.uid()), new FlagChange(FlagChange.Op.ADD, longest), Long.MAX_VALUE);
    FlagChange longer = new FlagChange(FlagChange.Op.ADD, new Flags(0, List.of("k".repeat(101))));
    assertThatThrownBy(() -> ana.store(inbox, UidSet.of(a.uid()), longer, Long.MAX_VALUE))
        .isInstanceOf(Refused.class);
    assertThatThrownBy(
            () -> {
              while (true) ana.copy(inbox, UidSet.ALL, "INBOX");
            })
        .isInstanceOf(Refused.class);
    assertThat(ana.mailbox(inbox).count()).isEqualTo(256);
  }

  @Test
  void manyAtOnceShareCommits() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 16; t++) {
      int n = t;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < 50; i++) append("INBOX", n + "-" + i);
              }));
    }
    for (Thread t : threads) t.join();
    Mailbox inbox = ana.mailbox("INBOX");
    assertThat(inbox.count()).isEqualTo(800);
    assertThat(inbox.uidNext()).isEqualTo(801);
  }

  @Test
  void aWaitingSessionIsTold() throws InterruptedException {
    MailboxId inbox = ana.mailbox("INBOX").id();
    try (ChangeBus.Subscription s = test.store.bus().subscribe(ana.id(), inbox)) {
      assertThat(s.poll()).isFalse();
      append("Archive", "elsewhere");
      assertThat(s.poll()).isFalse();
      Thread.ofVirtual().start(() -> append("INBOX", "one"));
      assertThat(s.await(Duration.ofSeconds(30))).isTrue();
      assertThat(ana.mailbox(inbox).count()).isEqualTo(1);
    }
  }

  @Test
  void theLogForgetsAfterNinetyDays() {
    append("INBOX", "one");
    append("INBOX", "two");
    Mailbox before = ana.mailbox("INBOX");
    ana.remove(before.id(), UidSet.of(1));
    test.millis.addAndGet(Duration.ofDays(91).toMillis());
    test.store.reap();
    assertThat(ana.mailbox("INBOX").expungedSince(before.highestModSeq())).isNull();
    Changes.Appended three = append("INBOX", "three");
    assertThat(ana.mailbox("INBOX").expungedSince(three.modSeq())).isEqualTo(UidSet.EMPTY);
    ana.reload();
    assertThat(ana.mailbox("INBOX").expungedSince(before.highestModSeq())).isNull();
    assertThat(ana.mailbox("INBOX").expungedSince(three.modSeq())).isEqualTo(UidSet.EMPTY);
  }

  @Test
  void manyMailboxesAndNamesThatClash() {
    ana.create("Caf\u00e9", Set.of());
    assertThat(ana.mailbox("Cafe\u0301")).isNotNull(); // NFC and NFD are one name
    assertThatThrownBy(() -> ana.create("Cafe\u0301", Set.of())).isInstanceOf(Refused.class);
    assertThatThrownBy(() -> ana.create("inBox", Set.of())).isInstanceOf(Refused.class);
    for (String bad : List.of("", "/a", "a/", "a//b", "a\u0007", "\ud800", "x".repeat(251))) {
      assertThatThrownBy(() -> ana.create(bad, Set.of()))
          .as(bad)
          .isInstanceOfSatisfying(
              Refused.class, r -> assertThat(r.reason()).isEqualTo(Refused.Reason.CANNOT));
    }
    assertThatThrownBy(() -> ana.rename("Archive", "Archive/below")).isInstanceOf(Refused.class);
    assertThatThrownBy(() -> ana.rename("Archive", "Archive")).isInstanceOf(Refused.class);
    assertThatThrownBy(() -> ana.rename("none", "some"))
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.reason()).isEqualTo(Refused.Reason.NONEXISTENT));
  }

  @Test
  void smallRecords() {
    ana.putRecord("cred", "password", new byte[] {1, 2});
    ana.putRecord("cred", "app/phone", new byte[] {1, 3});
    ana.putRecord("other", "x", new byte[] {1, 4});
    assertThat(ana.record("cred", "password")).containsExactly(1, 2);
    assertThat(ana.records("cred")).containsOnlyKeys("app/phone", "password");
    ana.putRecord("cred", "password", null);
    assertThat(ana.record("cred", "password")).isNull();
  }

  @Test
  void aRemovedAccountIsGone() {
    append("INBOX", "one");
    MailboxId inbox = ana.mailbox("INBOX").id();
    test.store.removeAccount(ana.id(), a -> {});
    assertThat(test.store.account(ana.id())).isNull();
    assertThat(ana.mailbox(inbox)).isNull();
    assertThat(test.store.accounts(null, 10)).isEmpty();
  }
}
