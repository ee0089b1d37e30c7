package org.posthorn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputTest {
  /// What a server's handler found out; null for what ended normally.
  private static final class Seen {
    private final BlockingQueue<Object> queue = new ArrayBlockingQueue<>(10_000);

    void add(Object o) {
      queue.add(o == null ? "null" : o);
    }

    Object next() throws InterruptedException {
      return queue.poll(LineClient.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private interface Reader {
    void read(Connection c, Seen seen) throws IOException;
  }

  private static Listener listen(Seen seen, Reader reader) throws IOException {
    return Servers.plain(c -> {
      try {
        reader.read(c, seen);
      } catch (IOException | RuntimeException e) {
        seen.add(e);
      }
    });
  }

  private static Listener lines(Seen seen, int max) throws IOException {
    return listen(
        seen,
        (c, s) -> {
          while (true) {
            try {
              byte[] line = c.in().readLine(max);
              if (line == null) {
                s.add(null);
                return;
              }
              s.add(new String(line, StandardCharsets.ISO_8859_1) + "|" + c.in().lineEnd());
            } catch (LineTooLongException e) {
              s.add("too long");
            }
          }
        });
  }

  @Test
  void linesEndInCrlfOrLf() throws Exception {
    Seen seen = new Seen();
    try (Listener listener = lines(seen, 10);
        LineClient client = LineClient.connect(listener.address())) {
      client.raw("a\r\nb\n\r\n\nc\rd\r\r\n\0\u00ff\r\ntail").endOutput();
      for (String expected :
          List.of("a|CRLF", "b|LF", "|CRLF", "|LF", "c\rd\r|CRLF", "\0\u00ff|CRLF", "null")) {
        assertThat(seen.next()).isEqualTo(expected);
      }
    }
  }

  @Test
  void aLineOfExactlyTheMaximumPasses() throws Exception {
    Seen seen = new Seen();
    try (Listener listener = lines(seen, 10);
        LineClient client = LineClient.connect(listener.address())) {
      client.raw("0123456789\r\n0123456789\n0123456789a\r\n0123456789\r\r\n0123456789a\nok\r\n");
      for (String expected :
          List.of(
              "0123456789|CRLF", "0123456789|LF", "too long", "too long", "too long", "ok|CRLF")) {
        assertThat(seen.next()).isEqualTo(expected);
      }
      client.drip("0123456789\r\n0123456789a\r\n0123456789\r\r\nok\r\n");
      for (String expected : List.of("0123456789|CRLF", "too long", "too long", "ok|CRLF")) {
        assertThat(seen.next()).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void linesCrossTheEdgesOfBuffersAndSegments(long seed) throws Exception {
    Random random = new Random(seed);
    List<String> sent = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      int length = random.nextInt(10) == 0 ? random.nextInt(60_000) : random.nextInt(200);
      String line = String.valueOf((char) ('a' + random.nextInt(26))).repeat(length);
      boolean crlf = random.nextBoolean();
      sent.add(line + (crlf ? "|CRLF" : "|LF"));
      text.append(line).append(crlf ? "\r\n" : "\n");
    }
    Seen seen = new Seen();
    try (Listener listener = lines(seen, 60_000);
        LineClient client = LineClient.connect(listener.address())) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              for (int at = 0; at < text.length(); ) {
                int n = Math.min(text.length() - at, 1 + random.nextInt(30_000));
                client.raw(text.substring(at, at + n));
                at += n;
              }
            } catch (IOException e) {
              seen.add(e);
            }
          });
      for (String line : sent) {
        assertThat(seen.next()).isEqualTo(line);
      }
    }
  }

  @Test
  void anOverLongLineIsDroppedToItsEnd() throws Exception {
    Seen seen = new Seen();
    try (Listener listener = lines(seen, 512);
        LineClient client = LineClient.connect(listener.address())) {
      client.raw("x".repeat(500_000) + "\r\nnext\r\n");
      assertThat(seen.next()).isEqualTo("too long");
      assertThat(seen.next()).isEqualTo("next|CRLF");
    }
  }

  @Test
  void anEndlessLineEndsTheConnection() throws Exception {
    Seen seen = new Seen();
    try (Listener listener = lines(seen, 512);
        LineClient client = LineClient.connect(listener.address())) {
      byte[] part = new byte[100_000];
      try {
        for (int i = 0; i < 20; i++) {
          client.raw(part);
        }
      } catch (IOException e) {
        assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*");
      }
      assertThat(seen.next()).isEqualTo("too long");
      assertThat(seen.next()).isEqualTo("null");
    }
  }

  @Test
  void endInTheMiddle() throws Exception {
    Seen seen = new Seen();
    try (Listener listener =
            listen(
                seen,
                (c, s) -> {
                  s.add(c.in().peek());
                  s.add(c.in().read());
                  s.add(c.in().available());
                  c.in().readFully(new byte[10], 0, 10);
                });
        LineClient client = LineClient.connect(listener.address())) {
      client.raw("abcd").endOutput();
      assertThat(seen.next()).isEqualTo((int) 'a');
      assertThat(seen.next()).isEqualTo((int) 'a');
      assertThat(seen.next()).isEqualTo(3);
      assertThat(seen.next()).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void aResetIsAnException() throws Exception {
    Seen seen = new Seen();
    try (Listener listener = lines(seen, 512);
        LineClient client = LineClient.connect(listener.address())) {
      client.raw("a\r\n");
      assertThat(seen.next()).isEqualTo("a|CRLF");
      client.reset();
      assertThat(seen.next()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aTimeoutLeavesTheConnectionUsable() throws Exception {
    Seen seen = new Seen();
    try (Listener listener =
            listen(
                seen,
                (c, s) -> {
                  c.timeout(Duration.ofMillis(50));
                  assertThatThrownBy(() -> c.in().readLine(10))
                      .isInstanceOf(SocketTimeoutException.class);
                  c.out().ascii("too slow\r\n").flush();
                  c.timeout(LineClient.TIMEOUT);
                  s.add(new String(c.in().readLine(10), StandardCharsets.US_ASCII));
                });
        LineClient client = LineClient.connect(listener.address())) {
      client.expect("too slow");
      client.send("late");
      assertThat(seen.next()).isEqualTo("late");
    }
  }

  @Test
  void aDeadlineBoundsAPeerThatDrips() throws Exception {
    Seen seen = new Seen();
    try (Listener listener =
            listen(
                seen,
                (c, s) -> {
                  c.deadline(Duration.ofMillis(200));
                  c.in().readLine(1_000_000);
                });
        LineClient client = LineClient.connect(listener.address())) {
      Object failure = null;
      while (failure == null) { // an octet now and then, for as long as it takes
        try {
          client.raw("x");
        } catch (IOException e) {
          failure = seen.next();
        }
        Object over = seen.queue.peek();
        failure = over == null ? failure : over;
      }
      assertThat(failure).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aDeadlineCanBeLifted() throws Exception {
    Seen seen = new Seen();
    try (Listener listener =
            listen(
                seen,
                (c, s) -> {
                  c.deadline(Duration.ofMillis(1));
                  assertThatThrownBy(() -> c.in().read())
                      .isInstanceOf(SocketTimeoutException.class);
                  c.deadline(null);
                  c.out().ascii("now\r\n");
                  s.add(c.in().read());
                });
        LineClient client = LineClient.connect(listener.address())) {
      client.expect("now");
      client.raw("x");
      assertThat(seen.next()).isEqualTo((int) 'x');
    }
  }
}
