package org.posthorn.app;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.posthorn.app.config.Judge;
import org.posthorn.mta.judge.JudgeOptions;
import org.posthorn.mta.judge.Rule;
import org.posthorn.mta.judge.Rules;
import org.posthorn.mta.judge.Verdict;
import org.posthorn.mta.send.DomainPattern;

/// Makes what judging needs of what the configuration says, or says what is wrong there.
public final class JudgeSettings {
  private JudgeSettings() {}

  /// @throws CommandFailed when something is missing or wrong
  public static JudgeOptions of(Judge judge) {
    int junkAt = judge.junkAt();
    if (junkAt < 1 || junkAt > 100) {
      throw wrong("junk-at: " + junkAt + " is not a percentage from 1 to 100");
    }
    List<DomainPattern> sealers = new ArrayList<>();
    for (String sealer : judge.trustedSealers()) {
      try {
        sealers.add(DomainPattern.parse(sealer));
      } catch (IllegalArgumentException e) {
        throw wrong("trusted-sealers: " + e.getMessage());
      }
    }
    Rules standard = judge.standardRules() ? Rules.standard(junkAt) : new Rules(List.of());
    try {
      Rules rules = standard.after(own(judge.rules()));
      return new JudgeOptions(rules, sealers, judge.ownSubdomains(), judge.learn());
    } catch (IllegalArgumentException e) {
      throw wrong("rules: " + e.getMessage());
    }
  }

  private static List<Rule> own(List<Judge.Rule> written) {
    List<Rule> rules = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Judge.Rule r : written) {
      if (!names.add(r.name())) {
        throw new IllegalArgumentException("two rules have the name " + r.name());
      }
      rules.add(Rule.parse(r.name(), r.when(), Verdict.Action.valueOf(r.action().name())));
    }
    return rules;
  }

  private static CommandFailed wrong(String what) {
    return new CommandFailed("judge." + what);
  }
}
