package org.posthorn.mta.judge;

import java.util.Map;
import org.posthorn.store.AccountId;

/// What a message comes to, for all and for each.
///
/// @param overall for everybody who is not named in `own`; REJECT and DEFER count for all, whatever
///   anybody's own verdict is
/// @param own of accounts that know the sender, or have learned otherwise: ACCEPT or JUNK
public record Judgement(Verdict overall, Map<AccountId, Verdict> own) {
  public Judgement {
    own = Map.copyOf(own);
  }

  public Judgement(Verdict overall) {
    this(overall, Map.of());
  }

  public Verdict of(AccountId account) {
    return own.getOrDefault(account, overall);
  }
}
