package org.posthorn.mta.judge;

import java.util.function.Predicate;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.dmarc.DmarcResult;
import org.posthorn.trust.spf.SpfResult;

/// Whether a domain stands for a message: SPF passes for it, or it has signed. A domain also stands
/// for those below it, and one below for it, as with the relaxed alignment of DMARC (RFC 7489
/// §3.1); but here nobody is asked where an organisation ends: a domain above counts only if it is
/// named as the owner's.
final class Proof {
  /// How it came out.
  enum Code {
    PROVEN,
    /// A name server did not answer.
    UNSURE,
    NO
  }

  private Proof() {}

  /// @param domain A-labels in lower case
  /// @param owned domains of the same owner; one of them above `domain` may stand for it
  static Code of(String domain, Facts facts, Predicate<String> owned) {
    Code best = Code.NO;
    SpfResult spf = facts.spf();
    if (spf != null && fits(spf.domain(), domain, owned)) {
      best = better(best, spf.code() == SpfResult.Code.PASS, temporary(spf));
    }
    for (DkimResult d : facts.dkim()) {
      if (fits(d.domain(), domain, owned)) {
        // RFC 6376 §3.6.1: a key that is only tried out proves no more than no signature.
        boolean good = d.code() == DkimResult.Code.PASS && !d.testing();
        best = better(best, good, d.code() == DkimResult.Code.TEMPERROR);
      }
    }
    DmarcResult dmarc = facts.dmarc();
    if (dmarc != null && dmarc.domain().equals(domain)) {
      best = better(best, dmarc.code() == DmarcResult.Code.PASS, false);
    }
    return best;
  }

  private static boolean temporary(SpfResult spf) {
    return spf.code() == SpfResult.Code.TEMPERROR;
  }

  private static Code better(Code best, boolean proven, boolean unsure) {
    if (proven || best == Code.PROVEN) {
      return Code.PROVEN;
    }
    return unsure ? Code.UNSURE : best;
  }

  private static boolean fits(String signer, String domain, Predicate<String> owned) {
    return signer.equals(domain)
        || signer.endsWith("." + domain)
        || !signer.isEmpty() && domain.endsWith("." + signer) && owned.test(signer);
  }
}
