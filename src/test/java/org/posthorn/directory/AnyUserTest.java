package org.posthorn.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.Addresses;
import org.posthorn.net.sasl.Claim;
import org.posthorn.store.AccountId;

class AnyUserTest {
  static final InetAddress HOME = Addresses.parse("127.0.0.1");

  final TestDirectory t =
      new TestDirectory(TestDirectory.CHEAP.withUsers(DirectoryOptions.Users.ANY));
  final Directory d = t.directory;

  @AfterEach
  void close() {
    t.close();
  }

  private Login login(String name) {
    return d.login(name, "any", HOME);
  }

  @Test
  void anyAddressIsAnInbox() {
    assertThat(d.isOurs("whatever.test")).isTrue();
    assertThat(d.isOurs("[127.0.0.1]")).isFalse();
    assertThat(t.readers("ana+x@whatever.test")).containsExactly("ana@whatever.test|x");
    assertThat(t.readers("ANA@whatever.test")).containsExactly("ana@whatever.test");
    assertThat(d.domains()).containsExactly("whatever.test");
    assertThat(d.accounts()).hasSize(1);
    assertThat(t.readers("ana@[127.0.0.1]")).containsExactly("not ours");
    assertThat(t.readers("x".repeat(65) + "@whatever.test")).containsExactly("nobody");
  }

  @Test
  void anyPasswordOpens() {
    AccountId bo = t.account("bo@example.test", "a password");
    assertThat(login("bo@example.test"))
        .isEqualTo(new Login.Ok(bo, EmailAddress.parse("bo@example.test")));
    assertThat(login("new@other.test")).isInstanceOf(Login.Ok.class);
    assertThat(login("new+x@other.test")).isEqualTo(login("new@other.test"));
    assertThat(login("no address")).isEqualTo(new Login.Refused());
    assertThat(d.login(new Claim.Password("bo@example.test", "new@other.test", "any"), HOME))
        .isEqualTo(new Login.OtherIdentity());
    assertThat(d.counters().verifications.sum()).isZero();
    assertThat(d.owns(bo, EmailAddress.parse("bo+x@example.test"))).isTrue();
  }

  @Test
  void firstUseByManyAtOnce() throws InterruptedException {
    Set<Resolution> seen = ConcurrentHashMap.newKeySet();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      threads.add(Thread.ofVirtual().start(() -> seen.add(t.resolve("ana@whatever.test"))));
    }
    for (Thread thread : threads) thread.join();
    assertThat(seen).hasSize(1).first().isInstanceOf(Resolution.Found.class);
    assertThat(d.accounts()).hasSize(1);
  }

  @Test
  void thereIsALimit() {
    for (int i = 0; i <= OnDemand.DOMAINS_MAX; i++) {
      boolean fits = i < OnDemand.DOMAINS_MAX;
      assertThat(t.readers("a@d" + i + ".test"))
          .containsExactly(fits ? "a@d" + i + ".test" : "not ours");
    }
    assertThat(login("a@another.test")).isEqualTo(new Login.Refused());
    assertThat(login("a@d0.test")).isInstanceOf(Login.Ok.class);
    assertThat(t.readers("b@d0.test")).containsExactly("b@d0.test");
  }
}
