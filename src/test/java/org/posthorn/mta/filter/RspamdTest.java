package org.posthorn.mta.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.posthorn.mta.judge.Verdict.Action;

/// What is asked, and what is made of answers; `HttpFetcherTest` has the HTTP.
class RspamdTest {
  private final List<HttpPost.Request> asked = new ArrayList<>();

  private OutsideVerdict judge(Letter letter, HttpPost http) throws IOException {
    return new Rspamd(
            Letters.terms(Terms.Absent.ACCEPT), http, URI.create("http://127.0.0.1:11333/"), "pw")
        .judge(letter, Duration.ofSeconds(9));
  }

  private OutsideVerdict judge(String answer) throws IOException {
    return judge(
        Letters.of(Letters.TEXT),
        request -> {
          asked.add(request);
          return answer.getBytes(UTF_8);
        });
  }

  @Test
  void tellsWhatIsKnown() throws Exception {
    judge("{\"action\":\"no action\"}");

    HttpPost.Request request = asked.getFirst();
    assertThat(request.uri()).hasToString("http://127.0.0.1:11333/checkv2");
    assertThat(request.within()).isEqualTo(Duration.ofSeconds(9));
    assertThat(request.headers().stream().map(h -> h.name() + ": " + h.value()))
        .containsExactly(
            "From: cy@far.test",
            "Rcpt: ana@one.test",
            "Rcpt: bo@one.test",
            "IP: 192.0.2.7",
            "Helo: mx.far.test",
            "Hostname: mx.far.test",
            "Queue-Id: 01ABC",
            "MTA-Name: mx.one.test",
            "TLS-Version: TLSv1.3",
            "TLS-Cipher: TLS_AES_128_GCM_SHA256",
            "Password: pw");
    assertThat(new String(request.octets().open().readAllBytes(), UTF_8)).isEqualTo(Letters.TEXT);
    assertThat(request.length()).isEqualTo(Letters.TEXT.length());
    assertThat(request.toString()).doesNotContain("pw");
  }

  @Test
  void tellsWhoHasLoggedIn() throws Exception {
    judge(
        Letters.submitted(Letters.TEXT),
        request -> {
          asked.add(request);
          return "{\"action\":\"no action\"}".getBytes(UTF_8);
        });
    assertThat(asked.getFirst().headers())
        .contains(
            new HttpPost.Header("User", "ana@one.test"),
            new HttpPost.Header("Hostname", "unknown"));
  }

  @Test
  void actionsBecomeActions() throws Exception {
    assertThat(judge("{\"action\":\"no action\"}").action()).isEqualTo(Action.ACCEPT);
    assertThat(judge("{\"action\":\"greylist\"}").action()).isEqualTo(Action.ACCEPT);
    assertThat(judge("{\"action\":\"add header\"}").action()).isEqualTo(Action.JUNK);
    assertThat(judge("{\"action\":\"rewrite subject\"}").action()).isEqualTo(Action.JUNK);
    assertThat(judge("{\"action\":\"quarantine\"}").action()).isEqualTo(Action.JUNK);
    assertThat(judge("{\"action\":\"discard\"}").action()).isEqualTo(Action.REJECT);
    assertThat(judge("{\"action\":\"reject\"}").reply())
        .hasToString("550 5.7.1 Spam is not wanted here");
    assertThat(
            judge(
                    "{\"action\":\"soft"
                        + " reject\",\"messages\":{\"smtp_message\":\"Come\\r\\nlater\"}}")
                .reply())
        .hasToString("451 4.7.1 Come??later");
  }

  @Test
  void saysWhy() throws Exception {
    String answer =
        """
        {"is_skipped":false,"score":7.25,"required_score":15.0,"action":"add header",
         "symbols":{"ARC_NA":{"name":"ARC_NA","score":0.0},
          "BAYES_SPAM":{"name":"BAYES_SPAM","score":5.1},
          "R_SPF_ALLOW":{"name":"R_SPF_ALLOW","score":-0.2}},
         "message-id":"x@y","time_real":0.1}
        """;
    assertThat(judge(answer).reason())
        .isEqualTo("add header, score 7.25 of 15.0, BAYES_SPAM 5.1, R_SPF_ALLOW -0.2");
  }

  @Test
  void addsAndTakesOutFields() throws Exception {
    String answer =
        """
        {"action":"no action",
         "milter":{
          "add_headers":{"X-Spamd-Bar":{"value":"+","order":0},
            "X-Two":[{"value":"a","order":1},{"value":"b","order":1}],"X-Text":"t"},
          "remove_headers":{"X-Spam":0,"X-Old":2}},
         "dkim-signature":"v=1; a=rsa-sha256;\\r\\n\\tb=abc"}
        """;
    OutsideVerdict verdict = judge(answer);
    assertThat(verdict.added())
        .containsExactly(
            "X-Spamd-Bar: +",
            "X-Two: a",
            "X-Two: b",
            "X-Text: t",
            "DKIM-Signature: v=1; a=rsa-sha256;\r\n b=abc");
    assertThat(verdict.changes())
        .containsExactly(new HeaderChange("X-Spam", 0, null), new HeaderChange("X-Old", 2, null));
  }

  @Test
  void nonsenseIsNoAnswer() {
    for (String answer :
        List.of(
            "",
            "[]",
            "null",
            "{",
            "hello",
            "{}",
            "{\"action\":7}",
            "{\"action\":\"explode\"}",
            "[".repeat(100_000),
            "{\"action\":\"reject\",\"score\":" + "9".repeat(5000) + "}")) {
      assertThatThrownBy(() -> judge(answer)).isInstanceOf(ProtocolException.class);
    }
  }

  @Test
  void oddPartsAreLeftOut() throws Exception {
    OutsideVerdict verdict =
        judge(
            """
            {"action":"no action","score":"high","symbols":[1],"milter":{"add_headers":[{"X":1}],
             "remove_headers":{"X":"all","Y":-3,"a b":1}},"dkim-signature":{}}
            """);
    assertThat(verdict.action()).isEqualTo(Action.ACCEPT);
    assertThat(verdict.added()).isEmpty();
    assertThat(verdict.changes()).isEmpty();
  }

  @Test
  void nobodyThereIsUnreachable() {
    assertThatThrownBy(() ->
            judge(
                Letters.of(Letters.TEXT),
                request -> {
                  throw new ConnectException("refused");
                }))
        .isInstanceOf(Unreachable.class);
  }
}
