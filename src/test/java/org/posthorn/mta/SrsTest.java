package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.mime.EmailAddress;

class SrsTest {
  static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  final Srs srs = new Srs("a key of one server".getBytes(StandardCharsets.US_ASCII));
  final Srs other = new Srs("a key of another one".getBytes(StandardCharsets.US_ASCII));

  private static EmailAddress at(String text) {
    EmailAddress a = EmailAddress.parse(text);
    assertThat(a).as(text).isNotNull();
    return a;
  }

  private static EmailAddress original(Srs.Reversed r) {
    assertThat(r).isInstanceOf(Srs.Reversed.Original.class);
    return ((Srs.Reversed.Original) r).address();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ana@far.test",
        "Ana.Lia+x@far.test",
        "prvs=1234=ana@far.test",
        "\"ana lia\"@far.test",
        "=@far.test",
        "ana@[192.0.2.1]",
        "joão@xn--bcher-kva.example",
        "SRS0@far.test",
        "SRS1=x@far.test",
        "SRS1=a=b=c@far.test",
        "SRS0=@far.test",
        "SRS1=a=no..domain==c@far.test",
      })
  void aSenderComesBack(String sender) {
    EmailAddress there = srs.forward(at(sender), "ours.test", NOW);
    assertThat(there.domain()).isEqualTo("ours.test");
    assertThat(there.localPart()).startsWith("SRS0=").contains("=" + at(sender).domain() + "=");
    // As it stands on the wire, and whatever case a server gives it.
    EmailAddress wire = at(there.toString());
    assertThat(original(srs.reverse(wire, NOW)).toString()).isEqualTo(at(sender).toString());
    EmailAddress lower = at(there.toString().toLowerCase(Locale.ROOT));
    assertThat(original(srs.reverse(lower, NOW))).isEqualTo(at(sender));
    assertThat(other.reverse(wire, NOW)).isInstanceOf(Srs.Reversed.Bad.class);
  }

  @Test
  void itHasTheFormThatOthersKnow() {
    assertThat(srs.forward(at("ana@far.test"), "ours.test", Instant.EPOCH).toString())
        .matches("SRS0=[A-Z2-7]{6}=AA=far\\.test=ana@ours\\.test");
  }

  @Test
  void aSecondForwarderNamesTheFirst() {
    EmailAddress first = srs.forward(at("ana@far.test"), "one.test", NOW);
    EmailAddress second = other.forward(first, "two.test", NOW);
    assertThat(second.localPart())
        .matches("SRS1=[A-Z2-7]{6}=one\\.test==[A-Z2-7]{6}=..=far\\.test=ana");
    assertThat(original(other.reverse(second, NOW)).toString()).isEqualTo(first.toString());
    // A third one does not make it longer, and its bounce goes to the first as well.
    Srs last = new Srs(new byte[] {3});
    EmailAddress third = last.forward(second, "three.test", NOW);
    assertThat(third.localPart())
        .hasSameSizeAs(second.localPart())
        .isNotEqualTo(second.localPart());
    assertThat(original(last.reverse(third, NOW)).toString()).isEqualTo(first.toString());
    assertThat(other.reverse(third, NOW)).isInstanceOf(Srs.Reversed.Bad.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SRS0+abcd=AA=far.test=ana", "srs0-abcd=AA=far.test=ana"})
  void separatorsOfOthersAreKept(String local) {
    EmailAddress there = srs.forward(at(local + "@one.test"), "ours.test", NOW);
    assertThat(there.localPart()).startsWith("SRS1=").endsWith("=one.test=" + local.substring(4));
    assertThat(original(srs.reverse(there, NOW))).isEqualTo(at(local + "@one.test"));
  }

  @Test
  void anAddressHoldsForThreeWeeks() {
    EmailAddress there = srs.forward(at("ana@far.test"), "ours.test", NOW);
    assertThat(srs.reverse(there, NOW.plus(Srs.VALID))).isInstanceOf(Srs.Reversed.Original.class);
    Duration more = Srs.VALID.plusDays(1);
    assertThat(srs.reverse(there, NOW.plus(more))).isEqualTo(new Srs.Reversed.Bad("too old"));
    assertThat(srs.reverse(there, NOW.minus(Duration.ofDays(1))))
        .isInstanceOf(Srs.Reversed.Original.class);
    assertThat(srs.reverse(there, NOW.minus(Duration.ofDays(2))))
        .isInstanceOf(Srs.Reversed.Bad.class);
  }

  @Test
  void nobodyElseMakesOne() {
    EmailAddress there = srs.forward(at("ana@far.test"), "ours.test", NOW);
    String local = there.localPart();
    for (String changed :
        new String[] {
          local.replace("ana", "bo"),
          local.replace("far", "bar"),
          local.replaceFirst("=..=far", "=AA=far"),
          local.replaceFirst("=[A-Z2-7]{6}=", "=="),
          local.replaceFirst("=[A-Z2-7]{6}=", "=A="),
          local.replace("SRS0=", "SRS1="),
        }) {
      assertThat(changed).isNotEqualTo(local);
      assertThat(srs.reverse(at(changed + "@ours.test"), NOW))
          .as(changed)
          .isInstanceOf(Srs.Reversed.Bad.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SRS0=", "SRS0=a", "SRS0=a=AA=far.test", "SRS1=a=b", "SRS1=a=b=c", "srs1-a"})
  void whatIsIncompleteStandsForNothing(String local) {
    assertThat(srs.reverse(at(local + "@ours.test"), NOW)).isInstanceOf(Srs.Reversed.Bad.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ana", "srs0", "SRS2=a=AA=far.test=ana", "SRS0.a", "xSRS0=a=b=c=d"})
  void otherAddressesArePlain(String local) {
    assertThat(srs.reverse(at(local + "@ours.test"), NOW)).isEqualTo(new Srs.Reversed.Plain());
  }

  @Test
  void whatWouldBeTooLongStaysAsItIs() {
    EmailAddress sender = at("a".repeat(240) + "@far.test");
    assertThat(srs.forward(sender, "ours.test", NOW)).isEqualTo(sender);
  }
}
