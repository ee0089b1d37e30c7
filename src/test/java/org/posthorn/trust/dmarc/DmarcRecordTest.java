package org.posthorn.trust.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.trust.dmarc.DmarcRecord.Suffix;
import org.posthorn.trust.dmarc.DmarcResult.Policy;

/// RFC 9989 §4.7, §4.8.
class DmarcRecordTest {
  @Test
  void everyTagIsRead() {
    assertThat(
            DmarcRecord.parse(
                "v=DMARC1; p=reject; sp=quarantine;np=none ; adkim=s; aspf=s; psd=n; t=y;"
                    + " rua=mailto:a@example.com!10m, mailto:b@example.net;"
                    + " ruf=mailto:c@example.com; fo=1:d:s; pct=25;"))
        .isEqualTo(
            new DmarcRecord(
                Policy.REJECT,
                Policy.QUARANTINE,
                Policy.NONE,
                true,
                true,
                Suffix.NO,
                true,
                25,
                List.of("mailto:a@example.com", "mailto:b@example.net"),
                List.of("mailto:c@example.com"),
                "1:d:s",
                true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v=DMARC2; p=none",
        "v=dmarc1; p=none",
        "p=none; v=DMARC1",
        "v=DMARC1 p=none",
        "v=DMARC10",
        " v=DMARC1",
        "v=spf1 -all",
        "DMARC1"
      })
  void otherTextIsNone(String text) {
    assertThat(DmarcRecord.parse(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v=DMARC1;p=reject",
        "V = DMARC1 ; P = Reject ;",
        "v=DMARC1; unknown=tag; p=reject; p=none",
        "v=DMARC1; ;; garbage; =x; p=reject; adkim=maybe; aspf=; psd=x; t=perhaps; pct=-1; fo=z",
      })
  void errorsAreAsIfTheyWereNotThere(String text) {
    assertThat(DmarcRecord.parse(text))
        .isEqualTo(
            new DmarcRecord(
                Policy.REJECT,
                null,
                null,
                false,
                false,
                Suffix.UNKNOWN,
                null,
                100,
                List.of(),
                List.of(),
                "0",
                true));
  }

  /// RFC 9989 §4.10.1.
  @Test
  void wrongPoliciesAreNoneForWhoWantsReports() {
    for (String wrong : List.of("p=maybe", "p=reject; sp=maybe", "p=reject; np=", "p=")) {
      DmarcRecord with = DmarcRecord.parse("v=DMARC1; " + wrong + "; rua=mailto:a@example.com");
      assertThat(with.usable()).as(wrong).isTrue();
      assertThat(with.policy()).as(wrong).isEqualTo(Policy.NONE);
      assertThat(DmarcRecord.parse("v=DMARC1; " + wrong).usable()).as(wrong).isFalse();
      assertThat(DmarcRecord.parse("v=DMARC1; " + wrong + "; rua=x y").usable()).isFalse();
    }
    DmarcRecord nothing = DmarcRecord.parse("v=DMARC1");
    assertThat(nothing.usable()).isTrue();
    assertThat(nothing.policy()).isEqualTo(Policy.NONE);
    assertThat(DmarcRecord.parse("v=DMARC1; sp=reject").subdomains()).isNull();
  }

  @Test
  void onlyUrisAreTaken() {
    DmarcRecord record =
        DmarcRecord.parse(
            "v=DMARC1; rua=a@example.com,mailto:b"
                + " c@example.com,,https://r.example/x,mailto:d@e.example!5");
    assertThat(record.rua()).containsExactly("https://r.example/x", "mailto:d@e.example");
    String many = "v=DMARC1; rua=" + "mailto:a@b.example,".repeat(1000);
    assertThat(DmarcRecord.parse(many).rua()).hasSize(100);
    assertThat(DmarcRecord.parse("v=DMARC1;" + " ".repeat(70_000))).isNull();
  }
}
