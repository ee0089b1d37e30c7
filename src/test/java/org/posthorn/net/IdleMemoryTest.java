package org.posthorn.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.posthorn.Await;

/// Who waits holds no buffer.
class IdleMemoryTest {
  private static final int CLIENTS = 20;

  @ParameterizedTest
  @EnumSource(
      value = TlsMode.class,
      names = {"NONE", "IMPLICIT"})
  void idleConnectionsHoldNoBuffer(TlsMode mode, @TempDir Path directory) throws IOException {
    TlsContexts tls = mode == TlsMode.NONE ? null : Servers.selfSigned(directory);
    List<LineClient> clients = new ArrayList<>();
    try (Listener listener = Servers.tls(mode, tls, Servers::echo)) {
      Limits limits = listener.limits();
      for (int i = 0; i < CLIENTS; i++) {
        LineClient client =
            mode == TlsMode.NONE
                ? LineClient.connect(listener.address())
                : LineClient.connectTls(listener.address());
        clients.add(client);
        client.expect("hello");
        client.send("one").expect("<one>");
      }
      assertThat(limits.open()).isEqualTo(CLIENTS);
      Await.until(() -> limits.bufferBytes() == 0);
      for (LineClient client : clients) {
        client.send("two").expect("<two>");
        client.raw("thr"); // a line begun is kept without a buffer, too
      }
      Await.until(() -> limits.bufferBytes() == 0);
      for (LineClient client : clients) {
        client.send("ee").expect("<three>");
        client.send("x".repeat(40_000)).expect("too long");
        client.send("quit").expect("goodbye");
        client.close();
      }
      Await.until(() -> limits.open() == 0);
      assertThat(limits.bufferBytes()).isZero();
    }
  }

  @Test
  void aRecordBegunIsKeptInAnArrayOfItsSize(@TempDir Path directory) throws IOException {
    try (Listener listener =
            Servers.tls(TlsMode.IMPLICIT, Servers.selfSigned(directory), Servers::echo);
        LineClient client = LineClient.connect(listener.address())) {
      client.raw(new byte[] {22, 3, 1, 1, 0, 1}); // the head of a ClientHello of 256 octets
      Await.until(() -> listener.limits().open() == 1);
      Await.until(() -> listener.limits().bufferBytes() == 0);
    }
  }

  @Test
  void chunksMoveBetweenBuffersAndSmallArrays() {
    Buffers pool = new Buffers();
    Chunk chunk = new Chunk();
    chunk.room(pool);
    assertThat(chunk.free()).isEqualTo(Buffers.SIZE);
    for (byte b = 0; b < 10; b++) {
      chunk.bytes[chunk.limit++] = b;
    }
    chunk.pos = 7;
    chunk.park(pool);
    assertThat(pool.inUse()).isZero();
    assertThat(chunk.bytes).containsExactly(7, 8, 9);
    chunk.room(pool);
    assertThat(chunk.size()).isEqualTo(3);
    assertThat(chunk.bytes[chunk.pos]).isEqualTo((byte) 7);
    chunk.pos++;
    chunk.room(pool);
    assertThat(chunk.pos).isZero();
    assertThat(chunk.bytes).startsWith(8, 9);
    assertThat(chunk.free()).isEqualTo(Buffers.SIZE - 2);
    Chunk other = new Chunk();
    other.takeFrom(chunk);
    assertThat(chunk.isEmpty()).isTrue();
    chunk.clear(pool);
    assertThat(pool.inUse()).isEqualTo(1);
    other.limit = Buffers.SIZE; // too much to copy: the buffer stays
    other.park(pool);
    assertThat(pool.inUse()).isEqualTo(1);
    other.clear(pool);
    assertThat(pool.inUse()).isZero();
  }

  @Test
  void thePoolKeepsNoMoreThanItMay() {
    Buffers pool = new Buffers();
    List<byte[]> taken = new ArrayList<>();
    for (int i = 0; i <= Buffers.PLENTY; i++) {
      assertThat(pool.mayLinger()).isTrue();
      taken.add(pool.take());
    }
    assertThat(pool.mayLinger()).isFalse();
    taken.forEach(pool::give);
    assertThat(pool.inUse()).isZero();
    int again = 0;
    for (int i = 0; i < taken.size(); i++) {
      byte[] buffer = pool.take();
      again += taken.stream().anyMatch(b -> b == buffer) ? 1 : 0;
    }
    assertThat(again).isEqualTo(Buffers.KEPT);
  }
}
