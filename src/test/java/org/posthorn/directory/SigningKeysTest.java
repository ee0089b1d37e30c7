package org.posthorn.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.directory.DirectoryException.Reason.INVALID;
import static org.posthorn.directory.DirectoryException.Reason.LIMIT;
import static org.posthorn.directory.DirectoryException.Reason.NO_SUCH_DOMAIN;
import static org.posthorn.directory.TestDirectory.refused;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.directory.SigningKey.State;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;
import org.posthorn.store.kv.Partition;

class SigningKeysTest {
  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

  final MemoryKv kv = new MemoryKv();
  TestDirectory t = new TestDirectory(TestDirectory.CHEAP, kv);
  Directory d = t.directory;
  boolean closed;

  @AfterEach
  void close() {
    if (!closed) t.close();
  }

  private void reopen() {
    t.close();
    t = new TestDirectory(TestDirectory.CHEAP, kv.reopen(Faults.NONE));
    d = t.directory;
  }

  private static SigningKey key(String selector, Instant made) {
    byte[] secret = ("secret of " + selector).getBytes(StandardCharsets.UTF_8);
    return new SigningKey(selector, "ed25519", secret, State.ACTIVE, made, made);
  }

  private List<String> selectors(String domain) {
    return d.signingKeys().of(domain).stream().map(SigningKey::toString).toList();
  }

  @Test
  void keysStayOverARestartAndAreInTheOrderInWhichTheyWereMade() {
    d.addDomain("example.test");
    SigningKey newer = key("a", NOON.plusSeconds(1));
    SigningKey older = key("b", NOON);
    d.signingKeys().change("EXAMPLE.test", there -> List.of(newer, older));
    assertThat(selectors("example.test")).containsExactly("b ed25519 ACTIVE", "a ed25519 ACTIVE");
    reopen();
    assertThat(selectors("example.test")).containsExactly("b ed25519 ACTIVE", "a ed25519 ACTIVE");
    SigningKey read = d.signingKeys().of("example.test").getFirst();
    assertThat(new String(read.secret(), StandardCharsets.UTF_8)).isEqualTo("secret of b");
    assertThat(read.made()).isEqualTo(NOON);
  }

  @Test
  void aChangeSeesWhatIsThereAndWritesWhatIsToBe() {
    d.addDomain("example.test");
    d.signingKeys().change("example.test", there -> List.of(key("a", NOON), key("b", NOON)));
    d.signingKeys()
        .change(
            "example.test",
            there -> {
              List<SigningKey> next = new ArrayList<>();
              next.add(there.getFirst().now(State.FORGOTTEN, NOON.plusSeconds(9)));
              next.add(key("c", NOON.plusSeconds(9)));
              return next;
            });
    reopen();
    assertThat(selectors("example.test"))
        .containsExactly("a ed25519 FORGOTTEN", "c ed25519 ACTIVE");
    assertThat(d.signingKeys().of("example.test").getFirst().secret()).isEmpty();
  }

  @Test
  void whoIsNotForADomainDoesNotSignForIt() {
    d.addDomain("example.test");
    d.addDomainAlias("example.org", "example.test");
    d.addBackupDomain("backup.test", null);
    assertThat(d.signingKeys().domains()).containsExactly("example.org", "example.test");
    assertThat(d.signingKeys().signs("backup.test")).isFalse();
    assertThat(d.signingKeys().of("backup.test")).isEmpty();
    assertThat(d.signingKeys().of("elsewhere.test")).isEmpty();
    d.signingKeys().change("example.org", there -> List.of(key("a", NOON)));
    refused(INVALID, () -> d.signingKeys().change("backup.test", there -> List.of(key("a", NOON))));
    refused(
        NO_SUCH_DOMAIN,
        () -> d.signingKeys().change("elsewhere.test", there -> List.of(key("a", NOON))));
    assertThat(d.check()).isEmpty();
  }

  @Test
  void theKeysOfADomainGoWithIt() {
    d.addDomain("example.test");
    d.signingKeys().change("example.test", there -> List.of(key("a", NOON)));
    d.removeDomain("example.test");
    assertThat(d.check()).isEmpty();
    d.addDomain("example.test");
    assertThat(selectors("example.test")).isEmpty();
  }

  @Test
  void theirNumberIsBounded() {
    d.addDomain("example.test");
    List<SigningKey> many = new ArrayList<>();
    for (int i = 0; i <= SigningKeys.KEYS_MAX; i++) many.add(key("k" + i, NOON));
    refused(LIMIT, () -> d.signingKeys().change("example.test", there -> many));
    assertThat(selectors("example.test")).isEmpty();
  }

  @Test
  void selectorsAreLabels() {
    for (String bad : List.of("", "-a", "a-", "A", "a.b", "ä", "a_b", "a".repeat(64))) {
      refused(INVALID, () -> key(bad, NOON));
    }
  }

  @Test
  void theCheckFindsADamagedKey() {
    d.addDomain("example.test");
    PartitionRows rows =
        new PartitionRows(t.store.kv(), t.store.ids(), Partition.domain("example.test"));
    rows.change(edit -> {
      edit.put(SigningKey.key("a"), new byte[] {1, 9});
      return null;
    });
    assertThat(d.check()).singleElement().asString().contains("example.test", "not readable");
    rows.change(edit -> {
      edit.delete(SigningKey.key("a"));
      return null;
    });
    rows.change(edit -> {
      edit.put(SigningKey.key("a"), key("a", NOON).encode());
      return null;
    });
    assertThat(d.check()).isEmpty();
  }
}
