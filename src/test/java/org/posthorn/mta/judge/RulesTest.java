package org.posthorn.mta.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The table that decides, and how it is written.
class RulesTest {
  private final Rules standard = Rules.standard(90);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          from=a@b.test                                                        | accept | none
          from=a@b.test spf=pass dkim=pass:b.test dmarc=pass                   | accept | none
          # a name of ours: nobody vouches
          from=ana@foo.com                                                     | reject | forged
          from=ana@sub.foo.com                                                 | reject | forged
          sender=ana@sub.foo.com from=a@b.test                                 | reject | forged
          from=ana@sub.foo.com dkim=pass:other.foo.com                         | reject | forged
          sender=ana@sub.foo.com from=ana@sub.foo.com spf=fail                 | reject | forged
          from=ana@afoo.com                                                    | accept | none
          sender=ana@foo.com from=a@b.test                                     | reject | forged
          sender=<> from=postmaster@foo.com                                    | reject | forged
          from=a@b.test from=ana@foo.com dkim=pass:b.test                      | reject | forged
          from=ana@foo.com spf=pass                                            | reject | forged
          from=ana@foo.com dkim=fail:foo.com                                   | reject | forged
          from=ana@foo.com dkim=pass:evil.test                                 | reject | forged
          from=ana@foo.com dkim=pass:com                                       | reject | forged
          from=ana@foo.com dkim=pass:afoo.com                                  | reject | forged
          from=ana@foo.com dkim=pass:foo.com:testing                           | reject | forged
          # a name of ours: somebody vouches
          from=ana@foo.com dkim=pass:foo.com                                   | accept | none
          from=ana@foo.com dkim=fail:foo.com dkim=pass:foo.com                 | accept | none
          from=ana@foo.com dkim=pass:news.foo.com                              | accept | none
          sender=ana@foo.com from=ana@foo.com spf=pass                         | accept | none
          sender=b@news.foo.com from=ana@foo.com spf=pass                      | accept | none
          sender=ana@foo.com from=ana@foo.com spf=softfail dkim=pass:foo.com   | accept | none
          from=ana@foo.com arc=pass:lists.test:foo.com                         | accept | none
          from=ana@foo.com arc=pass:other.test:foo.com                         | reject | forged
          from=ana@foo.com arc=fail:lists.test:foo.com                         | reject | forged
          from=ana@foo.com arc=pass:lists.test:other.test                      | reject | forged
          from=ana@sub.foo.com dkim=pass:sub.foo.com                           | accept | none
          from=ana@sub.foo.com dkim=pass:foo.com                               | accept | none
          from=ana@a.sub.foo.com dkim=pass:sub.foo.com                         | accept | none
          from=ana@sub.foo.com dkim=pass:other.foo.com dmarc=pass              | accept | none
          sender=ana@sub.foo.com from=ana@sub.foo.com spf=pass                 | accept | none
          # a name of ours is shown
          from=a@b.test shown=ana@foo.com                                      | junk   | disguised
          from=a@b.test shown=ana@foo.com spf=pass dkim=pass:b.test dmarc=pass | junk   | disguised
          from=a@b.test shown=ana@foo.com known=good                           | accept | known
          from=a@b.test shown=ana@foo.com welcome=wl.test                      | accept | none
          # a name of ours: nobody knows
          from=ana@foo.com dkim=temperror:foo.com                              | defer  | forged-perhaps
          sender=ana@foo.com from=ana@foo.com spf=temperror                    | defer  | forged-perhaps
          from=ana@foo.com dkim=temperror:evil.test                            | reject | forged
          from=ana@foo.com arc=unsure:lists.test:foo.com                       | defer  | sealed-perhaps
          from=ana@foo.com arc=unsure:other.test:foo.com                       | reject | forged
          from=a@b.test dmarc=fail policy=reject arc=unsure:lists.test:b.test  | defer  | sealed-perhaps
          from=a@b.test dmarc=fail policy=quarantine arc=unsure:lists.test:b.test | junk | dmarc-junk
          # DMARC
          from=a@b.test dmarc=fail policy=reject                               | reject | dmarc-reject
          from=a@b.test dmarc=fail policy=reject known=good                    | reject | dmarc-reject
          from=a@b.test dmarc=fail policy=reject arc=pass:lists.test:b.test    | accept | none
          from=a@b.test dmarc=fail policy=reject arc=pass:lists.test:c.test    | reject | dmarc-reject
          from=a@b.test dmarc=fail policy=quarantine                           | junk   | dmarc-junk
          from=a@b.test dmarc=fail policy=quarantine arc=pass:lists.test:b.test| accept | none
          from=a@b.test dmarc=fail policy=none                                 | accept | none
          from=a@b.test dmarc=temperror                                        | accept | none
          from=a@b.test dmarc=temperror policy=reject                          | defer  | dmarc-perhaps
          from=a@b.test dmarc=temperror policy=quarantine                      | accept | none
          # who is known
          from=a@b.test known=good spam=99                                     | accept | known
          from=a@b.test known=bad spam=1                                       | junk   | junked-before
          # judges outside and lists
          from=a@b.test outside=rspamd:reject known=good                       | reject | outside-reject
          from=a@b.test outside=clamav:accept outside=rspamd:junk              | junk   | outside-junk
          from=a@b.test outside=rspamd:junk known=good                         | accept | known
          from=a@b.test outside=rspamd:defer                                   | defer  | outside-defer
          from=a@b.test listed=bl.test                                         | junk   | listed
          from=a@b.test listed=bl.test welcome=wl.test                         | accept | none
          # the rest
          from=a@b.test spf=fail                                               | junk   | spf
          from=a@b.test spf=fail dkim=pass:b.test                              | accept | none
          from=a@b.test spf=softfail                                           | accept | none
          from=a@b.test spam=90                                                | junk   | spam
          from=a@b.test spam=89                                                | accept | none
          from=a@b.test spam=60 reverse=fail                                   | junk   | nameless
          from=a@b.test spam=60 reverse=fail spf=pass                          | accept | none
          from=a@b.test reverse=fail                                           | accept | none
          """)
  void standardRulesDecide(String found, String action, String rule) {
    Verdict v = standard.decide(Strangers.of(found).asCase());
    assertThat(v.action().word() + " by " + v.rule()).isEqualTo(action + " by " + rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          spf=pass                        ~ spf=pass
          spf = pass , neutral            ~ spf=neutral
          SPF=Pass                        ~ spf=pass
          spf!=pass                       ~ spf=fail
          !(spf=pass)                     ~ spf=fail
          spf=none                        ~ from=a@b.test
          dkim=none                       ~ from=a@b.test
          dkim=pass                       ~ dkim=fail:a.test dkim=pass:b.test
          dkim=fail & spf=fail            ~ dkim=fail:a.test spf=fail
          spf=pass | spf=fail & dkim=pass ~ spf=pass
          (spf=pass | spf=fail) & !tls    ~ spf=fail
          policy=reject                   ~ from=a@b.test dmarc=fail policy=reject
          aligned                         ~ from=a@b.test dkim=pass:b.test
          aligned=no                      ~ from=a@b.test dkim=pass:c.test
          !aligned                        ~ from=a@b.test from=a@c.test dkim=pass:b.test
          bounce                          ~ sender=<>
          forged                          ~ from=x@foo.com
          disguised                       ~ shown=x@foo.com
          forged=no,unsure                ~ from=x@bar.com
          listed                          ~ listed=bl.test
          listed=bl.test,other.test       ~ listed=bl.test
          !listed=other.test              ~ listed=bl.test
          welcome                         ~ welcome=wl.test
          from=*.b.test                   ~ from=a@c.b.test
          from=b.test,c.test              ~ from=a@c.test
          sender=evil.test & helo=*.test  ~ from=a@c.test
          client=192.0.2.0/24             ~ from=a@c.test
          client=2001:db8::/32,192.0.2.1  ~ from=a@c.test
          client!=198.51.100.0/24         ~ from=a@c.test
          known=no                        ~ from=a@c.test
          spam<50%                        ~ spam=49
          spam>49                         ~ spam=50
          !spam>=1                        ~ from=a@c.test
          !spam<100                       ~ from=a@c.test
          outside.rspamd=junk,reject      ~ outside=rspamd:junk
          !outside.clamav=junk            ~ outside=rspamd:junk
          outside=junk                    ~ outside=rspamd:junk
          reverse=none                    ~ from=a@c.test
          arc=pass & !sealed              ~ arc=pass:b.test
          """)
  void conditionsHold(String when, String found) {
    Rules rules = new Rules(List.of(Rule.parse("r", when, Verdict.Action.JUNK)));
    assertThat(rules.decide(Strangers.of(found).asCase()).rule()).isEqualTo("r");
    Rules not = new Rules(List.of(Rule.parse("r", "!(" + when + ")", Verdict.Action.JUNK)));
    assertThat(not.decide(Strangers.of(found).asCase()).rule()).isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          ''                ~ a name is missing at its end (character 1)
          spf               ~ spf needs a value: one of none, neutral, pass, fail, softfail, temperror, permerror (character 1)
          dmarc=yes         ~ dmarc is never yes, but one of none, pass, fail, temperror, permerror (character 1)
          tls & dkmi=pass   ~ dkmi is nothing that a rule can ask for; there are aligned, arc, bounce, client, disguised, dkim, dmarc, forged, from, helo, known, listed, outside, policy, reverse, sealed, sender, spam, spf, tls, unclear, welcome (character 7)
          tls tls           ~ & or | is missing at "tls" (character 5)
          tls &             ~ a name is missing at its end (character 6)
          (tls              ~ ) is missing at its end (character 5)
          tls)              ~ & or | is missing at ")" (character 4)
          spf=              ~ a value is missing at its end (character 5)
          spf=pass,         ~ a value is missing at its end (character 10)
          spf>pass          ~ spf is compared by = or !=, not by > (character 1)
          spam=90           ~ spam is compared with a percentage: spam>=90 (character 1)
          spam>=900         ~ spam is compared with a percentage: spam>=90 (character 1)
          spam              ~ spam is compared with a percentage: spam>=90 (character 1)
          client=evil.test  ~ not an IP address: evil.test (character 1)
          from=a@b          ~ "a@b" is neither a domain nor *.domain nor * (character 1)
          from              ~ from needs a value: from=… (character 1)
          outside.x=bad     ~ outside.x is never bad, but one of accept, junk, reject, defer (character 1)
          """)
  void complaintsNameWhatIsWrong(String when, String complaint) {
    assertThatThrownBy(() -> Rule.parse("mine", when, Verdict.Action.JUNK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rule mine: when: " + complaint);
  }

  @Test
  void depthAndLengthHaveLimits() {
    assertThatThrownBy(() -> Rule.parse("r", "!".repeat(1000) + "tls", Verdict.Action.JUNK))
        .hasMessageContaining("too deep");
    assertThatThrownBy(() -> Rule.parse("r", "(".repeat(1000), Verdict.Action.JUNK))
        .hasMessageContaining("too deep");
    assertThatThrownBy(() -> Rule.parse("r", "tls|".repeat(1000) + "tls", Verdict.Action.JUNK))
        .hasMessageContaining("longer than 2000");
    String wide = "tls&".repeat(400) + "tls";
    assertThat(Rule.parse("r", wide, Verdict.Action.JUNK).when()).isEqualTo(wide);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "-a", "a;b", "ä", "a\r\nb"})
  void namesAreShortWords(String name) {
    assertThatThrownBy(() -> Rule.parse(name, "tls", Verdict.Action.JUNK))
        .hasMessageStartingWith("name \"");
  }

  @Test
  void theFirstRuleThatHoldsDecides() {
    Rules rules =
        standard.after(
            List.of(
                Rule.parse("partner", "client=192.0.2.0/24 & from=foo.com", Verdict.Action.ACCEPT),
                Rule.parse("later", "from=foo.com", Verdict.Action.JUNK)));
    assertThat(rules.decide(Strangers.of("from=ana@foo.com").asCase()).rule()).isEqualTo("partner");
    assertThat(rules.decide(Strangers.of("from=a@b.test spam=95").asCase()).rule())
        .isEqualTo("spam");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          from=ana@foo.com                       | 7.26 | Senders of foo.com have to log in: neither SPF nor a DKIM signature of it vouches for the author
          from=a@b.test dmarc=fail policy=reject | 7.26 | DMARC of b.test: neither SPF nor DKIM fits; b.test asks to reject such mail
          from=a@b.test outside=rspamd:reject    | 7.1  | rspamd says: score 15
          from=a@b.test listed=bl.test           | 7.1  | 192.0.2.1 is in the list bl.test: seen sending spam
          from=a@b.test spam=97                  | 7.1  | 97% like spam
          from=a@b.test spf=fail                 | 7.23 | SPF of evil.test: the record says fail
          from=a@b.test known=bad                | 7.1  | known as bad
          """)
  void verdictsSayWhy(String found, String detail, String reasons) {
    Verdict v = standard.decide(Strangers.of(found).asCase());
    assertThat(String.join("; ", v.reasons())).isEqualTo(reasons);
    assertThat(v.detail()).isEqualTo(detail);
  }

  /// RFC 8601 §2.2; comments and quotes are ignored, whoever writes the line cannot add statements.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          lists.test; dmarc=pass header.from=b.test                          | true
          lists.test; DMARC = pass (p=reject) Header.From = B.Test           | true
          lists.test; spf=pass smtp.mailfrom=x@b.test; dkim=fail             | true
          lists.test; dkim=pass header.d=mail.b.test                         | true
          lists.test; dkim=pass header.i=@b.test                             | true
          lists.test; dmarc=fail header.from=b.test                          | false
          lists.test; dmarc=pass header.from=c.test                          | false
          lists.test; dmarc=pass header.from=ab.test                         | false
          lists.test (; dmarc=pass header.from=b.test)                       | false
          lists.test; spf=none smtp.mailfrom="a; dmarc=pass header.from=b.test" | false
          dmarc=pass header.from=b.test                                      | false
          lists.test; dkim=pass reason="header.d=b.test" header.d=c.test     | false
          lists.test; none                                                   | false
          """)
  void sealersAreReadCarefully(String value, boolean passes) {
    assertThat(Sealed.passes(value, "b.test")).isEqualTo(passes);
  }
}
