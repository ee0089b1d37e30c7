package org.posthorn.mta.judge;

import java.util.List;
import org.posthorn.mta.send.DomainPattern;

/// How mail of strangers is judged.
///
/// @param trustedSealers whose word about mail that they sent on counts (ARC)
/// @param subdomains whether what is below a domain of ours is ours, too: nobody uses it without
///   proof
/// @param learn from what users put into Junk and take out of it
public record JudgeOptions(
    Rules rules, List<DomainPattern> trustedSealers, boolean subdomains, boolean learn) {
  public static final JudgeOptions DEFAULT =
      new JudgeOptions(Rules.standard(Rules.JUNK_PERCENT), List.of(), true, true);

  public JudgeOptions {
    trustedSealers = List.copyOf(trustedSealers);
  }

  public JudgeOptions withRules(Rules others) {
    return new JudgeOptions(others, trustedSealers, subdomains, learn);
  }

  public JudgeOptions withTrustedSealers(List<DomainPattern> others) {
    return new JudgeOptions(rules, others, subdomains, learn);
  }
}
