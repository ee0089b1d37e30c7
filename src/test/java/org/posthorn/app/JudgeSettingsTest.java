package org.posthorn.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.app.config.ConfigReader;
import org.posthorn.mta.judge.JudgeOptions;
import org.posthorn.mta.judge.Rules;

class JudgeSettingsTest {
  private static JudgeOptions read(String toml) {
    return JudgeSettings.of(ConfigReader.parse("t", toml).judge());
  }

  @Test
  void anEmptyFileHasTheStandardRules() {
    assertThat(read("").rules().all()).hasSameSizeAs(Rules.standard(90).all());
    assertThat(read("").rules().toString()).isEqualTo(Rules.standard(90).toString());
    assertThat(read("").learn()).isTrue();
  }

  @Test
  void ownRulesComeFirst() {
    JudgeOptions options =
        read(
            """
            [judge]
            junk-at = 95
            trusted-sealers = ["lists.example.org", "*.example.net"]
            [[judge.rules]]
            name = "partner"
            when = "from=example.org & dkim=pass"
            action = "accept"
            [[judge.rules]]
            name = "strict"
            when = "reverse=fail"
            action = "reject"
            """);
    assertThat(options.rules().all().get(0))
        .hasToString("partner: from=example.org & dkim=pass -> accept");
    assertThat(options.rules().all().get(1)).hasToString("strict: reverse=fail -> reject");
    assertThat(options.rules().toString()).contains("spam>=95");
    assertThat(options.trustedSealers()).hasSize(2);
  }

  @Test
  void theStandardRulesCanBeLeftOut() {
    assertThat(read("[judge]\nstandard-rules = false\n").rules().all()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          junk-at = 0 ~ judge.junk-at: 0 is not a percentage from 1 to 100
          junk-at = 101 ~ judge.junk-at: 101 is not a percentage from 1 to 100
          trusted-sealers = ["a b"] ~ judge.trusted-sealers: "a b" is neither a domain nor *.domain nor *
          rules = [{name = "x", when = "spf=bad", action = "junk"}] ~ judge.rules: rule x: when: spf is never bad, but one of none, neutral, pass, fail, softfail, temperror, permerror (character 1)
          rules = [{name = "", when = "tls", action = "junk"}] ~ judge.rules: name "" is not letters, digits, - and _, 40 at most
          rules = [{name = "x", when = ""}] ~ judge.rules: rule x: when: a name is missing at its end (character 1)
          rules = [{name = "x", when = "tls"}, {name = "x", when = "tls"}] ~ judge.rules: two rules have the name x
          """)
  void complaintsNameTheKey(String toml, String complaint) {
    assertThatThrownBy(() -> read("[judge]\n" + toml))
        .isInstanceOf(CommandFailed.class)
        .hasMessage(complaint);
  }
}
