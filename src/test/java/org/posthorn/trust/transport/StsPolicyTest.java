package org.posthorn.trust.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 8461 §3.2 and §4.1.
class StsPolicyTest {
  private static StsPolicy parse(String text) throws BadPolicyException {
    return StsPolicy.parse(text.getBytes(UTF_8));
  }

  /// RFC 8461 §3.2, the example.
  @Test
  void theExampleOfTheRfc() throws BadPolicyException {
    StsPolicy policy =
        parse(
            "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\n"
                + "mx: backupmx.example.com\r\nmax_age: 604800\r\n");
    assertThat(policy)
        .isEqualTo(
            new StsPolicy(
                StsPolicy.Mode.ENFORCE,
                List.of("mail.example.com", "*.example.net", "backupmx.example.com"),
                Duration.ofDays(7)));
    assertThat(parse(policy.text())).isEqualTo(policy);
  }

  /// Line ends are written as |.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "version:STSv1|mode:testing|mx:mx.a.test|max_age:1",
        "max_age: 1|mx: mx.a.test|mode: testing|version: STSv1|",
        "version: STSv1  |mode: testing \t|mx:  MX.A.test|max_age: 1|",
        "version: STSv1|mode: testing|mx: mx.a.test.|max_age: 0000000001|",
        "version: STSv1|x-new: ü {}: y|mode: testing|mx: mx.a.test|max_age: 1|",
        "version: STSv1|version: STSv2|mode: testing|mode: enforce|mx: mx.a.test|max_age: 1"
            + "|max_age: soon",
      })
  void formsOfOnePolicy(String lines) throws BadPolicyException {
    StsPolicy one =
        new StsPolicy(StsPolicy.Mode.TESTING, List.of("mx.a.test"), Duration.ofSeconds(1));
    assertThat(parse(lines.replace("|", "\n"))).isEqualTo(one);
    assertThat(parse(lines.replace("|", "\r\n"))).isEqualTo(one);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "|",
        "<html><body>Not found</body></html>",
        "mode: testing|mx: mx.a.test|max_age: 1",
        "version: STSv2|mode: testing|mx: mx.a.test|max_age: 1",
        "Version: STSv1|mode: testing|mx: mx.a.test|max_age: 1",
        "version: STSv1|mx: mx.a.test|max_age: 1",
        "version: STSv1|mode: Testing|mx: mx.a.test|max_age: 1",
        "version: STSv1|mode: strict|mx: mx.a.test|max_age: 1",
        "version: STSv1|mode: testing|max_age: 1",
        "version: STSv1|mode: enforce|max_age: 1",
        "version: STSv1|mode: testing|mx: mx.a.test",
        "version: STSv1|mode: testing|mx: mx.a.test|max_age: -1",
        "version: STSv1|mode: testing|mx: mx.a.test|max_age: 10000000000",
        "version: STSv1|mode: testing|mx: mx.a.test|max_age: 1.5",
        "version: STSv1|mode: testing|mx: mx.a.test|max_age:",
        "version: STSv1|mode: testing|mx: *|max_age: 1",
        "version: STSv1|mode: testing|mx: *.*.a.test|max_age: 1",
        "version: STSv1|mode: testing|mx: m*.a.test|max_age: 1",
        "version: STSv1|mode: testing|mx: mx..a.test|max_age: 1",
        "version: STSv1|mode: testing|mx: müx.a.test|max_age: 1",
        "version: STSv1|mode: testing|mx: [192.0.2.1]|max_age: 1",
        "version: STSv1|mode: testing|mx: a.test b.test|max_age: 1",
        "version: STSv1|mode: testing|no colon|mx: mx.a.test|max_age: 1",
        "version: STSv1|mode: testing|mx : mx.a.test|max_age: 1",
        "version: STSv1|mode: testing|x: a\0b|mx: mx.a.test|max_age: 1",
        "version: STSv1||mode: testing|mx: mx.a.test|max_age: 1",
      })
  void whatIsNoPolicy(String lines) {
    assertThatThrownBy(() -> parse(lines.replace("|", "\n")))
        .isInstanceOf(BadPolicyException.class);
  }

  @Test
  void octetsThatAreNoText() {
    byte[] octets = "version: STSv1\nmode: none\nmax_age: 1\nx: _".getBytes(UTF_8);
    octets[octets.length - 1] = (byte) 0xff;
    assertThatThrownBy(() -> StsPolicy.parse(octets)).isInstanceOf(BadPolicyException.class);
  }

  /// B28
  @Test
  void aPolicyIsBounded() throws BadPolicyException {
    String head = "version: STSv1\nmode: none\nmax_age: 99999999\n";
    String full = head + "mx: mx.a.test\n".repeat((StsPolicy.OCTETS_MAX - head.length()) / 14);
    assertThat(parse(full).maxAge()).isEqualTo(StsPolicy.AGE_MAX);
    assertThatThrownBy(() -> parse(full + "mx: mx.a.test\n"))
        .isInstanceOf(BadPolicyException.class);
  }

  @Test
  void whoGivesUpNamesNoServers() throws BadPolicyException {
    assertThat(parse("version: STSv1\nmode: none\nmax_age: 86400\n").mode())
        .isEqualTo(StsPolicy.Mode.NONE);
  }

  /// RFC 8461 §4.1
  @ParameterizedTest
  @CsvSource({
    "mail.example.com,mail.example.com,true",
    "mail.example.com,x.mail.example.com,false",
    "*.example.com,mail.example.com,true",
    "*.example.com,example.com,false",
    "*.example.com,foo.bar.example.com,false",
    "*.example.com,mailexample.com,false",
    "example.com,mail.example.com,false",
    "*.com,example.com,true",
    "*.com,com,false",
  })
  void whichHostsItCovers(String pattern, String host, boolean covers) {
    StsPolicy policy =
        new StsPolicy(StsPolicy.Mode.ENFORCE, List.of("other.test", pattern), Duration.ofDays(1));
    assertThat(policy.covers(host)).isEqualTo(covers);
  }

  @Test
  void theIdFollowsTheContent() {
    StsPolicy one = new StsPolicy(StsPolicy.Mode.TESTING, List.of("a.test"), Duration.ofDays(1));
    StsPolicy same = new StsPolicy(StsPolicy.Mode.TESTING, List.of("a.test"), Duration.ofHours(24));
    StsPolicy other = new StsPolicy(StsPolicy.Mode.ENFORCE, List.of("a.test"), Duration.ofDays(1));
    assertThat(one.id()).isEqualTo(same.id()).isNotEqualTo(other.id());
    assertThat(StsRecord.id(List.of(StsRecord.text(one)))).isEqualTo(one.id());
  }

  /// RFC 8461 §3.1
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "v=STSv1; id=20160831085700Z;~20160831085700Z",
        "v=STSv1;id=1~1",
        "v=STSv1 ; x=y ; id=1 ;~1",
        "v=STSv1; id=1; id=2;~1",
        "v=STSv1; id=12345678901234567890123456789012;~12345678901234567890123456789012",
        "v=STSv1; id=123456789012345678901234567890123;~-",
        "v=STSv1; id=a_b;~-",
        "v=STSv1; id=;~-",
        "v=STSv1; id = 1;~-",
        "v=STSv1;;id=1~-",
        "v=STSv1;~-",
        "v=STSv1~-",
        "v=STSv2; id=1;~-",
        "V=STSv1; id=1;~-",
        "id=1; v=STSv1;~-",
        "v=STSv1; ID=1;~-",
        "v=STSv1; id=1; nonsense~-",
      })
  void records(String text, String id) {
    assertThat(StsRecord.id(List.of(text))).isEqualTo(id);
    assertThat(StsRecord.id(List.of("something else", text, "v=STSv10; id=7"))).isEqualTo(id);
  }

  @Test
  void twoRecordsAreNone() {
    assertThat(StsRecord.id(List.of("v=STSv1; id=1;", "v=STSv1; id=1;"))).isNull();
    assertThat(StsRecord.id(List.of())).isNull();
  }
}
