package org.posthorn.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.posthorn.Await;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.sasl.Claim;
import org.posthorn.net.sasl.SaslOffer;
import org.posthorn.net.sasl.ScramHash;
import org.posthorn.net.sasl.ScramSecret;
import org.posthorn.store.Account;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.KvException;
import org.posthorn.store.kv.MemoryKv;
import org.posthorn.store.kv.Partition;

class ScramLoginTest {
  private static final InetAddress HOME = address("192.0.2.1");

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static Login login(TestDirectory t, String name, ScramSecret secret, boolean proven) {
    return t.directory.login(new Claim.Scram("", name, ScramHash.SHA_256, secret, proven), HOME);
  }

  @Test
  void aProofOpensWhatItWasMadeFor() {
    try (TestDirectory t = new TestDirectory()) {
      t.account("ana@example.test");
      ScramSecret secret = t.directory.secret(ScramHash.SHA_256, "Ana@Example.TEST");
      assertThat(login(t, "ana@example.test", secret, true)).isInstanceOf(Login.Ok.class);
      assertThat(login(t, "ana@example.test", secret, false)).isInstanceOf(Login.Refused.class);
      // Changed between the two messages of a client.
      t.directory.setPassword("ana@example.test", "word", PasswordRules.ANY);
      assertThat(login(t, "ana@example.test", secret, true)).isInstanceOf(Login.Refused.class);
      // An account that is gone, and one that never was.
      secret = t.directory.secret(ScramHash.SHA_256, "ana@example.test");
      t.directory.removeAccount("ana@example.test");
      assertThat(login(t, "ana@example.test", secret, true)).isInstanceOf(Login.Refused.class);
      secret = t.directory.secret(ScramHash.SHA_256, "nobody@example.test");
      assertThat(login(t, "nobody@example.test", secret, true)).isInstanceOf(Login.Refused.class);
    }
  }

  @Test
  void guessesAreSlowedDown() {
    try (TestDirectory t = new TestDirectory()) {
      t.account("ana@example.test");
      ScramSecret secret = t.directory.secret(ScramHash.SHA_256, "ana@example.test");
      for (int i = 0; i < LoginBackoff.ACCOUNT_FREE; i++) {
        assertThat(login(t, "ana@example.test", secret, false)).isInstanceOf(Login.Refused.class);
      }
      assertThat(login(t, "ana@example.test", secret, true)).isInstanceOf(Login.TooMany.class);
      // The same account has the same failures, however the password comes.
      assertThat(t.directory.login("ana@example.test", "word", HOME))
          .isInstanceOf(Login.TooMany.class);
      t.pass(LoginBackoff.WAIT_FIRST);
      assertThat(login(t, "ana@example.test", secret, true)).isInstanceOf(Login.Ok.class);
      assertThat(t.directory.counters().loginsTooMany.sum()).isEqualTo(2);
    }
  }

  @Test
  void decoysStayTheSameAfterAStart() {
    try (TestDirectory t = new TestDirectory()) {
      t.account("ana@example.test");
      byte[] salt = t.directory.secret(ScramHash.SHA_1, "nobody@example.test").salt();
      try (Directory again = new Directory(t.store, TestDirectory.CHEAP, t.test.clock, t.ticker)) {
        ScramSecret decoy = again.secret(ScramHash.SHA_1, "NOBODY@example.test");
        assertThat(decoy.salt()).isEqualTo(salt).hasSize(16);
        assertThat(decoy.iterations()).isEqualTo(HashCost.LEAST.scramIterations());
        assertThat(decoy.storedKey()).hasSize(20);
        assertThat(again.secret(ScramHash.SHA_256, "nobody@example.test").salt())
            .isNotEqualTo(salt);
        assertThat(again.check()).isEmpty();
      }
    }
  }

  @Test
  void aDamagedDecoyKeyIsFound() {
    TestDirectory t = new TestDirectory();
    var server = new PartitionRows(t.store.kv(), t.store.ids(), Partition.SERVER);
    server.change(edit -> {
      edit.put("y/decoy".getBytes(UTF_8), new byte[] {1, 0});
      return null;
    });
    assertThat(t.directory.check()).singleElement().asString().contains("decoys");
    // Logging in goes on.
    assertThat(t.directory.secret(ScramHash.SHA_1, "nobody@example.test").salt()).hasSize(16);
    t.closeUnchecked();
  }

  private static boolean offered(Directory d) {
    return d.offer(null).names().contains("SCRAM-SHA-256");
  }

