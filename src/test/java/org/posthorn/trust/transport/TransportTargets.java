package org.posthorn.trust.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.posthorn.dns.Tlsa;
import org.posthorn.net.TestCertificates;

/// Targets for fuzzing: what a domain says of TLS.
public final class TransportTargets {
  private static final List<X509Certificate> CHAIN = chain();

  private TransportTargets() {}

  private static List<X509Certificate> chain() {
    TestCertificates.Made authority = TestCertificates.authority("Anchor");
    var own = TestCertificates.server(authority, Duration.ofDays(1), "mx.a.test");
    return List.of(own.certificate(), authority.certificate());
  }

  /// A policy is read, or it is said why not; what is written of it reads the same.
  public static void policy(byte[] input) {
    try {
      StsPolicy policy = StsPolicy.parse(input);
      assertThat(policy.maxAge()).isBetween(Duration.ZERO, StsPolicy.AGE_MAX);
      assertThat(policy.mx()).allMatch(StsPolicy::isPattern);
      assertThat(policy.covers("mx.a.test")).isIn(true, false);
      if (policy.text().length() <= StsPolicy.OCTETS_MAX) {
        assertThat(StsPolicy.parse(policy.text().getBytes(ISO_8859_1))).isEqualTo(policy);
      }
    } catch (BadPolicyException e) {
      assertThat(e.getMessage()).matches("[ -~]+");
    }
  }

  /// Records of a domain, one a line.
  public static void record(byte[] input) {
    String id = StsRecord.id(List.of(new String(input, ISO_8859_1).split("\n", -1)));
    assertThat(id == null ? "x" : id).matches("[A-Za-z0-9]{1,32}");
  }

  /// TLSA records of three octets and a length each. None of them is the right one by chance.
  public static void tlsa(byte[] input) {
    List<Tlsa> records = new ArrayList<>();
    int at = 0;
    while (at + 4 < input.length && records.size() < 20) {
      int length = Math.min(input[at + 3] & 0xff, input.length - at - 4);
      byte[] octets = Arrays.copyOfRange(input, at + 4, at + 4 + length);
      records.add(new Tlsa(input[at] & 0xff, input[at + 1] & 0xff, input[at + 2] & 0xff, octets));
      at += 4 + length;
    }
    Dane dane = new Dane("mx.a.test", Set.of("mx.a.test"), records);
    assertThat(records).containsAll(dane.records());
    Dane.Judgement judgement = dane.judge(CHAIN, Instant.EPOCH);
    assertThat(judgement.good()).isFalse();
    assertThat(judgement.reason()).matches("[ -~]+");
  }
}
