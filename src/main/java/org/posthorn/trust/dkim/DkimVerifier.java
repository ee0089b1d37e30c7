package org.posthorn.trust.dkim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.posthorn.dns.Resolver;

/// Checks the signatures of a message (RFC 6376 §6).
public final class DkimVerifier {
  /// More are not looked at.
  public static final int MAX_SIGNATURES = 10;

  static final String FIELD = "dkim-signature";

  private DkimVerifier() {}

  /// A result for each signature from the top down, as far as they are looked at; none for a
  /// message without.
  ///
  /// Waits for name servers as long as the resolver does, for all keys together. Never throws for
  /// what the message says.
  public static List<DkimResult> verify(SignedMessage message, Resolver resolver, Instant now) {
    Keys keys = new Keys(resolver);
    List<Verification> all = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (HeaderField field : message.fields(FIELD)) {
      if (all.size() < MAX_SIGNATURES) {
        Claim claim = Claim.parse(field, Claim.Kind.DKIM);
        Verification v = new Verification(message, claim, keys, now);
        all.add(v);
        if (v.early() == null) {
          names.add(claim.keyName());
        }
      }
    }
    keys.ask(names);
    return all.stream().map(Verification::result).toList();
  }
}
