package org.posthorn.store;

import java.util.Set;

/// The mailboxes every account has from the start, subscribed (RFC 6154 uses).
final class FirstMailboxes {
  private FirstMailboxes() {}

  static void make(Draft d, Account account) {
    make(d, account, "INBOX", Set.of());
    make(d, account, "Archive", Set.of(SpecialUse.ARCHIVE));
    make(d, account, "Drafts", Set.of(SpecialUse.DRAFTS));
    make(d, account, "Junk", Set.of(SpecialUse.JUNK));
    make(d, account, "Sent", Set.of(SpecialUse.SENT));
    make(d, account, "Trash", Set.of(SpecialUse.TRASH));
  }

  private static void make(Draft d, Account account, String name, Set<SpecialUse> use) {
    MailboxChanges.make(d, name, use, account);
    d.subscribe(name, true);
  }
}
