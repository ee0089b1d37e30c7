package org.posthorn.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.app.config.ConfigReader;
import org.posthorn.app.config.MtaSts;
import org.posthorn.app.http.HttpRequest;
import org.posthorn.trust.transport.StsPolicy;

/// The policy of our own domains (RFC 8461 §3.2).
class OwnPolicyTest {
  private static MtaSts config(String toml) {
    return ConfigReader.parse("test", toml).mtaSts();
  }

  @Test
  void theConfigurationSaysIt() throws Exception {
    StsPolicy usual = OwnPolicy.of(config(""), "mx.a.test");
    assertThat(usual.lines())
        .containsExactly("version: STSv1", "mode: testing", "mx: mx.a.test", "max_age: 604800");
    MtaSts other =
        config(
            "mta-sts = { mode = \"enforce\", max-age = \"21d\", mx = [\"MX1.a.test\", \"*.b.test\"]"
                + " }");
    StsPolicy policy = OwnPolicy.of(other, "mx.a.test");
    assertThat(policy.mode()).isEqualTo(StsPolicy.Mode.ENFORCE);
    assertThat(policy.mx()).containsExactly("mx1.a.test", "*.b.test");
    assertThat(StsPolicy.parse(policy.text().getBytes(US_ASCII))).isEqualTo(policy);
  }

  @ParameterizedTest
  @CsvSource({"'mx = [\"not a name\"]'", "'mx = [\"*\"]'", "'max-age = \"400d\"'"})
  void whatMakesNoPolicy(String line) {
    MtaSts wrong = config("[mta-sts]\n" + line + "\n");
    assertThatThrownBy(() -> OwnPolicy.of(wrong, "mx.a.test")).isInstanceOf(CommandFailed.class);
  }

  @ParameterizedTest
  @CsvSource({
    "mta-sts.a.test,/.well-known/mta-sts.txt,true",
    "mta-sts.b.test,/.well-known/mta-sts.txt,false",
    "a.test,/.well-known/mta-sts.txt,false",
    "mta-sts.,/.well-known/mta-sts.txt,false",
    "'',/.well-known/mta-sts.txt,false",
    "mta-sts.a.test,/,false",
    "mta-sts.a.test,/.well-known/mta-sts.txt/,false",
  })
  void isServedForOurDomainsAlone(String host, String path, boolean served) {
    OwnPolicy own = new OwnPolicy(OwnPolicy.of(config(""), "mx.a.test"), "a.test"::equals);
    HttpRequest request = new HttpRequest(host, path);
    assertThat(own.answer(request) != null).isEqualTo(served);
    assertThat(own.answerOrNothing(request).status()).startsWith(served ? "200" : "404");
  }
}
