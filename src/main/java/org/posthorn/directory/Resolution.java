package org.posthorn.directory;

import java.util.List;
import org.posthorn.mime.EmailAddress;

/// What an address is to us.
public sealed interface Resolution {
  /// Mail is taken: a copy for each account once, and one for each address elsewhere.
  ///
  /// @param targets may be empty if `outside` is not
  /// @param outside may be empty if `targets` is not
  record Found(List<Target> targets, List<Outside> outside) implements Resolution {
    public Found {
      targets = List.copyOf(targets);
      outside = List.copyOf(outside);
      if (targets.isEmpty() && outside.isEmpty()) throw new IllegalArgumentException("no targets");
    }
  }

  /// The user has another address, and we do not send his mail there: 551 (RFC 5321 §3.4).
  record Moved(EmailAddress to) implements Resolution {}

  /// The user has another address, and we send his mail on: 251 (RFC 5321 §3.4).
  ///
  /// @param to the new address
  /// @param found where it leads
  record Forwarded(EmailAddress to, Found found) implements Resolution {}

  /// A domain that other servers are for; we keep mail for this address until they take it.
  ///
  /// @param domain as A-labels
  record BackupFor(String domain) implements Resolution {}

  /// Leads over more names, or to more accounts and addresses, than are followed. Nobody gets mail
  /// for it until an administrator has mended that: else some would, and others would never know.
  record Tangled() implements Resolution {}

  /// Not a domain of ours.
  record NotOurs() implements Resolution {}

  /// Our domain, and nobody has that name.
  record NoSuchUser() implements Resolution {}
}
