package org.posthorn.directory;

import java.util.Arrays;
import org.posthorn.store.AccountId;

/// Locks for changing credentials; an account always takes the same.
final class CredentialLocks {
  private static final int LOCKS = 64;

  private final Object[] locks = new Object[LOCKS];

  CredentialLocks() {
    Arrays.setAll(locks, _ -> new Object());
  }

  Object of(AccountId id) {
    return locks[Math.floorMod(Long.hashCode(id.value()), LOCKS)];
  }
}
