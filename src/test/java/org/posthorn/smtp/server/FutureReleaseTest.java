package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// FUTURERELEASE (RFC 4865). It is noon of 30 November 2026.
class FutureReleaseTest extends ServerTest {
  private static final SmtpConfig WITH = SUBMISSION.with(Feature.FUTURERELEASE, Feature.DELIVERBY);

  private SmtpTalk with() {
    return serve(WITH).connect().hello().logIn("ana", MemoryBackend.PASSWORD);
  }

  @Test
  void theLongestTimeIsTold() {
    // RFC 4865 §4.2
    assertThat(with().offered()).contains("FUTURERELEASE 2592000 2026-12-30T12:00:00Z");
    assertThat(submission().offered()).noneMatch(l -> l.startsWith("FUTURERELEASE"));
  }

  @Test
  void isForSubmissionOnly() {
    assertThatThrownBy(() -> MX.with(Feature.FUTURERELEASE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HOLDFOR=1 | 2026-11-30T12:00:01.5Z",
        "holdfor=2592000 | 2026-12-30T12:00:00.5Z",
        "HOLDUNTIL=2026-12-01T08:00:00Z | 2026-12-01T08:00:00Z",
        "HOLDUNTIL=2026-12-30T12:00:00Z | 2026-12-30T12:00:00Z",
        "HOLDUNTIL=2026-12-01T08:00:00.25Z | 2026-12-01T08:00:00.25Z",
        "HOLDFOR=60 BY=120;R | 2026-11-30T12:01:00.5Z",
      })
  void takes(String parameters, Instant until) {
    SmtpTalk t = with().ask("MAIL FROM:<a@b.c> " + parameters, "250 2.1.0");
    t.ask("RCPT TO:<jones@foo.com>", "250").say("DATA", ".").expect("354", "250");
    assertThat(onlyMessage().sender().options().holdUntil()).isEqualTo(until);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HOLDFOR",
        "HOLDFOR=",
        "HOLDFOR=0",
        "HOLDFOR=01",
        "HOLDFOR=-1",
        "HOLDFOR=1.5",
        "HOLDFOR=2592001",
        "HOLDFOR=999999999",
        "HOLDFOR=9999999999999999999999",
        "HOLDUNTIL",
        "HOLDUNTIL=tomorrow",
        "HOLDUNTIL=2026-12-01",
        "HOLDUNTIL=2026-12-01T08:00:00",
        "HOLDUNTIL=2026-12-01T08:00:00+01:00",
        "HOLDUNTIL=2026-13-01T08:00:00Z",
        "HOLDUNTIL=2026-11-30T11:59:59Z",
        "HOLDUNTIL=2026-12-30T12:00:01Z",
        "HOLDUNTIL=+999999999-12-30T12:00:01Z",
        "HOLDFOR=1 HOLDFOR=1",
        "HOLDFOR=1 HOLDUNTIL=2026-12-01T08:00:00Z",
        "HOLDFOR=120 BY=60;R",
        "HOLDUNTIL=2026-12-01T08:00:00Z BY=0;N",
      })
  void refuses(String parameters) {
    // RFC 4865 §4.2 items 7 to 11, §5.2.2
    with().ask("MAIL FROM:<a@b.c> " + parameters, "501 5.5.4").ask("MAIL FROM:<a@b.c>", "250");
  }
}
