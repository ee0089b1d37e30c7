package org.posthorn.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.directory.DirectoryException.Reason.ALREADY_EXISTS;
import static org.posthorn.directory.DirectoryException.Reason.INVALID;
import static org.posthorn.directory.DirectoryException.Reason.NOT_EMPTY;
import static org.posthorn.directory.DirectoryException.Reason.NO_SUCH_DOMAIN;
import static org.posthorn.directory.DirectoryException.Reason.NO_SUCH_NAME;
import static org.posthorn.directory.DirectoryException.Reason.WEAK_PASSWORD;
import static org.posthorn.directory.TestDirectory.refused;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.AccountId;
import org.posthorn.store.Delivery;
import org.posthorn.store.Flags;
import org.posthorn.store.Message;
import org.posthorn.store.TestStore;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

class AdministrationTest {
  final MemoryKv kv = new MemoryKv();
  final TestDirectory t = new TestDirectory(TestDirectory.CHEAP, kv);
  final Directory d = t.directory;
  boolean closed;

  @AfterEach
  void close() {
    if (!closed) t.close();
  }

  /// Another process over the same rows.
  TestDirectory reopen() {
    t.close();
    closed = true;
    return new TestDirectory(TestDirectory.CHEAP, kv.reopen(Faults.NONE));
  }

  @Test
  void everythingIsThereAfterARestart() {
    AccountId ana = t.account("Ana@example.test", "a password");
    d.addDomain("example.org");
    d.addAlias("info@example.org", List.of("ana@example.test"));
    d.addAlias("@example.org", List.of("ana@example.test"));
    d.addDomain("gone.test");
    d.removeDomain("gone.test");
    try (TestDirectory again = reopen()) {
      assertThat(again.directory.domains()).containsExactly("example.org", "example.test");
      assertThat(again.directory.accounts())
          .containsExactly(new AccountEntry(ana, EmailAddress.parse("Ana@example.test"), false));
      assertThat(again.readers("info@example.org")).containsExactly("Ana@example.test");
      assertThat(again.readers("any@example.org")).containsExactly("Ana@example.test");
      assertThat(again.readers("any@gone.test")).containsExactly("not ours");
      assertThat(again.directory.aliases()).hasSize(2);
    }
  }

  @Test
  void domainsComeAndGo() {
    d.addDomain("example.test");
    refused(ALREADY_EXISTS, () -> d.addDomain("EXAMPLE.test"));
    refused(INVALID, () -> d.addDomain("exa mple"));
    refused(INVALID, () -> d.addDomain("[192.0.2.1]"));
    refused(INVALID, () -> d.addDomain(""));
    refused(INVALID, () -> d.addDomain("a.".repeat(110) + "test"));
    refused(NO_SUCH_DOMAIN, () -> d.removeDomain("example.org"));
    t.account("ana@example.test");
    d.addAlias("info@example.test", List.of("ana@example.test"));
    refused(NOT_EMPTY, () -> d.removeDomain("example.test"));
    d.removeAccount("ana@example.test");
    d.removeDomain("example.test");
    assertThat(d.domains()).isEmpty();
    assertThat(t.readers("info@example.test")).containsExactly("not ours");
    // Its aliases do not come back with it.
    d.addDomain("example.test");
    assertThat(t.readers("info@example.test")).containsExactly("nobody");
  }

  @Test
  void accountsComeAndGo() {
    AccountId first = t.account("ana@example.test");
    refused(ALREADY_EXISTS, () -> d.addAccount("ANA@example.test", "word", PasswordRules.ANY));
    refused(NO_SUCH_DOMAIN, () -> d.addAccount("ana@other.test", "word", PasswordRules.ANY));
    refused(INVALID, () -> d.addAccount("ana", "word", PasswordRules.ANY));
    refused(INVALID, () -> d.addAccount("ana@[192.0.2.1]", "word", PasswordRules.ANY));
    refused(
        INVALID, () -> d.addAccount("a".repeat(65) + "@example.test", "word", PasswordRules.ANY));
    refused(WEAK_PASSWORD, () -> d.addAccount("bo@example.test", "word", PasswordRules.STRONG));
    refused(NO_SUCH_NAME, () -> d.removeAccount("bo@example.test"));
    t.account("a".repeat(64) + "@example.test");
    d.removeAccount("Ana@example.test");
    assertThat(t.store.account(first)).isNull();
    assertThat(t.readers("ana@example.test")).containsExactly("nobody");
    AccountId second = t.account("ana@example.test");
    assertThat(second).isNotEqualTo(first);
    assertThat(t.readers("ana@example.test")).containsExactly("ana@example.test");
    assertThat(d.account("ANA@example.test"))
        .contains(new AccountEntry(second, EmailAddress.parse("ana@example.test"), false));
    assertThat(d.account("bo@example.test")).isEmpty();
    assertThat(d.account("no address")).isEmpty();
  }