  @Test
  void offeredWhenEverybodyWithAPasswordHasKeys() {
    try (TestDirectory t = new TestDirectory()) {
      assertThat(offered(t.directory)).isTrue();
      t.account("ana@example.test");
      assertThat(offered(t.directory)).isTrue();
      t.account("bo@example.test", "b\u0007"); // forbidden by SASLprep
      assertThat(offered(t.directory)).isFalse();
      t.directory.setPassword("bo@example.test", "word", PasswordRules.ANY);
      assertThat(offered(t.directory)).isTrue();
      t.account("cy@example.test", "c\u0007");
      assertThat(offered(t.directory)).isFalse();
      try (Directory again = new Directory(t.store, TestDirectory.CHEAP, t.test.clock, t.ticker)) {
        assertThat(offered(again)).isFalse();
        again.removeAccount("cy@example.test");
        assertThat(offered(again)).isTrue();
      }
    }
  }

  @Test
  void manyAccountsAreLookedAtInTheBackground() {
    try (TestDirectory t = new TestDirectory()) {
      t.directory.addDomain("example.test");
      // Without passwords, so that it is quick; the last has one that SCRAM cannot send.
      for (int i = 0; i < 300; i++) {
        t.directory.addAccountWithoutPassword(EmailAddress.parse("u" + i + "@example.test"));
      }
      offered(t.directory);
      Await.until(() -> offered(t.directory));
      t.account("ana@example.test", "a\u0007");
      try (Directory again = new Directory(t.store, TestDirectory.CHEAP, t.test.clock, t.ticker)) {
        assertThat(offered(again)).isFalse();
        again.setPassword("ana@example.test", "word", PasswordRules.ANY);
        Await.until(() -> offered(again));
      }
    }
  }

  @Test
  void whileNobodyKnowsItIsNotOffered() {
    var down = new AtomicBoolean();
    var reads = new AtomicInteger();
    Faults faults =
        new Faults() {
          @Override
          public void read() {
            reads.incrementAndGet();
            if (down.get()) throw new KvException("for the test", null);
          }
        };
    try (TestDirectory t = new TestDirectory(TestDirectory.CHEAP, new MemoryKv(faults))) {
      t.account("ana@example.test");
      down.set(true);
      assertThat(offered(t.directory)).isFalse();
      int before = reads.get();
      for (int i = 0; i < 100; i++) offered(t.directory);
      assertThat(reads.get()).isEqualTo(before);
      down.set(false);
      t.pass(ScramCoverage.PAUSE);
      assertThat(offered(t.directory)).isTrue();
      before = reads.get();
      for (int i = 0; i < 100; i++) offered(t.directory);
      assertThat(reads.get()).isEqualTo(before);
    }
  }

  @Test
  void aDamagedCredentialKeepsItAway() {
    TestDirectory t = new TestDirectory();
    Account ana = t.store.account(t.account("ana@example.test"));
    ana.putRecord(Credential.KIND, Credential.ID, new byte[] {1, 2, 3});
    assertThat(offered(t.directory)).isFalse();
    t.closeUnchecked();
  }

  @Test
  void offeredAsConfigured() {
    try (TestDirectory t =
        new TestDirectory(TestDirectory.CHEAP.withScram(DirectoryOptions.Scram.ALWAYS))) {
      t.account("ana@example.test", "a\u0007");
      assertThat(offered(t.directory)).isTrue();
      // Who has no keys is refused like anybody.
      ScramSecret secret = t.directory.secret(ScramHash.SHA_256, "ana@example.test");
      assertThat(login(t, "ana@example.test", secret, true)).isInstanceOf(Login.Refused.class);
    }
    try (TestDirectory t =
        new TestDirectory(TestDirectory.CHEAP.withScram(DirectoryOptions.Scram.NEVER))) {
      assertThat(offered(t.directory)).isFalse();
    }
    try (TestDirectory t =
        new TestDirectory(TestDirectory.CHEAP.withUsers(DirectoryOptions.Users.ANY))) {
      assertThat(t.directory.offer(null)).isSameAs(SaslOffer.PASSWORDS);
    }
  }

  @Test
  void whoActsForAnotherIsTold() {
    try (TestDirectory t = new TestDirectory()) {
      t.account("ana@example.test");
      t.account("bo@example.test");
      for (String himself : List.of("", "ana@example.test", "ANA@example.test")) {
        assertThat(t.directory.login(new Claim.Password(himself, "ana@example.test", "word"), HOME))
            .isInstanceOf(Login.Ok.class);
      }
      assertThat(
              t.directory.login(
                  new Claim.Password("bo@example.test", "ana@example.test", "word"), HOME))
          .isEqualTo(new Login.OtherIdentity());
      // Who does not prove who he is hears nothing of it.
      assertThat(
              t.directory.login(
                  new Claim.Password("bo@example.test", "ana@example.test", "wrong"), HOME))
          .isEqualTo(new Login.Refused());
    }
  }
}
