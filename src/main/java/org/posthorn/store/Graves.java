package org.posthorn.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which accounts have graves, and since when the oldest may be cleared.
final class Graves {
  private final Map<AccountId, Long> oldest = new ConcurrentHashMap<>();

  /// @param seconds since 1970
  void note(AccountId account, long seconds) {
    oldest.merge(account, seconds, Math::min);
  }

  void cleared(AccountId account, long next) {
    if (next == 0) oldest.remove(account);
    else oldest.put(account, next);
  }

  /// Accounts with graves whose time has come.
  List<AccountId> due(long nowSeconds) {
    List<AccountId> out = new ArrayList<>();
    for (Map.Entry<AccountId, Long> e : oldest.entrySet()) {
      if (e.getValue() <= nowSeconds) out.add(e.getKey());
    }
    return out;
  }
}
