package org.posthorn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.Await;

class OutputTest {
  @Test
  void writesInEveryWay() throws IOException {
    try (Listener listener =
            Servers.plain(c -> {
              c.out().ascii("a").utf8("\u00e4").bytes(new byte[] {0, -1}).write('z');
              c.out().transferFrom(new ByteArrayInputStream(new byte[] {1, 2, 3}), 2);
            });
        LineClient client = LineClient.connect(listener.address())) {
      assertThat(client.readAll()).containsExactly('a', 0xc3, 0xa4, 0, 0xff, 'z', 1, 2);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void chunksOfAllSizesArriveInOrder(long seed) throws IOException {
    byte[] all = new byte[1_000_000];
    new Random(seed).nextBytes(all);
    try (Listener listener =
            Servers.plain(c -> {
              Random random = new Random(seed + 1);
              for (int at = 0; at < all.length; ) {
                int n = Math.min(all.length - at, random.nextInt(50_000));
                switch (random.nextInt(3)) {
                  case 0 -> c.out().write(all, at, n);
                  case 1 -> c.out().bytes(Arrays.copyOfRange(all, at, at + n));
                  default -> c.out().transferFrom(new ByteArrayInputStream(all, at, n + 1), n);
                }
                at += n;
              }
            });
        LineClient client = LineClient.connect(listener.address())) {
      assertThat(Arrays.equals(client.readAll(), all)).isTrue();
    }
  }

  @Test
  void aStreamThatIsTooShortIsNoticed() throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    try (Listener listener =
            Servers.plain(c -> {
              try {
                c.out().transferFrom(new ByteArrayInputStream(new byte[5]), 6);
              } catch (EOFException e) {
                failure.complete(e);
              }
            });
        LineClient client = LineClient.connect(listener.address())) {
      assertThat(client.readAll()).hasSize(5);
      assertThat(failure.get(20, TimeUnit.SECONDS)).hasMessage("1 octets missing");
    }
  }

  @Test
  void repliesToPipelinedCommandsGoOutTogether() throws Exception {
    CompletableFuture<Long> held = new CompletableFuture<>();
    try (Listener listener =
            Servers.plain(c -> {
              c.in().readLine(10);
              c.out().ascii("1\r\n");
              c.in().readLine(10); // is here already: nothing is sent
              held.complete((long) c.in().available());
              c.out().ascii("2\r\n");
              c.in().readLine(10); // is not: both are
            });
        LineClient client = LineClient.connect(listener.address())) {
      client.raw("a\r\nb\r\n").expect("1");
      client.expect("2");
      assertThat(held.get(20, TimeUnit.SECONDS)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TlsMode.class,
      names = {"NONE", "IMPLICIT"})
  void aPeerThatDoesNotReadIsCut(TlsMode mode, @TempDir Path directory) throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Limits limits = new Limits();
    ListenerConfig config = Servers.config(mode).withWriteTimeout(Duration.ofMillis(200));
    TlsContexts tls = mode == TlsMode.NONE ? null : Servers.selfSigned(directory);
    try (Listener listener =
            Listener.open(
                config,
                limits,
                tls,
                Ticker.SYSTEM,
                c -> {
                  byte[] much = new byte[100_000];
                  try {
                    while (true) {
                      c.out().bytes(much);
                    }
                  } catch (IOException e) {
                    failure.complete(e);
                    throw e;
                  }
                });
        LineClient client =
            mode == TlsMode.NONE
                ? LineClient.connect(listener.address())
                : LineClient.connectTls(listener.address())) {
      assertThat(client.socket().isConnected()).isTrue();
      assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
      Await.until(() -> listener.connections() == 0);
      assertThat(limits.counters().writesStalled.sum()).isEqualTo(1);
      assertThat(limits.bufferBytes()).isZero();
    }
  }

  @Test
  void everyProgressOfAWriteCounts() throws Exception {
    AtomicLong now = new AtomicLong();
    try (ServerSocketChannel server = ServerSocketChannel.open().bind(Servers.ANY_PORT);
        LineClient client = LineClient.connect((InetSocketAddress) server.getLocalAddress());
        SocketChannel channel = server.accept()) {
      Wire wire = new Wire(channel, new Buffers(), now::get);
      byte[] much = new byte[20_000_000];
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  wire.write(much, 0, much.length);
                } catch (IOException e) {
                  wire.cut();
                }
              });
      int read = 0;
      long half = Duration.ofSeconds(30).toNanos();
      long limit = Duration.ofMinutes(1).toNanos();
      for (int i = 0; i < 10; i++) {
        // The writer stands still for half of its time, then the peer reads until it goes on.
        Await.until(() -> writer.getState() == Thread.State.WAITING);
        now.addAndGet(half);
        assertThat(wire.stalled(limit)).isFalse();
        while (wire.stalled(half - 1)) {
          client.readBytes(100_000);
          read += 100_000;
        }
      }
      client.readBytes(much.length - read);
      writer.join();
      now.addAndGet(10 * limit);
      assertThat(wire.stalled(limit)).isFalse();
    }
  }

  @Test
  void aSecondThreadMayWrite() throws Exception {
    try (Listener listener =
            Servers.plain(c -> {
              Thread other =
                  Thread.ofVirtual()
                      .start(() -> {
                        try {
                          for (int i = 0; i < 500; i++) {
                            synchronized (c.out()) {
                              c.out().ascii("* ").ascii("other").ascii("\r\n").flush();
                            }
                          }
                        } catch (IOException e) {
                          c.close();
                        }
                      });
              for (int i = 0; i < 500; i++) {
                synchronized (c.out()) {
                  c.out().ascii("+ ").ascii("own").ascii("\r\n");
                }
              }
              c.out().flush();
              try {
                other.join();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
        LineClient client = LineClient.connect(listener.address())) {
      for (int i = 0; i < 1000; i++) {
        assertThat(client.readLine()).isIn("* other", "+ own");
      }
      client.expectEnd();
    }
  }

  @Test
  void afterCloseNothingCanBeWritten() throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    try (Listener listener =
            Servers.plain(c -> {
              c.close();
              assertThatThrownBy(() -> c.out().ascii("x").flush()).isInstanceOf(IOException.class);
              failure.complete(null);
            });
        LineClient client = LineClient.connect(listener.address())) {
      client.expectEnd();
      client.endOutput();
      failure.get(20, TimeUnit.SECONDS);
    }
  }
}
