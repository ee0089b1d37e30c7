package org.posthorn.net.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.net.sasl.Judgement.Verdict;

class BearerTest {
  private static final String TOKEN = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==";

  private static BearerServer oauthbearer() {
    var hints =
        new TokenHints("example_scope", "https://example.com/.well-known/openid-configuration");
    return new BearerServer(BearerServer.Form.OAUTHBEARER, hints);
  }

  private static BearerServer xoauth2() {
    return new BearerServer(BearerServer.Form.XOAUTH2, new TokenHints("", ""));
  }

  private static Step say(SaslServer server, String message) {
    return server.step(message.replace('^', '\1').getBytes(UTF_8));
  }

  private static String challenge(Step step) {
    assertThat(step).isInstanceOf(Step.Challenge.class);
    return SaslLine.encode(((Step.Challenge) step).data());
  }

  @Test
  void exampleOfRfc7628Section4_1() {
    Step step =
        oauthbearer()
            .step(
                Base64.getDecoder()
                    .decode(
                        "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQz"
                            + "AWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMj"
                            + "l0Q2c9PQEB"));
    assertThat(step).isEqualTo(new Step.Claimed(new Claim.Token("user@example.com", TOKEN)));
  }

  @Test
  void exampleOfRfc7628Section4_3() {
    BearerServer server = oauthbearer();
    assertThat(challenge(server.start())).isEmpty();
    say(server, "n,a=user@example.com,^host=server.example.com^port=143^auth=Bearer x^^");
    assertThat(challenge(server.judged(Verdict.REFUSED)))
        .isEqualTo(
            "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJleGFtcGxlX3Njb3BlIiwib3BlbmlkLWNvbmZp"
                + "Z3VyYXRpb24iOiJodHRwczovL2V4YW1wbGUuY29tLy53ZWxsLWtub3duL29wZW5pZC1jb25maWd1cm"
                + "F0aW9uIn0=");
    assertThat(say(server, "^")).isInstanceOf(Step.Over.class);
    assertThat(say(server, "^")).isInstanceOf(Step.Malformed.class);
  }

  @Test
  void aTokenForSomethingElseIsToldSo() {
    BearerServer server = oauthbearer();
    say(server, "n,,^auth=Bearer x^^");
    assertThat(ScramClient.unbase64(challenge(server.judged(Verdict.INSUFFICIENT_SCOPE))))
        .startsWith("{\"status\":\"insufficient_scope\"");
  }

  @Test
  void exchangeOfXoauth2() {
    BearerServer server = xoauth2();
    assertThat(say(server, "user=someuser@example.com^auth=Bearer ya29.vF9dft4qmTc2Nvb3^^"))
        .isEqualTo(
            new Step.Claimed(new Claim.Token("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3")));
    assertThat(ScramClient.unbase64(challenge(server.judged(Verdict.REFUSED))))
        .isEqualTo("{\"status\":\"401\",\"schemes\":\"bearer\"}");
    assertThat(say(server, "")).isInstanceOf(Step.Over.class);
  }

  @Test
  void nothingMoreIsSaidWhenATokenIsGoodOrNobodyKnows() {
    for (Verdict verdict : new Verdict[] {Verdict.ACCEPTED, Verdict.UNDECIDED}) {
      BearerServer server = oauthbearer();
      say(server, "y,,^auth=bearer x^^");
      assertThat(server.judged(verdict)).isInstanceOf(Step.Over.class);
    }
  }

  @Test
  void anEmptyTokenAsksWhatIsWanted() {
    assertThat(say(oauthbearer(), "n,a=user@example.com,^auth=^^"))
        .isEqualTo(new Step.Claimed(new Claim.Token("user@example.com", "")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "^",
        "n,,",
        "n,,^",
        "n,,^^",
        "n,,auth=Bearer x^^",
        "n,,^auth=Bearer x",
        "n,,^auth=Bearer x^",
        "n,,^auth=Bearer x^^^",
        "n,,^auth=Bearer x^^z",
        "n,,^auth=Bearer x^auth=Bearer y^^",
        "n,,^auth=Basic x^^",
        "n,,^auth=Bearer x y^^",
        "n,,^auth=Bearer é^^",
        "n,,^auth=Bearerx^^",
        "n,,^=x^auth=Bearer x^^",
        "n,,^a1=x^auth=Bearer x^^",
        "n,,^x^auth=Bearer x^^",
        "p=tls-exporter,,^auth=Bearer x^^",
        "user=ana^auth=Bearer x^^"
      })
  void malformed(String message) {
    assertThat(say(oauthbearer(), message)).isInstanceOf(Step.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "^", "^^", "user=ana^^", "user=ana^auth=Bearer x^", "n,,^auth=Bearer x^^"})
  void malformedXoauth2(String message) {
    assertThat(say(xoauth2(), message)).isInstanceOf(Step.Malformed.class);
  }

  @Test
  void limits() {
    String before = "n,,^auth=Bearer ";
    String most = "x".repeat(SaslServer.RESPONSE_MAX - before.length() - 2);
    assertThat(say(oauthbearer(), before + most + "^^")).isInstanceOf(Step.Claimed.class);
    assertThat(say(oauthbearer(), before + most + "x^^")).isInstanceOf(Step.Malformed.class);
    assertThat(SaslLine.LINE_MAX).isEqualTo(12288); // RFC 4954 §4
    assertThat(say(oauthbearer(), "n,," + "^k=v".repeat(20) + "^auth=Bearer x^^"))
        .isInstanceOf(Step.Malformed.class);
  }
}
