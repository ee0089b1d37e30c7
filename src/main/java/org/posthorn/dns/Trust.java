package org.posthorn.dns;

import java.util.List;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.Name;

/// What the chain from the trust anchor says of a name.
sealed interface Trust {
  /// A zone whose keys are known.
  ///
  /// @param seconds how long that holds
  record Keys(Name zone, List<DNSKEYRecord> keys, long seconds) implements Trust {}

  /// No zone begins here: the name is part of the zone above it, if it exists at all.
  record Inside(long seconds) implements Trust {}

  /// It is proven that there is nothing to validate by: a zone at or above the name is not signed.
  record Insecure(long seconds) implements Trust {}

  /// The chain is broken.
  ///
  /// @param text for people
  record Bogus(String text) implements Trust {}

  /// Nobody answered.
  record Unknown(Answer.Reason reason, String text) implements Trust {}
}
