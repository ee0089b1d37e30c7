package org.posthorn.trust.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.posthorn.dns.Tlsa;
import org.posthorn.net.TestCertificates;
import org.posthorn.net.TestCertificates.Made;

/// RFC 6698 §2.1, RFC 7671 §5 and §9, RFC 7672 §3.
class DaneTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Made ROOT = TestCertificates.authority("Root");
  private static final Made MIDDLE = TestCertificates.authority(ROOT, "Middle");
  private static final Made TOO_DEEP = TestCertificates.authority(MIDDLE, "Too deep");
  private static final Made OTHER = TestCertificates.authority("Root"); // the same name
  private static final Made OWN = TestCertificates.server(null, HOUR, "other.test");
  private static final Made EXPIRED = TestCertificates.server(ROOT, HOUR.negated(), "mx.a.test");
  private static final Made GOOD = TestCertificates.server(MIDDLE, HOUR, "mx.a.test");
  private static final Made NEXT_HOP = TestCertificates.server(MIDDLE, HOUR, "a.test");
  private static final Made WILD = TestCertificates.server(MIDDLE, HOUR, "*.a.test");
  private static final Made NAMELESS = TestCertificates.server(MIDDLE, HOUR);
  private static final Made MISNAMED = TestCertificates.server(MIDDLE, HOUR, "mx.b.test");
  private static final Made DEEP = TestCertificates.server(TOO_DEEP, HOUR, "mx.a.test");

  private static List<X509Certificate> chain(Made... made) {
    return Arrays.stream(made).map(Made::certificate).toList();
  }

  private static Tlsa tlsa(int usage, int selector, int matching, Made of) {
    try {
      byte[] octets =
          selector == 0
              ? of.certificate().getEncoded()
              : of.certificate().getPublicKey().getEncoded();
      byte[] data =
          switch (matching) {
            case 1 -> MessageDigest.getInstance("SHA-256").digest(octets);
            case 2 -> MessageDigest.getInstance("SHA-512").digest(octets);
            default -> octets;
          };
      return new Tlsa(usage, selector, matching, data);
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static TlsFailure judge(List<X509Certificate> chain, Tlsa... records) {
    Dane dane = new Dane("mx.a.test", Set.of("mx.a.test", "a.test"), List.of(records));
    assertThat(dane.usable()).isTrue();
    Dane.Judgement judgement = dane.judge(chain, Instant.now());
    assertThat(judgement.reason().isEmpty()).isEqualTo(judgement.good());
    return judgement.failure();
  }

  static List<int[]> kinds() {
    List<int[]> all = new ArrayList<>();
    for (int selector = 0; selector < 2; selector++) {
      for (int matching = 0; matching < 3; matching++) {
        all.add(new int[] {selector, matching});
      }
    }
    return all;
  }

  /// RFC 7672 §3.1.1: neither names nor dates count.
  @ParameterizedTest
  @MethodSource("kinds")
  void theCertificateItself(int[] kind) {
    Tlsa record = tlsa(3, kind[0], kind[1], OWN);
    assertThat(judge(chain(OWN), record)).isNull();
    assertThat(judge(chain(OWN, ROOT), record)).isNull();
    assertThat(judge(chain(EXPIRED), tlsa(3, kind[0], kind[1], EXPIRED))).isNull();
    assertThat(judge(chain(GOOD), record)).isEqualTo(TlsFailure.CERTIFICATE_NOT_TRUSTED);
    assertThat(judge(chain(GOOD, OWN), record)).isEqualTo(TlsFailure.CERTIFICATE_NOT_TRUSTED);
    assertThat(judge(List.of(), record)).isEqualTo(TlsFailure.CERTIFICATE_NOT_TRUSTED);
  }

  /// RFC 7672 §3.1.2, §3.2.2, §3.2.3.
  @ParameterizedTest
  @MethodSource("kinds")
  void anAuthority(int[] kind) {
    Tlsa root = tlsa(2, kind[0], kind[1], ROOT);
    Tlsa middle = tlsa(2, kind[0], kind[1], MIDDLE);
    for (Tlsa record : new Tlsa[] {root, middle}) {
      assertThat(judge(chain(GOOD, MIDDLE, ROOT), record)).isNull();
      assertThat(judge(chain(GOOD, ROOT, MIDDLE), record)).isNull(); // in whatever order
      assertThat(judge(chain(NEXT_HOP, MIDDLE, ROOT), record)).isNull();
      assertThat(judge(chain(WILD, MIDDLE, ROOT), record)).isNull();
      assertThat(judge(chain(NAMELESS, MIDDLE, ROOT), record)).isNull();
      assertThat(judge(chain(MISNAMED, MIDDLE, ROOT), record))
          .isEqualTo(TlsFailure.CERTIFICATE_HOST_MISMATCH);
      assertThat(judge(chain(OWN, MIDDLE, ROOT), record))
          .isEqualTo(TlsFailure.CERTIFICATE_NOT_TRUSTED);
    }
    assertThat(judge(chain(GOOD, MIDDLE), middle)).isNull();
    assertThat(judge(chain(EXPIRED, ROOT), root)).isEqualTo(TlsFailure.CERTIFICATE_EXPIRED);
    assertThat(judge(chain(EXPIRED, ROOT), middle)).isEqualTo(TlsFailure.CERTIFICATE_NOT_TRUSTED);
    assertThat(judge(chain(GOOD, MIDDLE, ROOT), tlsa(2, kind[0], kind[1], OTHER)))
        .isEqualTo(TlsFailure.CERTIFICATE_NOT_TRUSTED);
    assertThat(judge(chain(DEEP, TOO_DEEP, MIDDLE, ROOT), root))
        .isEqualTo(TlsFailure.CERTIFICATE_NOT_TRUSTED);
    assertThat(judge(chain(DEEP, TOO_DEEP, MIDDLE), middle))
        .isEqualTo(TlsFailure.CERTIFICATE_NOT_TRUSTED);
    // The authority is shown by the server, or stands in the record.
    assertThat(judge(chain(GOOD, MIDDLE), root))
        .isEqualTo(kind[1] == 0 ? null : TlsFailure.CERTIFICATE_NOT_TRUSTED);
    assertThat(judge(chain(GOOD), middle))
        .isEqualTo(kind[1] == 0 ? null : TlsFailure.CERTIFICATE_NOT_TRUSTED);
  }

  /// RFC 7671 §8.1: the record of the next key stands beside that of the present one.
  @Test
  void anyOfSeveralRecordsWillDo() {
    Tlsa[] both = {tlsa(3, 1, 1, OWN), tlsa(3, 1, 1, GOOD)};
    assertThat(judge(chain(OWN), both)).isNull();
    assertThat(judge(chain(GOOD), both)).isNull();
    assertThat(judge(chain(GOOD, MIDDLE), tlsa(3, 1, 1, OWN), tlsa(2, 0, 1, MIDDLE))).isNull();
    assertThat(judge(chain(OWN), tlsa(3, 1, 1, OWN), tlsa(2, 0, 1, MIDDLE))).isNull();
    assertThat(judge(chain(MISNAMED, MIDDLE), both)).isNotNull();
  }

  /// RFC 7671 §9, the example.
  @Test
  void theStrongestDigestCounts() {
    Tlsa weaker = tlsa(3, 1, 1, OWN);
    Tlsa stronger = tlsa(3, 1, 2, GOOD);
    Tlsa full = tlsa(3, 1, 0, NEXT_HOP);
    assertThat(judge(chain(OWN), weaker, stronger, full)).isNotNull();
    assertThat(judge(chain(GOOD), weaker, stronger, full)).isNull();
    assertThat(judge(chain(NEXT_HOP), weaker, stronger, full)).isNull();
    assertThat(judge(chain(OWN), weaker, tlsa(3, 0, 2, GOOD))).isNull(); // of another selector
    Tlsa broken = new Tlsa(3, 1, 2, new byte[63]);
    assertThat(judge(chain(OWN), weaker, broken)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "0,0,1,32", "1,1,1,32", "4,1,1,32", "255,1,1,32", "3,2,1,32", "3,255,1,32", "3,1,3,32",
    "3,1,255,64", "3,1,1,31", "3,1,1,33", "3,1,1,0", "3,1,2,32", "3,1,0,0", "3,0,0,100",
    "2,1,0,100", "2,0,0,0",
  })
  void whatCannotBeUsed(int usage, int selector, int matching, int octets) {
    Tlsa record = new Tlsa(usage, selector, matching, new byte[octets]);
    assertThat(new Dane("mx.a.test", Set.of("mx.a.test"), List.of(record)).usable()).isFalse();
    assertThat(judge(chain(OWN), record, tlsa(3, 1, 1, OWN))).isNull();
  }
}