  @Test
  void noMailIsTakenForAnAccountRemovedAfterItWasFound() {
    AccountId ana = t.account("ana@example.test");
    assertThat(t.readers("ana@example.test")).containsExactly("ana@example.test");
    d.removeAccount("ana@example.test");
    var target =
        new Delivery.Target(
            ana,
            "INBOX",
            new byte[0],
            Flags.NONE,
            OffsetDateTime.ofInstant(t.test.clock.instant(), ZoneOffset.UTC));
    Message message = TestStore.message(t.store, "Subject: late\n\nToo late.\n");
    assertThat(t.store.deliver(message, List.of(target)))
        .singleElement()
        .isInstanceOf(Delivery.Outcome.NotTaken.class);
  }

  @Test
  void anAliasAndAnAccountCannotShareAName() {
    t.account("ana@example.test");
    d.addAlias("info@example.test", List.of("ana@example.test"));
    refused(ALREADY_EXISTS, () -> t.account("info@example.test"));
    refused(ALREADY_EXISTS, () -> d.addAlias("ana@example.test", List.of("info@example.test")));
    refused(NO_SUCH_NAME, () -> d.removeAlias("ana@example.test"));
    refused(NO_SUCH_NAME, () -> d.removeAlias("@example.test"));
    refused(NO_SUCH_DOMAIN, () -> d.addAlias("a@other.test", List.of("ana@example.test")));
    refused(INVALID, () -> d.addAlias("@", List.of("ana@example.test")));
  }

  @Test
  void anAliasOfARemovedAccountIsReported() {
    t.account("ana@example.test");
    t.account("bo@example.test");
    d.addAlias("team@example.test", List.of("ana@example.test", "bo@example.test"));
    d.removeAccount("bo@example.test");
    assertThat(t.readers("team@example.test")).containsExactly("ana@example.test");
    assertThat(d.check()).hasSize(1).first().asString().contains("team", "bo@example.test");
    d.addAlias("team@example.test", List.of("ana@example.test"));
  }

  @Test
  void aNameIsGivenOnce() throws InterruptedException {
    d.addDomain("example.test");
    AtomicInteger won = new AtomicInteger();
    Set<DirectoryException.Reason> lost = ConcurrentHashMap.newKeySet();
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  go.await();
                  d.addAccountWithoutPassword(EmailAddress.parse("ana@example.test"));
                  won.incrementAndGet();
                } catch (DirectoryException e) {
                  lost.add(e.reason());
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }));
    }
    go.countDown();
    for (Thread thread : threads) thread.join();
    assertThat(won).hasValue(1);
    assertThat(lost).containsOnly(ALREADY_EXISTS);
    assertThat(d.accounts()).hasSize(1);
    assertThat(t.store.accounts(null, 100)).hasSize(1);
  }

  @Test
  void manyNamesAtOnce() throws InterruptedException {
    d.addDomain("example.test");
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String mine = "user" + i + "x";
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int k = 0; k < 20; k++) {
                  d.addAccountWithoutPassword(EmailAddress.parse(mine + k + "@example.test"));
                  if (k % 3 == 0) d.removeAccount(mine + k + "@example.test");
                }
              }));
    }
    for (Thread thread : threads) thread.join();
    assertThat(d.accounts()).hasSize(8 * 13);
    assertThat(t.store.accounts(null, 1000)).hasSize(8 * 13);
  }

  @Test
  void checkNamesWhatIsWrong() {
    try (TestDirectory other = new TestDirectory()) {
      other.account("ana@example.test");
      AccountId stray = other.store.createAccount();
      assertThat(other.directory.check()).containsExactly("account " + stray + " has no address");
      other.store.removeAccount(stray, also -> {});
      AccountId bo = other.account("bo@example.test");
      other.store.removeAccount(bo, also -> {});
      assertThat(other.directory.check())
          .hasSize(1)
          .first()
          .asString()
          .contains("bo@example.test", "does not exist");
      assertThat(other.readers("bo@example.test")).containsExactly("nobody");
      // Nor is the name blocked.
      other.account("bo@example.test");
    }
  }
}
