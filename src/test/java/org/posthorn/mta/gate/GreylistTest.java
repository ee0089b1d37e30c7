package org.posthorn.mta.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.mta.gate.Greylist.Answer;
import org.posthorn.mta.gate.Greylist.Key;
import org.posthorn.store.TestStore;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;

/// Who came before, in memory and on disk.
class GreylistTest {
  private static final Answer AGAIN = new Answer.Pass(true);
  private static final Answer PASS = new Answer.Pass(false);

  private final TestStore disk = new TestStore(new MemoryKv(Faults.NONE), new FaultyDisk(1));
  private final Greylist list = open();

  private Greylist open() {
    Greylist g =
        new Greylist(GateOptions.DEFAULT.greylisting(), new GreylistRows(disk.store), disk.clock);
    g.load();
    return g;
  }

  @AfterEach
  void check() {
    assertThat(GreylistRows.check(disk.store)).isEmpty();
    disk.close();
  }

  private static Key key(String address, String domain) {
    return Key.of(Network.neighbours(InetAddress.ofLiteral(address)), domain);
  }

  private static Answer wait(Duration left) {
    return new Answer.Wait(left);
  }

  private void pass(Duration time) {
    disk.millis.addAndGet(time.toMillis());
  }

  @Test
  void neighboursOfOneDomainAreOne() {
    Key key = key("192.0.2.1", "a.test");
    assertThat(key("192.0.2.200", "a.test")).isEqualTo(key);
    assertThat(key("192.0.3.1", "a.test")).isNotEqualTo(key);
    assertThat(key("192.0.2.1", "b.test")).isNotEqualTo(key);
    assertThat(key("2001:db8::1", "a.test")).isEqualTo(key("2001:db8::ffff", "a.test"));
    assertThat(key("2001:db8:0:1::1", "a.test")).isNotEqualTo(key("2001:db8::1", "a.test"));
  }

  @Test
  void tooEarlyThenWelcomeThenForgotten() {
    Key key = key("192.0.2.1", "a.test");
    assertThat(list.come(key)).isEqualTo(wait(Duration.ofMinutes(5)));
    pass(Duration.ofSeconds(100));
    assertThat(list.come(key)).isEqualTo(wait(Duration.ofSeconds(200)));
    assertThat(list.knows(key)).isFalse();
    pass(Duration.ofSeconds(200));
    assertThat(list.come(key)).isEqualTo(AGAIN);
    assertThat(list.come(key)).isEqualTo(PASS);
    assertThat(list.knows(key)).isTrue();
    pass(Duration.ofDays(36));
    assertThat(list.knows(key)).isFalse();
    assertThat(list.come(key)).isEqualTo(wait(Duration.ofMinutes(5)));
  }

  @Test
  void whoDoesNotComeAgainInTimeIsNew() {
    Key key = key("192.0.2.1", "a.test");
    list.come(key);
    pass(Duration.ofDays(3));
    assertThat(list.come(key)).isEqualTo(wait(Duration.ofMinutes(5)));
  }

  @Test
  void aClockThatIsSetBackMakesNobodyWaitLonger() {
    Key key = key("192.0.2.1", "a.test");
    list.come(key);
    pass(Duration.ofDays(-1));
    assertThat(list.come(key)).isEqualTo(wait(Duration.ofMinutes(5)));
  }

  @Test
  void beforeItIsReadEverybodyPasses() {
    Greylist unread =
        new Greylist(GateOptions.DEFAULT.greylisting(), new GreylistRows(disk.store), disk.clock);
    assertThat(unread.come(key("192.0.2.1", "a.test"))).isEqualTo(PASS);
  }

  @Test
  void itOutlivesARestart() {
    for (int i = 0; i < 2500; i++) {
      list.come(key("192.0.2.1", i + ".test"));
    }
    pass(Duration.ofMinutes(6));
    list.come(key("192.0.2.1", "7.test"));
    list.flush();
    Greylist next = open();
    assertThat(next.size()).isEqualTo(2500);
    assertThat(next.knows(key("192.0.2.1", "7.test"))).isTrue();
    assertThat(next.come(key("192.0.2.1", "8.test"))).isEqualTo(AGAIN);
    pass(Duration.ofDays(3));
    next.sweep();
    next.flush();
    assertThat(next.size()).isEqualTo(2);
    assertThat(open().size()).isEqualTo(2);
  }

  @Test
  void strangersWithoutEndAreForgottenAndThoseWhoPassedAreNot() {
    Key good = key("198.51.100.1", "good.test");
    list.come(good);
    pass(Duration.ofMinutes(6));
    list.come(good);
    for (int i = 0; i < 2 * Greylist.WAITING_MAX; i++) {
      list.come(new Key(i, i));
    }
    assertThat(list.size()).isEqualTo(Greylist.WAITING_MAX + 1);
    assertThat(list.knows(good)).isTrue();
    list.flush();
    assertThat(open().size()).isEqualTo(Greylist.WAITING_MAX + 1);
  }

  @Test
  void aDamagedRowIsNamedAndSkipped() {
    byte[] name = ("y/grey/" + "x".repeat(16)).getBytes(UTF_8);
    write(List.of(new Row(name, new byte[] {9, 9})), List.of());
    assertThat(GreylistRows.check(disk.store)).hasSize(1);
    assertThat(open().size()).isZero();
    write(List.of(), List.of(name));
  }

  private void write(List<Row> puts, List<byte[]> deletes) {
    disk.store
        .kv()
        .commit(
            new Commit(
                Partition.SERVER,
                disk.store.kv().head(Partition.SERVER).version(),
                disk.store.ids().next(),
                List.of(),
                puts,
                deletes,
                List.of(),
                Commit.Local.NONE));
  }
}
