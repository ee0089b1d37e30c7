package org.posthorn.directory;

import java.util.List;

/// What an address is to us.
public sealed interface Resolution {
  /// Mail is taken, for each account once. Never empty.
  record Accounts(List<Target> targets) implements Resolution {
    public Accounts {
      targets = List.copyOf(targets);
      if (targets.isEmpty()) throw new IllegalArgumentException("no targets");
    }
  }

  /// Not a domain of ours.
  record NotOurs() implements Resolution {}

  /// Our domain, and nobody has that name.
  record NoSuchUser() implements Resolution {}
}
