package org.posthorn.net.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.posthorn.net.sasl.Judgement.Verdict;

class ExternalTest {
  private static final List<String> ADDRESSES = List.of("fred@example.com");

  @Test
  void examplesOfRfc4422SectionA2() {
    var server = new ExternalServer(ADDRESSES);
    assertThat(server.start())
        .isInstanceOfSatisfying(Step.Challenge.class, c -> assertThat(c.data()).isEmpty());
    assertThat(server.step(new byte[0]))
        .isEqualTo(new Step.Claimed(new Claim.Certificate("", ADDRESSES)));
    assertThat(server.judged(Verdict.ACCEPTED)).isInstanceOf(Step.Over.class);
    assertThat(server.step(new byte[0])).isInstanceOf(Step.Malformed.class);
    assertThat(new ExternalServer(ADDRESSES).step("fred@example.com".getBytes(UTF_8)))
        .isEqualTo(new Step.Claimed(new Claim.Certificate("fred@example.com", ADDRESSES)));
  }

  @Test
  void malformed() {
    for (String bad : List.of("\0", "a\0b", "x".repeat(SaslServer.FIELD_MAX + 1))) {
      assertThat(new ExternalServer(ADDRESSES).step(bad.getBytes(UTF_8)))
          .isInstanceOf(Step.Malformed.class);
    }
    assertThat(new ExternalServer(ADDRESSES).step(new byte[] {(byte) 0xff}))
        .isInstanceOf(Step.Malformed.class);
  }

  @Test
  void theLogKnowsWhomTheCertificateNames() {
    assertThat(new Claim.Certificate("", ADDRESSES).who()).isEqualTo("fred@example.com");
    assertThat(new Claim.Certificate("ana", ADDRESSES).who()).isEqualTo("ana");
  }
}
