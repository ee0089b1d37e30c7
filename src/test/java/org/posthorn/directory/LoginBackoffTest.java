package org.posthorn.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.posthorn.net.Addresses;

class LoginBackoffTest {
  final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it overflows at once
  final LoginBackoff backoff = new LoginBackoff(nanos::get);

  private static InetAddress ip(String text) {
    return Addresses.limitKey(Addresses.parse(text));
  }

  private Duration fail(String account, String address) {
    LoginBackoff.Attempt a = backoff.begin(account, ip(address), true);
    if (a.waiting().isZero()) a.failed();
    return a.waiting();
  }

  private Duration succeed(String account, String address) {
    LoginBackoff.Attempt a = backoff.begin(account, ip(address), true);
    if (a.waiting().isZero()) a.succeeded();
    return a.waiting();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void anAccountWaitsTwiceAsLongEachTime() {
    for (int i = 0; i < LoginBackoff.ACCOUNT_FREE; i++) {
      assertThat(fail("ana", "192.0.2." + i)).isZero();
    }
    Duration expected = LoginBackoff.WAIT_FIRST;
    for (int i = 0; i < 14; i++) {
      assertThat(fail("ana", "192.0.2.99")).isEqualTo(expected);
      pass(expected.minusNanos(1));
      assertThat(fail("ana", "192.0.2.99")).isEqualTo(Duration.ofNanos(1));
      pass(Duration.ofNanos(1));
      assertThat(fail("ana", "192.0.2.98")).isZero();
      expected = expected.multipliedBy(2);
      if (expected.compareTo(LoginBackoff.WAIT_MAX) > 0) expected = LoginBackoff.WAIT_MAX;
    }
    assertThat(expected).isEqualTo(LoginBackoff.WAIT_MAX);
    assertThat(fail("bo", "192.0.2.99")).isZero();
    pass(LoginBackoff.FORGET.plus(LoginBackoff.WAIT_MAX));
    for (int i = 0; i < LoginBackoff.ACCOUNT_FREE; i++) {
      assertThat(fail("ana", "192.0.2." + i)).isZero();
    }
  }

  @Test
  void anAddressWaitsWhateverTheAccount() {
    for (int i = 0; i < LoginBackoff.ADDRESS_FREE; i++) {
      assertThat(fail("user" + i, "2001:db8:0:1::" + i)).isZero();
    }
    assertThat(fail("other", "2001:db8:0:1:ffff::1")).isEqualTo(LoginBackoff.WAIT_FIRST);
    assertThat(fail("other", "2001:db8:0:2::1")).isZero();
    // An account of the guesser's own does not clear his address.
    pass(LoginBackoff.WAIT_FIRST);
    assertThat(succeed("own", "2001:db8:0:1::1")).isZero();
    assertThat(fail("other", "2001:db8:0:1::1")).isZero();
    assertThat(fail("other", "2001:db8:0:1::1")).isEqualTo(LoginBackoff.WAIT_FIRST.multipliedBy(2));
  }

  @Test
  void anExemptAddressIsNotCounted() {
    for (int i = 0; i < 200; i++) {
      LoginBackoff.Attempt a = backoff.begin("user" + i, ip("127.0.0.1"), false);
      assertThat(a.waiting()).isZero();
      a.failed();
    }
  }

  @Test
  void aKnownPairIsNotLockedOutByOthers() {
    assertThat(succeed("ana", "192.0.2.1")).isZero();
    for (int i = 0; i < 100; i++) fail("ana", "198.51.100." + i % 3);
    assertThat(fail("ana", "198.51.100.9")).isPositive();
    assertThat(succeed("ana", "192.0.2.1")).isZero();
    assertThat(fail("ana", "198.51.100.9")).isPositive(); // and gives them no new start
    // Nor by the failures of others at its own address.
    for (int i = 0; i < 100; i++) fail("user" + i, "192.0.2.1");
    assertThat(fail("zoe", "192.0.2.1")).isPositive();
    assertThat(succeed("ana", "192.0.2.1")).isZero();
    pass(LoginBackoff.KNOWN.plusSeconds(1));
    for (int i = 0; i < 10; i++) fail("ana", "198.51.100." + i);
    assertThat(succeed("ana", "192.0.2.1")).isPositive();
  }

  @Test
  void nobodyGuessesWithoutEndFromAKnownPair() {
    assertThat(succeed("ana", "192.0.2.1")).isZero();
    int guesses = 0;
    while (fail("ana", "192.0.2.1").isZero()) guesses++;
    assertThat(guesses).isEqualTo(LoginBackoff.KNOWN_FAILURES_MAX + LoginBackoff.ACCOUNT_FREE);
    // And it does not keep others from the account before.
    assertThat(succeed("bo", "192.0.2.1")).isZero();
  }

  @Test
  void manyAtOnceGuessNoMoreThanOneAfterTheOther() {
    List<LoginBackoff.Attempt> open = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      LoginBackoff.Attempt a = backoff.begin("ana", ip("192.0.2." + i), true);
      if (a.waiting().isZero()) open.add(a);
    }
    assertThat(open).hasSize(LoginBackoff.ACCOUNT_AT_ONCE);
    open.getFirst().undecided();
    assertThat(backoff.begin("ana", ip("192.0.2.200"), true).waiting()).isZero();
    open.subList(1, open.size()).forEach(LoginBackoff.Attempt::failed);
    assertThat(fail("ana", "192.0.2.201")).isGreaterThan(Duration.ofSeconds(10));
    // From then on one at a time.
    pass(LoginBackoff.WAIT_MAX);
    LoginBackoff.Attempt one = backoff.begin("zoe", ip("192.0.2.202"), true);
    for (int i = 0; i < 5; i++) fail("zoe", "192.0.2.20" + i);
    pass(LoginBackoff.WAIT_FIRST);
    assertThat(fail("zoe", "192.0.2.209")).isEqualTo(LoginBackoff.WAIT_FIRST);
    one.succeeded();
    assertThat(fail("zoe", "192.0.2.209")).isZero();
  }

  @Test
  void theTablesAreBounded() {
    for (int i = 0; i < 50_000; i++) {
      String address = "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255);
      if (i % 2 == 0) fail("user" + i, address);
      else succeed("user" + i, address);
    }
    assertThat(backoff.size()).isLessThanOrEqualTo(LoginBackoff.ENTRIES_MAX);
  }
}
