package org.posthorn.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.directory.TestDirectory.refused;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.Addresses;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.KvException;
import org.posthorn.store.kv.MemoryKv;

class LoginTest {
  static final InetAddress HOME = Addresses.parse("192.0.2.1");
  static final String WORD = "blue horse";

  private volatile boolean broken;
  final TestDirectory t =
      new TestDirectory(
          TestDirectory.CHEAP,
          new MemoryKv(
              new Faults() {
                @Override
                public void read() {
                  if (broken) throw new KvException("told to", null);
                }
              }));
  final Directory d = t.directory;
  final AccountId ana = t.account("Ana@example.test", WORD);

  @AfterEach
  void close() {
    t.close();
  }

  private Login login(String name, String password) {
    return d.login(name, password, HOME);
  }

  private long hashes() {
    return d.counters().verifications.sum();
  }

  @Test
  void theFullAddressInAnyCase() {
    Login ok = new Login.Ok(ana, EmailAddress.parse("Ana@example.test"));
    assertThat(login("Ana@example.test", WORD)).isEqualTo(ok);
    assertThat(login("aNA@EXAMPLE.test", WORD)).isEqualTo(ok);
    assertThat(login("ana@example.test", "Blue horse")).isEqualTo(new Login.Refused());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ana",
        "bo@example.test",
        "ana@other.test",
        "ana+x@example.test",
        "info@example.test",
        "postmaster@example.test",
        "any@example.test",
        "@example.test",
        "",
        "\u0000",
        " ana@example.test"
      })
  void nothingElse(String name) {
    d.addAlias("info@example.test", List.of("ana@example.test"));
    d.addAlias("@example.test", List.of("ana@example.test"));
    long before = hashes();
    assertThat(login(name, WORD)).isEqualTo(new Login.Refused());
    // As much work as for a name that exists.
    assertThat(hashes()).isEqualTo(before + 1);
  }

  @Test
  void oneHashWhateverIsWrong() {
    login("ana@example.test", "wrong");
    assertThat(hashes()).isEqualTo(1);
    login("nobody@example.test", "wrong");
    assertThat(hashes()).isEqualTo(2);
    login("x".repeat(100_000), "wrong");
    assertThat(hashes()).isEqualTo(3);
    login("ana@example.test", "x".repeat(1_000_000));
    assertThat(hashes()).isEqualTo(4);
    login("ana@example.test", "");
    assertThat(hashes()).isEqualTo(5);
  }

  @Test
  void anAccountWithoutPasswordIsClosed() {
    d.addAccountWithoutPassword(EmailAddress.parse("bo@example.test"));
    assertThat(login("bo@example.test", "")).isEqualTo(new Login.Refused());
    assertThat(login("bo@example.test", "x")).isEqualTo(new Login.Refused());
    assertThat(hashes()).isEqualTo(2);
  }

  @Test
  void whatWasVerifiedIsRememberedForAWhile() {
    for (int i = 0; i < 10; i++) {
      assertThat(login("ana@example.test", WORD)).isInstanceOf(Login.Ok.class);
    }
    assertThat(hashes()).isEqualTo(1);
    assertThat(d.counters().loginsRemembered.sum()).isEqualTo(9);
    t.pass(Duration.ofMinutes(5).plusSeconds(1));
    assertThat(login("ana@example.test", WORD)).isInstanceOf(Login.Ok.class);
    assertThat(hashes()).isEqualTo(2);
    // Another password is not what was verified.
    assertThat(login("ana@example.test", "wrong")).isEqualTo(new Login.Refused());
    assertThat(hashes()).isEqualTo(3);
  }

  @Test
  void theMemoryIsBounded() {
    VerifiedPasswords verified = new VerifiedPasswords(t.ticker);
    for (int i = 0; i < 30_000; i++) verified.add(verified.digest("who" + i, new byte[3], "x"));
    assertThat(verified.size()).isEqualTo(20_000);
    assertThat(verified.contains(verified.digest("who29999", new byte[3], "x"))).isTrue();
    assertThat(verified.contains(verified.digest("who29999", new byte[4], "x"))).isFalse();
    assertThat(verified.contains(verified.digest("who0", new byte[3], "x"))).isFalse();
    // Another process, another key.
    assertThat(new VerifiedPasswords(t.ticker).digest("a", new byte[0], "x"))
        .isNotEqualTo(verified.digest("a", new byte[0], "x"));
  }

  @Test
  void aNewPasswordEndsTheOld() {
    assertThat(login("ana@example.test", WORD)).isInstanceOf(Login.Ok.class);
    d.setPassword("ANA@example.test", "green horse", PasswordRules.STRONG);
    assertThat(login("ana@example.test", WORD)).isEqualTo(new Login.Refused());
    assertThat(login("ana@example.test", "green horse")).isInstanceOf(Login.Ok.class);
    refused(
        DirectoryException.Reason.WEAK_PASSWORD,
        () -> d.setPassword("ana@example.test", "word", PasswordRules.STRONG));
    refused(
        DirectoryException.Reason.NO_SUCH_NAME,
        () -> d.setPassword("bo@example.test", "word", PasswordRules.ANY));
    refused(
        DirectoryException.Reason.INVALID,
        () -> d.setPassword("ana@example.test", "x".repeat(2000), PasswordRules.ANY));
    assertThat(login("ana@example.test", "green horse")).isInstanceOf(Login.Ok.class);
  }

  @Test
  void aRemovedAccountIsClosed() {
    assertThat(login("ana@example.test", WORD)).isInstanceOf(Login.Ok.class);
    d.removeAccount("ana@example.test");
    assertThat(login("ana@example.test", WORD)).isEqualTo(new Login.Refused());
    t.account("ana@example.test", "green horse");
    assertThat(login("ana@example.test", WORD)).isEqualTo(new Login.Refused());
    assertThat(login("ana@example.test", "green horse")).isInstanceOf(Login.Ok.class);
  }

  @Test
  void whenTheStoreFailsNobodyIsToldThatHisPasswordIsWrong() {
    Account held = t.store.account(ana);
    broken = true;
    assertThat(login("ana@example.test", WORD)).isEqualTo(new Login.Unavailable());
    broken = false;
    assertThat(login("ana@example.test", WORD)).isInstanceOf(Login.Ok.class);
    held.putRecord(Credential.KIND, Credential.ID, new byte[] {1, 2});
    assertThat(login("ana@example.test", WORD)).isEqualTo(new Login.Unavailable());
    assertThat(d.check()).hasSize(1);
    d.setPassword("ana@example.test", WORD, PasswordRules.ANY);
  }

  @Test
  void aRaisedCostIsPaidAtTheNextLogin() {
    HashCost more = new HashCost(128, 2, 1, 5000);
    byte[] before = t.store.account(ana).record(Credential.KIND, Credential.ID);
    try (Directory raised =
        new Directory(t.store, TestDirectory.CHEAP.withCost(more), t.test.clock, t.ticker)) {
      assertThat(raised.login("ana@example.test", "wrong", HOME)).isEqualTo(new Login.Refused());
      assertThat(t.store.account(ana).record(Credential.KIND, Credential.ID)).isEqualTo(before);
      assertThat(raised.login("ana@example.test", WORD, HOME)).isInstanceOf(Login.Ok.class);
      Credential c = Credential.decode(t.store.account(ana).record(Credential.KIND, Credential.ID));
      assertThat(c.cost()).isEqualTo(more);
      assertThat(c.scram()).allMatch(k -> k.iterations() == 5000);
      assertThat(raised.login("ana@example.test", WORD, HOME)).isInstanceOf(Login.Ok.class);
      assertThat(raised.counters().credentialsMade.sum()).isEqualTo(1);
    }
    assertThat(login("ana@example.test", WORD)).isInstanceOf(Login.Ok.class);
  }

  @Test
  void manyAtOnceWithOnePasswordShareOneHash() throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    List<Login> logins = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  go.await();
                } catch (InterruptedException e) {
                  return;
                }
                logins.add(login("ana@example.test", WORD));
              }));
    }
    go.countDown();
    for (Thread thread : threads) thread.join();
    assertThat(logins).hasSize(60).allMatch(l -> l instanceof Login.Ok);
    assertThat(hashes()).isEqualTo(1);
  }

  @Test
  void noPasswordIsLogged() {
    String word = "s3cret-blue-horse-x";
    java.io.PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new java.io.PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      t.account("bo@example.test", word);
      login("bo@example.test", word);
      login("bo@example.test", word + "x");
      broken = true;
      login("bo@example.test", word);
      broken = false;
      d.setPassword("bo@example.test", word + "y", PasswordRules.STRONG);
      refused(
          DirectoryException.Reason.ALREADY_EXISTS,
          () -> d.addAccount("bo@example.test", word, PasswordRules.ANY));
    } finally {
      System.setErr(before);
    }
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain(word);
  }

  @Test
  void guessingIsSlowedDown() {
    for (int i = 0; i < LoginBackoff.ACCOUNT_FREE; i++) {
      assertThat(login("ana@example.test", "wrong" + i)).isEqualTo(new Login.Refused());
    }
    long before = hashes();
    assertThat(login("ana@example.test", WORD))
        .isEqualTo(new Login.TooMany(LoginBackoff.WAIT_FIRST));
    assertThat(hashes()).isEqualTo(before);
    assertThat(d.counters().loginsTooMany.sum()).isEqualTo(1);
    t.pass(LoginBackoff.WAIT_FIRST);
    assertThat(login("ana@example.test", WORD)).isInstanceOf(Login.Ok.class);
  }

  @Test
  void aNameThatDoesNotExistIsSlowedDownAlike() {
    for (int i = 0; i < LoginBackoff.ACCOUNT_FREE; i++) login("nobody@example.test", "wrong" + i);
    assertThat(login("NOBODY@example.test", WORD)).isInstanceOf(Login.TooMany.class);
  }
}
