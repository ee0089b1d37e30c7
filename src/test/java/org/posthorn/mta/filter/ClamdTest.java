package org.posthorn.mta.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.mta.judge.Verdict.Action;
import org.posthorn.net.Dialer;
import org.posthorn.net.Ticker;

class ClamdTest {
  @TempDir Path directory;
  private final Dialer dialer = new Dialer(Ticker.SYSTEM);

  @AfterEach
  void close() {
    dialer.close();
  }

  /// Reads all of INSTREAM, notes it with the lengths of its chunks, and answers.
  private static FakeJudge.Script answering(String answer) {
    return peer -> {
      byte[] command = peer.in.readNBytes("zINSTREAM\0".length());
      StringBuilder heard = new StringBuilder(new String(command, StandardCharsets.US_ASCII));
      for (int n = peer.in.readInt(); n > 0; n = peer.in.readInt()) {
        String chunk = new String(peer.in.readNBytes(n), StandardCharsets.ISO_8859_1);
        heard.append('<').append(n).append('>').append(n < 100 ? chunk : "");
      }
      peer.hear(heard.append("<0>").toString());
      peer.raw(answer);
    };
  }

  private OutsideVerdict judge(FakeJudge fake, String text) throws IOException {
    return new Clamd(Letters.terms(Terms.Absent.DEFER), dialer, fake.address())
        .judge(Letters.of(text), Duration.ofSeconds(20));
  }

  private OutsideVerdict judge(String answer) throws IOException {
    try (FakeJudge fake = FakeJudge.start(answering(answer))) {
      return judge(fake, Letters.TEXT);
    }
  }

  @Test
  void streamsTheMessage() throws Exception {
    try (FakeJudge fake = FakeJudge.start(answering("stream: OK\0"))) {
      OutsideVerdict verdict = judge(fake, Letters.TEXT);

      assertThat(verdict.action()).isEqualTo(Action.ACCEPT);
      assertThat(fake.heard()).containsExactly("zINSTREAM\0<43>" + Letters.TEXT + "<0>");
    }
  }

  @Test
  void streamsInChunksOverAUnixSocket() throws Exception {
    Path socket = directory.resolve("clamd.ctl");
    try (FakeJudge fake = FakeJudge.start(socket, answering("stream: OK\0"))) {
      assertThat(judge(fake, "x".repeat(70_000)).action()).isEqualTo(Action.ACCEPT);
      assertThat(fake.heard()).containsExactly("zINSTREAM\0<32768><32768><4464><0>");
    }
  }

  @Test
  void refusesWhatItFinds() throws Exception {
    OutsideVerdict verdict = judge("stream: Win.Test.EICAR_HDB-1 FOUND\0");

    assertThat(verdict.action()).isEqualTo(Action.REJECT);
    assertThat(verdict.reply())
        .hasToString("554 5.7.1 Malware was found in the message: Win.Test.EICAR_HDB-1");
    assertThat(verdict.reason()).isEqualTo("found Win.Test.EICAR_HDB-1");
  }

  @Test
  void namesAreOnlyText() throws Exception {
    assertThat(judge("stream: a\r\n250 \u00ff FOUND\0").reply())
        .hasToString("554 5.7.1 Malware was found in the message: a??250 ?");
  }

  @Test
  void whatIsTooLargePassesUnseen() throws Exception {
    try (FakeJudge fake =
        FakeJudge.start(peer -> {
          peer.in.readNBytes(1000);
          peer.raw("INSTREAM size limit exceeded. ERROR\0");
          peer.hold(); // clamd closes; then the answer may be lost with the connection
        })) {
      OutsideVerdict verdict = judge(fake, "x".repeat(1_000_000));
      assertThat(verdict.action()).isEqualTo(Action.ACCEPT);
      assertThat(verdict.reason()).contains("too large");
    }
  }

  @Test
  void failuresAndNonsenseAreNoAnswer() throws Exception {
    for (String answer :
        List.of(
            "",
            "\0",
            "stream: Can't allocate memory ERROR\0",
            "PONG\0",
            "250 OK",
            "x".repeat(5000))) {
      assertThatThrownBy(() -> judge(answer)).as(answer).isInstanceOf(ProtocolException.class);
    }
  }

  @Test
  void silenceEndsInTimeAlsoWhereNothingIsRead() throws Exception {
    try (FakeJudge slow = FakeJudge.start(FakeJudge.Peer::hold);
        ServerSocket deaf = new ServerSocket(0)) {
      Letter letter = Letters.of("x".repeat(30_000_000));
      for (var to : List.of(slow.address(), deaf.getLocalSocketAddress())) {
        var port = ((java.net.InetSocketAddress) to).getPort();
        var clamd =
            new Clamd(
                Letters.terms(Terms.Absent.DEFER),
                dialer,
                new java.net.InetSocketAddress("127.0.0.1", port));
        assertThatThrownBy(() -> clamd.judge(letter, Duration.ofMillis(500)))
            .isInstanceOf(SocketTimeoutException.class);
      }
    }
  }

  @Test
  void nobodyThereIsUnreachable() throws Exception {
    FakeJudge gone = FakeJudge.start(answering(""));
    var address = gone.address();
    gone.close();
    var clamd = new Clamd(Letters.terms(Terms.Absent.DEFER), dialer, address);
    assertThatThrownBy(() -> clamd.judge(Letters.of(Letters.TEXT), Duration.ofSeconds(5)))
        .isInstanceOf(Unreachable.class);
  }
}
