package org.posthorn.mta.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The table by which mail is judged: the first rule that holds decides; where none does, the
/// message is accepted.
public record Rules(List<Rule> all) {
  /// From so much on the filter's word is enough, with the standard rules.
  public static final int JUNK_PERCENT = 90;

  private static final int RULES_MAX = 500;

  /// In the order in which they are asked. `%d` is the percentage.
  private static final String STANDARD =
      """
      sealed-perhaps  defer   sealed=unsure & (forged | dmarc=fail & policy=reject)
      forged          reject  forged & !sealed
      forged-perhaps  defer   forged=unsure & !sealed
      dmarc-reject    reject  dmarc=fail & policy=reject & !sealed
      dmarc-perhaps   defer   dmarc=temperror & policy=reject & !sealed
      outside-reject  reject  outside=reject
      outside-defer   defer   outside=defer
      no-author       junk    unclear
      known           accept  known=good
      junked-before   junk    known=bad
      disguised       junk    disguised & !welcome
      dmarc-junk      junk    dmarc=fail & policy=quarantine & !sealed
      outside-junk    junk    outside=junk
      listed          junk    listed & !welcome
      spf             junk    spf=fail & dkim!=pass & !sealed
      spam            junk    spam>=%d
      nameless        junk    reverse=fail & spf!=pass & dkim!=pass & spam>=50
      """;

  public Rules {
    all = List.copyOf(all);
    if (all.size() > RULES_MAX) {
      throw new IllegalArgumentException("more than " + RULES_MAX + " rules");
    }
  }

  /// The standard table.
  ///
  /// @param junkPercent from how much on the filter's word is enough, 1 to 100
  public static Rules standard(int junkPercent) {
    List<Rule> rules = new ArrayList<>();
    for (String line : STANDARD.formatted(junkPercent).lines().toList()) {
      String[] columns = line.split("\\s+", 3);
      Verdict.Action action = Verdict.Action.valueOf(columns[1].toUpperCase(Locale.ROOT));
      rules.add(Rule.parse(columns[0], columns[2], action));
    }
    return new Rules(rules);
  }

  /// These after others, which are asked before.
  public Rules after(List<Rule> others) {
    List<Rule> rules = new ArrayList<>(others);
    rules.addAll(all);
    return new Rules(rules);
  }

  /// Always the same for the same case.
  Verdict decide(Case c) {
    for (Rule rule : all) {
      if (rule.condition().holds(c)) {
        List<String> reasons = new ArrayList<>();
        rule.condition().reasons(c, reasons);
        return new Verdict(rule.action(), rule.name(), reasons, rule.detail());
      }
    }
    return new Verdict(Verdict.Action.ACCEPT, Verdict.NO_RULE, List.of());
  }
}
