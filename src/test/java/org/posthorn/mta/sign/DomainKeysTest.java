package org.posthorn.mta.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.directory.Directory;
import org.posthorn.directory.DirectoryException;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.directory.SigningKey;
import org.posthorn.directory.SigningKey.State;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Zones;
import org.posthorn.net.Ticker;
import org.posthorn.store.TestStore;
import org.posthorn.trust.dkim.SigningAlgorithm;

class DomainKeysTest {
  private static final List<SigningAlgorithm> SHORT = List.of(SigningAlgorithm.ED25519_SHA256);
  private static final Duration DAY = Duration.ofDays(1);

  private final TestStore store = new TestStore();
  private final Directory directory =
      new Directory(store.store, DirectoryOptions.DEFAULT, store.clock, Ticker.SYSTEM);
  private final Zones zones = new Zones();
  private final DomainKeys keys = keys(SHORT);

  @AfterEach
  void close() {
    assertThat(keys.check()).isEmpty();
    assertThat(directory.check()).isEmpty();
    directory.close();
    store.close();
  }

  private DomainKeys keys(List<SigningAlgorithm> algorithms) {
    return new DomainKeys(directory.signingKeys(), algorithms, store.clock);
  }

  private void pass(Duration time) {
    store.millis.addAndGet(time.toMillis());
  }

  private void publish(SigningKey k) {
    zones.txt(DomainKeys.recordName("example.test", k), DomainKeys.recordText(k));
  }

  private List<State> states(List<SigningKey> all) {
    return all.stream().map(SigningKey::state).toList();
  }

  private List<State> watch() {
    return states(keys.watch("example.test", zones));
  }

  @Test
  void theFirstKeysOfADomainSignAtOnce() {
    directory.addDomain("example.test");
    List<SigningKey> all =
        keys(List.of(SigningAlgorithm.RSA_SHA256, SigningAlgorithm.ED25519_SHA256))
            .of("example.test");
    assertThat(all).extracting(SigningKey::algorithm).containsExactlyInAnyOrder("rsa", "ed25519");
    assertThat(states(all)).containsOnly(State.ACTIVE);
    assertThat(all).allMatch(k -> k.selector().matches(k.algorithm() + "-20\\d{6}"));
    assertThat(all)
        .allMatch(k -> DomainKeys.recordText(k).startsWith("v=DKIM1; k=" + k.algorithm() + "; p="));
    assertThat(keys.of("example.test")).isEqualTo(all);
  }

  @Test
  void anotherKindIsMadeWhenItIsAskedFor() {
    directory.addDomain("example.test");
    assertThat(keys.of("example.test")).hasSize(1);
    DomainKeys both = keys(List.of(SigningAlgorithm.RSA_SHA256, SigningAlgorithm.ED25519_SHA256));
    assertThat(both.of("example.test")).hasSize(2);
  }

  @Test
  void whoIsNoneOfOursHasNoKeys() {
    directory.addBackupDomain("backup.test", null);
    assertThat(keys.of("backup.test")).isEmpty();
    assertThat(keys.of("elsewhere.test")).isEmpty();
    assertThat(keys.signs("backup.test")).isFalse();
    assertThatThrownBy(() -> keys.rotate("backup.test")).isInstanceOf(DirectoryException.class);
  }

  @Test
  void aDomainThatHasTheNamesOfAnotherHasKeysOfItsOwn() {
    directory.addDomain("example.test");
    directory.addDomainAlias("example.org", "example.test");
    SigningKey of = keys.of("example.test").getFirst();
    SigningKey ofAlias = keys.of("example.org").getFirst();
    assertThat(DomainKeys.recordText(of)).isNotEqualTo(DomainKeys.recordText(ofAlias));
  }

  @Test
  void aNewKeySignsWhenTheDnsShowsItAndTheOldOneRetires() {
    directory.addDomain("example.test");
    SigningKey first = keys.of("example.test").getFirst();
    publish(first);
    pass(DAY);
    SigningKey second = keys.rotate("example.test").getLast();
    assertThat(second.selector()).isNotEqualTo(first.selector());
    assertThat(watch()).containsExactly(State.ACTIVE, State.NEW);

    // Another's text in its place is not it.
    zones.txt(DomainKeys.recordName("example.test", second), DomainKeys.recordText(first));
    assertThat(watch()).containsExactly(State.ACTIVE, State.NEW);
    zones.remove(DomainKeys.recordName("example.test", second));
    publish(second);
    assertThat(watch()).containsExactly(State.RETIRED, State.ACTIVE);

    pass(Duration.ofDays(6));
    assertThat(watch()).containsExactly(State.RETIRED, State.ACTIVE);
    pass(DAY);
    assertThat(watch()).containsExactly(State.FORGOTTEN, State.ACTIVE);
    assertThat(keys.of("example.test").getFirst().secret()).isEmpty();

    // Its name stays until its record is gone.
    assertThat(watch()).containsExactly(State.FORGOTTEN, State.ACTIVE);
    zones.remove(DomainKeys.recordName("example.test", first));
    assertThat(watch()).containsExactly(State.ACTIVE);
  }

  @Test
  void namesOfKeysGoInTheEndWhoeverForgetsTheirRecords() {
    directory.addDomain("example.test");
    publish(keys.of("example.test").getFirst());
    publish(keys.rotate("example.test").getLast());
    watch();
    pass(Duration.ofDays(8));
    assertThat(watch()).containsExactly(State.FORGOTTEN, State.ACTIVE);
    pass(DomainKeys.FORGOTTEN_FOR);
    assertThat(watch()).containsExactly(State.ACTIVE);
  }

  @Test
  void nothingChangesWhileTheDnsCannotTell() {
    directory.addDomain("example.test");
    keys.of("example.test");
    SigningKey next = keys.rotate("example.test").getLast();
    zones.breaks(DomainKeys.recordName("example.test", next), Answer.Reason.TIMEOUT);
    assertThat(watch()).containsExactly(State.ACTIVE, State.NEW);
  }

  @Test
  void rotatingTwiceOnOneDayMakesOneNewKeyAndThenAnother() {
    directory.addDomain("example.test");
    keys.of("example.test");
    assertThat(keys.rotate("example.test")).hasSize(2);
    SigningKey second = keys.rotate("example.test").getLast();
    assertThat(keys.of("example.test")).hasSize(2);
    publish(second);
    watch();
    assertThat(keys.rotate("example.test"))
        .extracting(SigningKey::selector)
        .hasSize(3)
        .doesNotHaveDuplicates();
  }

  @Test
  void aRecordMayBeFoldedAndHaveOtherTags() {
    directory.addDomain("example.test");
    SigningKey k = keys.of("example.test").getFirst();
    String p = DomainKeys.recordText(k).replaceFirst(".*p=", "");
    String folded = p.substring(0, 10) + " " + p.substring(10);
    assertThat(DomainKeys.publishes("k=ed25519; t=s; p=" + folded, k)).isTrue();
    assertThat(DomainKeys.publishes("v=DKIM1; k=ed25519; p=", k)).isFalse();
    assertThat(DomainKeys.publishes("hello", k)).isFalse();
  }

  @Test
  void theCheckNamesWhatIsNoKey() {
    directory.addDomain("example.test");
    SigningKey good = keys.of("example.test").getFirst();
    var bad =
        new SigningKey("bad", "rsa", new byte[] {1, 2}, State.ACTIVE, good.made(), good.made());
    directory.signingKeys().change("example.test", there -> List.of(good, bad));
    assertThat(keys.check()).containsExactly("signing key bad of example.test is no key");
    directory.signingKeys().change("example.test", there -> List.of(good));
  }
}
