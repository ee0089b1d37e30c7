package org.posthorn.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which accounts the reaper has to look at, and from when on: when their oldest grave may be
/// cleared, or at once where the expunge log has grown too long.
final class Graves {
  private final Map<AccountId, Long> due = new ConcurrentHashMap<>();

  /// @param seconds since 1970
  void note(AccountId account, long seconds) {
    due.merge(account, seconds, Math::min);
  }

  void cleared(AccountId account, long next) {
    if (next == 0) due.remove(account);
    else due.put(account, next);
  }

  /// Accounts whose time has come.
  List<AccountId> due(long nowSeconds) {
    List<AccountId> out = new ArrayList<>();
    for (Map.Entry<AccountId, Long> e : due.entrySet()) {
      if (e.getValue() <= nowSeconds) out.add(e.getKey());
    }
    return out;
  }
}
