package org.posthorn.mta.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.mime.AddressList;
import org.posthorn.mta.send.DomainPattern;

/// Our address as a stranger's name.
class DisguiseTest {
  private static final Predicate<String> OURS = d -> RuleJudge.isWithin(d, "ours.test"::equals);
  private static final List<DomainPattern> TRUSTED = List.of(DomainPattern.parse("lists.test"));

  private static String of(String from, String found) {
    Facts facts = Strangers.of(found).facts();
    return Disguise.of(facts, AddressList.mailboxes(from), OURS, TRUSTED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"ana@ours.test\" <x@evil.test>",
        "ana@ours.test <x@evil.test>",
        "\"Ana (ana@Ours.Test)\" <x@evil.test>",
        "\"<ana@ours.test>\" <x@evil.test>",
        "x@evil.test (ana@ours.test)",
        "\"The boss, ana @ ours.test.\" <x@evil.test>",
        "\"mail:ana@mail.ours.test\" <x@evil.test>",
        "=?utf-8?q?ana=40ours=2Etest?= <x@evil.test>",
        "=?utf-8?b?YW5h77ygb3Vycy50ZXN0?= <x@evil.test>", // a wide at sign
        "\"ana@ou\u200brs.test\" <x@evil.test>",
        "\"b@other.test, ana@ours.test\" <x@evil.test>",
        "b@other.test, \"ana@ours.test\" <x@evil.test>",
        "\"ana@ours.test\" <>",
        "\"ana@ours.test\" <nobody>",
      })
  void isFound(String from) {
    assertThat(of(from, "sender=x@evil.test spf=pass dkim=pass:evil.test dmarc=pass"))
        .startsWith("the name shows an address of ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"ana@ours.test\" <ana@ours.test>", // whether that is forged is asked elsewhere
        "\"Ana at ours.test\" <x@evil.test>",
        "\"x@evil.test\" <x@evil.test>",
        "\"ana@notours.test\" <x@evil.test>",
        "\"ana@ours.test.evil.test\" <x@evil.test>",
        "\"@ours.test\" <x@evil.test>",
        "\"ana@\" <x@evil.test>",
        "<x@evil.test>",
        "",
      })
  void allElseIsNone(String from) {
    assertThat(of(from, "")).isEmpty();
  }

  @Test
  void mailingListsMayShowWhoWrote() {
    String from = "\"ana@ours.test via list\" <list@lists.test>";
    assertThat(of(from, "dkim=pass:ours.test")).isEmpty();
    assertThat(of(from, "arc=pass:lists.test:ours.test")).isEmpty();
    assertThat(of(from, "arc=pass:lists.test:other.test")).isNotEmpty();
    assertThat(of(from, "arc=pass:other.test:ours.test")).isNotEmpty();
    assertThat(of(from, "dkim=pass:lists.test"))
        .isEqualTo("the name shows an address of ours.test, but the author is list@lists.test");
  }

  @Test
  void longNamesCostLittle() {
    String name = "a".repeat(200_000) + "@".repeat(200_000);
    assertThat(of('"' + name + "\" <x@evil.test>", "")).isEmpty();
  }
}
