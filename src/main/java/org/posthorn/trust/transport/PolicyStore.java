package org.posthorn.trust.transport;

import java.util.SequencedMap;

/// Where policies are kept over restarts: who has seen one once cannot be talked out of it. Any
/// thread. Throws when it can be neither read nor written.
public interface PolicyStore {
  /// Null if there is none.
  KeptPolicy find(String domain);

  /// Instead of what is there. Durable on return.
  void keep(String domain, KeptPolicy policy);

  void forget(String domain);

  /// The next ones by their domains.
  ///
  /// @param after the last domain of those before; "" at the beginning
  SequencedMap<String, KeptPolicy> after(String after, int max);
}
