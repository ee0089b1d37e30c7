package org.posthorn.mta.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.mta.judge.Verdict.Action;
import org.posthorn.net.Dialer;
import org.posthorn.net.Ticker;

/// The conversation with a milter, packet by packet.
class MilterTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path directory;
  private final Dialer dialer = new Dialer(Ticker.SYSTEM);

  @AfterEach
  void close() {
    dialer.close();
  }

  /// A milter that takes the offer as far as told, continues, and answers some packets otherwise:
  /// what the function gives for a packet is sent as packets `x data`, separated by `/`; null
  /// continues, "" is silence.
  private static FakeJudge.Script polite(int steps, Function<String, String> otherwise) {
    return peer -> {
      for (String packet = peer.packet(); packet != null; packet = peer.packet()) {
        char command = packet.charAt(0);
        if (command == 'O') {
          peer.options(6, Negotiation.ACTIONS, steps);
          continue;
        }
        if (command == 'D' || command == 'A' || command == 'Q') {
          continue;
        }
        String answer = otherwise.apply(packet);
        for (String one : (answer == null ? "c" : answer).split("/")) {
          if (!one.isEmpty()) {
            peer.say(one.charAt(0), one.length() > 2 ? one.substring(2) : "");
          }
        }
      }
    };
  }

  private OutsideVerdict judge(FakeJudge fake, Letter letter) throws IOException {
    return new Milter(Letters.terms(Terms.Absent.ACCEPT), dialer, fake.address())
        .judge(letter, LONG);
  }

  private OutsideVerdict judge(Function<String, String> otherwise) throws IOException {
    try (FakeJudge fake = FakeJudge.start(polite(0, otherwise))) {
      return judge(fake, Letters.of(Letters.TEXT));
    }
  }

  @Test
  void tellsAMessageStepByStep() throws Exception {
    try (FakeJudge fake = FakeJudge.start(polite(0, packet -> null))) {
      OutsideVerdict verdict =
          judge(fake, Letters.of("Subject: Hello\r\nX-Folded:\tone\r\n two\r\n\r\nBody\r\n"));

      assertThat(verdict.action()).isEqualTo(Action.ACCEPT);
      assertThat(verdict.answered()).isTrue();
      fake.awaitHeard("Q ");
      assertThat(fake.heard())
          .containsExactly(
              "O 0000000600000031001ff7ff",
              "D Cj|mx.one.test|_|mx.far.test [192.0.2.7]|v|Posthorn|{daemon_name}|smtp|"
                  + "{daemon_addr}|127.0.0.1|{daemon_port}|25|{client_addr}|192.0.2.7|"
                  + "{client_port}|4711|{client_name}|mx.far.test|{client_ptr}|mx.far.test|"
                  + "{client_resolve}|OK|",
              "C mx.far.test|4\u0012\u0067192.0.2.7|",
              "D H{tls_version}|TLSv1.3|{cipher}|TLS_AES_128_GCM_SHA256|",
              "H mx.far.test|",
              "D Mi|01ABC|{mail_addr}|cy@far.test|{mail_host}|far.test|{mail_mailer}|smtp|",
              "M <cy@far.test>|SIZE=43|BODY=8BITMIME|",
              "D Ri|01ABC|{rcpt_addr}|ana@one.test|{rcpt_host}|one.test|{rcpt_mailer}|smtp|",
              "R <ana@one.test>|",
              "D Ri|01ABC|{rcpt_addr}|bo@one.test|{rcpt_host}|one.test|{rcpt_mailer}|smtp|",
              "R <bo@one.test>|",
              "D Ti|01ABC|",
              "T ",
              "L Subject|Hello|",
              "L X-Folded|\tone\n two|",
              "D Ni|01ABC|",
              "N ",
              "B Body\r\n",
              "D Ei|01ABC|",
              "E ",
              "Q ");
    }
  }

  @Test
  void leavesOutWhatIsNotWantedAndWaitsForNoAnswerThatIsNotGiven() throws Exception {
    int steps =
        Negotiation.NO_CONNECT
            | Negotiation.NO_HELO
            | Negotiation.NO_DATA
            | Negotiation.NO_END_OF_HEADER
            | Negotiation.NO_BODY
            | Negotiation.SILENT_MAIL
            | Negotiation.SILENT_RCPT
            | Negotiation.SILENT_HEADER
            | Negotiation.LEADING_SPACE;
    Function<String, String> silent = packet -> "MRL".indexOf(packet.charAt(0)) < 0 ? null : "";
    try (FakeJudge fake = FakeJudge.start(polite(steps, silent))) {
      assertThat(judge(fake, Letters.of(Letters.TEXT)).action()).isEqualTo(Action.ACCEPT);

      fake.awaitHeard("Q ");
      assertThat(fake.heard().stream().filter(p -> !p.startsWith("D ")))
          .containsExactly(
              "O 0000000600000031001ff7ff",
              "M <cy@far.test>|SIZE=43|BODY=8BITMIME|",
              "R <ana@one.test>|",
              "R <bo@one.test>|",
              "L Subject| Hello|",
              "L From| cy@far.test|",
              "E ",
              "Q ");
    }
  }

  @Test
  void tellsWhoHasLoggedIn() throws Exception {
    try (FakeJudge fake = FakeJudge.start(polite(0, packet -> null))) {
      judge(fake, Letters.submitted(Letters.TEXT));

      fake.awaitHeard("Q ");
      assertThat(fake.heard())
          .contains(
              "D Mi|01ABC|{mail_addr}|cy@far.test|{mail_host}|far.test|{mail_mailer}|smtp|"
                  + "{auth_type}|SASL|{auth_authen}|ana@one.test|",
              "C unknown|6\u0012\u00672001:db8:0:0:0:0:0:7|");
    }
  }

  @Test
  void speaksOverAUnixSocket() throws Exception {
    Path socket = directory.resolve("milter.sock");
    try (FakeJudge fake = FakeJudge.start(socket, polite(0, packet -> null))) {
      assertThat(judge(fake, Letters.of(Letters.TEXT)).action()).isEqualTo(Action.ACCEPT);
      fake.awaitHeard("Q ");
    }
  }

  @Test
  void sendsLongBodiesInChunks() throws Exception {
    String body = "x".repeat(998) + "\r\n";
    try (FakeJudge fake = FakeJudge.start(polite(0, packet -> null))) {
      judge(fake, Letters.of("Subject: long\r\n\r\n" + body.repeat(150)));

      fake.awaitHeard("Q ");
      assertThat(fake.heard().stream().filter(p -> p.startsWith("B ")).map(p -> p.length() - 2))
          .containsExactly(65_535, 65_535, 150_000 - 2 * 65_535);
    }
  }

  @Test
  void sendsNoMoreOfTheBodyThanIsWanted() throws Exception {
    Function<String, String> skip = packet -> packet.startsWith("B ") ? "s" : null;
    try (FakeJudge fake = FakeJudge.start(polite(0, skip))) {
      judge(fake, Letters.of("Subject: long\r\n\r\n" + "x\r\n".repeat(100_000)));

      fake.awaitHeard("Q ");
      assertThat(fake.heard().stream().filter(p -> p.startsWith("B "))).hasSize(1);
      assertThat(fake.heard()).contains("E ");
    }
  }

  @Test
  void addsWhatTheMilterAdds() throws Exception {
    OutsideVerdict verdict =
        judge(packet ->
            packet.startsWith("E ")
                ? "h X-Spam-Status|No, score=1\n\ttests=NONE|"
                    + "/i \0\0\0\1DKIM-Signature|v=1; a=rsa-sha256|"
                    + "/p/c"
                : null);

    assertThat(verdict.action()).isEqualTo(Action.ACCEPT);
    assertThat(verdict.added())
        .containsExactly(
            "X-Spam-Status: No, score=1\r\n tests=NONE", "DKIM-Signature: v=1; a=rsa-sha256");
    assertThat(new String(verdict.head(), java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo(
            "X-Spam-Status: No, score=1\r\n tests=NONE\r\nDKIM-Signature: v=1; a=rsa-sha256\r\n");
  }

  @Test
  void changesAndTakesOutFields() throws Exception {
    OutsideVerdict verdict =
        judge(packet ->
            packet.startsWith("E ") ? "m \0\0\0\2Subject|[spam] x|/m \0\0\0\1X-Old||/a" : null);

    assertThat(verdict.changes())
        .containsExactly(
            new HeaderChange("Subject", 2, "Subject: [spam] x"),
            new HeaderChange("X-Old", 1, null));
  }

  @Test
  void quarantineMeansJunk() throws Exception {
    OutsideVerdict verdict = judge(p -> p.startsWith("E ") ? "q looks bad|/h X-Seen|yes|/c" : null);

    assertThat(verdict.action()).isEqualTo(Action.JUNK);
    assertThat(verdict.reason()).isEqualTo("looks bad");
    assertThat(verdict.added()).containsExactly("X-Seen: yes");
  }

  @Test
  void everyStepMayRefuse() throws Exception {
    for (String step : List.of("C", "H", "M", "T", "L", "N", "B", "E")) {
      OutsideVerdict rejected = judge(p -> p.startsWith(step + " ") ? "r" : null);
      assertThat(rejected.action()).as(step).isEqualTo(Action.REJECT);
      assertThat(rejected.reply().code()).isEqualTo(550);

      assertThat(judge(p -> p.startsWith(step + " ") ? "t" : null).action())
          .isEqualTo(Action.DEFER);
      assertThat(judge(p -> p.startsWith(step + " ") ? "a" : null).action())
          .isEqualTo(Action.ACCEPT);
      assertThat(judge(p -> p.startsWith(step + " ") ? "4" : null).reply().code()).isEqualTo(451);
      assertThat(judge(p -> p.startsWith(step + " ") ? "d" : null).action())
          .isEqualTo(Action.REJECT);
    }
  }

  @Test
  void refusesInTheWordsOfTheMilter() throws Exception {
    assertThat(judge(p -> p.startsWith("M ") ? "y 554 5.7.5 100%% spam|" : null).reply())
        .hasToString("554 5.7.5 100% spam");
    assertThat(judge(p -> p.startsWith("M ") ? "y 451 later|" : null).reply())
        .hasToString("451 4.7.1 later");
    assertThat(
            judge(p -> p.startsWith("E ") ? "y 550-5.7.1 first\r\n550 5.7.1 second|" : null)
                .reply())
        .hasToString("550 5.7.1 first / second");
  }

  @Test
  void aRefusedRecipientRefusesTheMessageOnlyWithAllOthers() throws Exception {
    assertThat(judge(p -> p.startsWith("R <ana") ? "r" : null).action()).isEqualTo(Action.ACCEPT);
    assertThat(judge(p -> p.startsWith("R <bo") ? "t" : null).action()).isEqualTo(Action.ACCEPT);

    OutsideVerdict both =
        judge(p -> p.startsWith("R <ana") ? "r" : p.startsWith("R ") ? "y 450 4.7.0 grey|" : null);
    assertThat(both.action()).isEqualTo(Action.DEFER);
    assertThat(both.reply()).hasToString("450 4.7.0 grey");
    assertThat(judge(p -> p.startsWith("R ") ? "r" : null).action()).isEqualTo(Action.REJECT);
  }

  @Test
  void aMilterThatAcceptsEarlySeesNoMore() throws Exception {
    try (FakeJudge fake = FakeJudge.start(polite(0, p -> p.startsWith("M ") ? "a" : null))) {
      assertThat(judge(fake, Letters.of(Letters.TEXT)).action()).isEqualTo(Action.ACCEPT);
      fake.awaitHeard("Q ");
      assertThat(fake.heard()).contains("A ").noneMatch(p -> p.startsWith("R "));
    }
  }

  @Test
  void refusalsMakeNoChanges() throws Exception {
    OutsideVerdict verdict = judge(p -> p.startsWith("E ") ? "h X-A|b|/q bad|/r" : null);
    assertThat(verdict.action()).isEqualTo(Action.REJECT);
    assertThat(verdict.added()).isEmpty();
  }

  @Test
  void nobodyForgesLines() throws Exception {
    OutsideVerdict verdict =
        judge(p ->
            p.startsWith("E ")
                ? "h X-A|b\r\n\r\nBody\0|/h X: y|z|/h |empty|/h X-B|\u00e9\u0007|/h X-C||/c"
                    .replace("\0|", "|")
                : null);
    assertThat(verdict.added()).containsExactly("X-A: b\r\n Body", "X-B: ??");

    OutsideVerdict words = judge(p -> p.startsWith("E ") ? "y 550 5.7.1 a\u0001b|" : null);
    assertThat(words.reply()).hasToString("550 5.7.1 a?b");
  }

  // --- milters that misbehave

  @Test
  void nonsenseIsNoAnswer() throws Exception {
    for (String answer :
        List.of(
            "b new body", // not offered
            "+ <eve@far.test>|",
            "- <ana@one.test>|",
            "e <eve@far.test>|",
            "z",
            "h no end",
            "m \0\0",
            "y 250 2.0.0 fine|",
            "y hello|",
            "c with octets",
            "O xxxxxxxxxxxx")) {
      assertThatThrownBy(() -> judge(p -> p.startsWith("E ") ? answer : null))
          .as(answer)
          .isInstanceOf(ProtocolException.class);
    }
    assertThatThrownBy(() -> judge(p -> p.startsWith("M ") ? "h X|y|" : null))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void hugePacketsAreNotRead() throws Exception {
    try (FakeJudge fake =
        FakeJudge.start(peer -> {
          peer.packet();
          peer.raw("\u00ff\u00ff\u00ff\u00ffO");
          peer.hold();
        })) {
      assertThatThrownBy(() -> judge(fake, Letters.of(Letters.TEXT)))
          .isInstanceOf(Unreachable.class)
          .hasMessageContaining("a packet of 4294967295 octets");
    }
  }

  @Test
  void endlessAnswersEnd() throws Exception {
    try (FakeJudge fake =
        FakeJudge.start(peer -> {
          for (String p = peer.packet(); p != null; p = peer.packet()) {
            if (p.startsWith("O")) {
              peer.options(6, Negotiation.ACTIONS, 0);
            } else if (p.startsWith("E")) {
              while (true) {
                peer.say('h', "X-More|more|");
              }
            } else if (!p.startsWith("D")) {
              peer.say('c', "");
            }
          }
        })) {
      assertThatThrownBy(() -> judge(fake, Letters.of(Letters.TEXT)))
          .isInstanceOf(ProtocolException.class)
          .hasMessage("answers without end");
    }
  }

  @Test
  void whoInsistsOnOtherChangesIsNotAsked() throws Exception {
    try (FakeJudge fake =
        FakeJudge.start(peer -> {
          peer.packet();
          peer.options(6, 0x1ff, 0);
          peer.hold();
        })) {
      assertThatThrownBy(() -> judge(fake, Letters.of(Letters.TEXT)))
          .hasMessageContaining("insists on changes that are not possible here: 0x1ce");
    }
  }

  @Test
  void silenceEndsInTime() throws Exception {
    FakeJudge.Script silent = polite(0, p -> p.startsWith("M ") ? "" : null);
    try (FakeJudge tcp = FakeJudge.start(silent);
        FakeJudge unix = FakeJudge.start(directory.resolve("silent.sock"), silent)) {
      for (FakeJudge fake : List.of(tcp, unix)) {
        Milter milter = new Milter(Letters.terms(Terms.Absent.ACCEPT), dialer, fake.address());
        assertThatThrownBy(() -> milter.judge(Letters.of(Letters.TEXT), Duration.ofMillis(300)))
            .isInstanceOf(SocketTimeoutException.class);
      }
    }
  }

  @Test
  void earlyEndsAreNoAnswer() throws Exception {
    for (String step : List.of("O", "C", "M", "L", "B", "E")) {
      try (FakeJudge fake =
          FakeJudge.start(peer -> {
            for (String p = peer.packet(); p != null; p = peer.packet()) {
              if (p.startsWith(step)) {
                return;
              }
              if (p.startsWith("O")) {
                peer.options(6, Negotiation.ACTIONS, 0);
              } else if (!p.startsWith("D")) {
                peer.say('c', "");
              }
            }
          })) {
        assertThatThrownBy(() -> judge(fake, Letters.of(Letters.TEXT)))
            .as(step)
            .isInstanceOf(IOException.class);
      }
    }
  }
}
