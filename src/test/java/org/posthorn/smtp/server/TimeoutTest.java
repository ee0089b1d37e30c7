package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Who is slow on purpose. The clock is the test's: it jumps, nobody waits.
class TimeoutTest extends ServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final AtomicLong nanos = new AtomicLong();

  private SmtpTalk connect() {
    return serve(MX, nanos::get).connect();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private void awaitReceived(long octets) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (backend.received.get() < octets) {
      assertThat(System.nanoTime()).as("waited for the server").isLessThan(end);
      Thread.yield();
    }
  }

  @Test
  void aCommandInDropsRunsOutOfTime() {
    // RFC 5321 §4.5.3.2.7
    SmtpTalk t = connect().hello().raw("NO");
    pass(Duration.ofMinutes(6));
    t.raw("O").expect("421 4.4.2 foo.com waited too long, closing").expectClosed();
  }

  @Test
  void aMessageInDropsRunsOutOfTime() {
    SmtpTalk t = connect().envelope().ask("DATA", "354").say("Subject: slow");
    awaitReceived(15);
    pass(Duration.ofMinutes(11));
    t.raw("x").expect("421 4.4.2 foo.com waited too long, closing").expectClosed();
    assertThat(backend.messages).isEmpty();
  }

  @Test
  void aBigMessageHasMoreTime() {
    SmtpTalk t = connect().envelope().ask("DATA", "354");
    t.raw("x".repeat(1 << 20));
    awaitReceived((1 << 20) - 10);
    pass(Duration.ofMinutes(20));
    t.raw("y\r\n.\r\n").expect("250 2.0.0");
  }
}
