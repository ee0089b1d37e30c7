package org.posthorn.mta.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.MailOptions;

/// When mail is tried again.
class RetryScheduleTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final RetrySchedule S = RetrySchedule.DEFAULT;

  private static MailOptions options(DeliverBy by, Instant hold) {
    return new MailOptions(false, false, null, "", 0, by, hold);
  }

  @Test
  void delaysGrowAndTheLastRepeats() {
    QueueId id = new QueueId(123456789);
    List<Integer> minutes = List.of(5, 10, 20, 40, 60, 120);
    for (int i = 0; i < minutes.size(); i++) {
      Duration most = Duration.ofMinutes(minutes.get(i));
      assertThat(S.after(id, i + 1)).isBetween(most.multipliedBy(9).dividedBy(10), most);
    }
    for (int tries = 7; tries < 40; tries++) {
      assertThat(S.after(id, tries)).isBetween(Duration.ofHours(2), Duration.ofHours(4));
    }
  }

  @Test
  void whatFailedTogetherIsNotTriedTogether() {
    long different =
        java.util.stream.LongStream.range(1000, 1100)
            .map(id -> S.after(new QueueId(id << 12), 9).toMillis())
            .distinct()
            .count();
    assertThat(different).isGreaterThan(90);
  }

  @Test
  void expiryBySenderAndRelease() {
    assertThat(S.expires(NOW, MailOptions.NONE)).isEqualTo(NOW.plus(Duration.ofDays(4)));
    DeliverBy hour = new DeliverBy(3600, DeliverBy.Mode.RETURN, false);
    assertThat(S.expires(NOW, options(hour, null))).isEqualTo(NOW.plusSeconds(3600));
    DeliverBy notify = new DeliverBy(3600, DeliverBy.Mode.NOTIFY, false);
    assertThat(S.expires(NOW, options(notify, null))).isEqualTo(NOW.plus(Duration.ofDays(4)));
    Instant hold = NOW.plus(Duration.ofDays(2));
    assertThat(S.expires(NOW, options(null, hold))).isEqualTo(NOW.plus(Duration.ofDays(6)));
  }
}
