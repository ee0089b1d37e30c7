package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.smtp.DeliverBy;

/// DELIVERBY (RFC 2852).
class DeliverByTest extends ServerTest {
  private SmtpTalk with() {
    return serve(MX.with(Feature.DELIVERBY)).connect().hello();
  }

  @Test
  void theShortestTimeIsTold() {
    // RFC 2852 §2
    assertThat(with().offered()).contains("DELIVERBY 60");
    assertThat(mx().offered()).noneMatch(l -> l.startsWith("DELIVERBY"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "120;R | 120 | RETURN | false", // RFC 2852 §6
        "60;r | 60 | RETURN | false",
        "+999999999;RT | 999999999 | RETURN | true",
        "1;N | 1 | NOTIFY | false",
        "0;NT | 0 | NOTIFY | true",
        "-12;n | -12 | NOTIFY | false",
        "-999999999;N | -999999999 | NOTIFY | false",
      })
  void takes(String value, long seconds, DeliverBy.Mode mode, boolean trace) {
    SmtpTalk t = with().ask("MAIL FROM:<eljefe@bigbiz.com> BY=" + value, "250 2.1.0");
    t.ask("RCPT TO:<topbanana@foo.com>", "250").say("DATA", ".").expect("354", "250");
    assertThat(onlyMessage().sender().options().by())
        .isEqualTo(new DeliverBy(seconds, mode, trace));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BY",
        "BY=",
        "BY=120",
        "BY=;R",
        "BY=120;",
        "BY=120;X",
        "BY=120;TR",
        "BY=120;RR",
        "BY=--1;N",
        "BY=1234567890;N",
        "BY=12x;N",
        "BY=120,R",
        "BY=0;R",
        "BY=-5;R",
        "BY=120;R BY=120;R"
      })
  void malformed(String parameter) {
    with().ask("MAIL FROM:<a@b.c> " + parameter, "501 5.5.4").ask("MAIL FROM:<a@b.c>", "250");
  }

  @Test
  void tooShortATimeIsRefusedForEver() {
    // RFC 2852 §3
    SmtpTalk t = with().ask("MAIL FROM:<a@b.c> BY=59;R", "555 5.5.4 BY is less than 60 s");
    t.ask("MAIL FROM:<a@b.c> BY=59;N", "250");
  }

  @Test
  void isNotKnownWhereItIsNotOffered() {
    mx().hello().ask("MAIL FROM:<a@b.c> BY=120;R", "555 5.5.4 Parameter BY is not known here");
  }
}
