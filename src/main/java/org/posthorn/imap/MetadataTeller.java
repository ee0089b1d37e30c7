package org.posthorn.imap;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.posthorn.imap.wire.EntryName;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.store.Account;
import org.posthorn.store.Mailbox;
import org.posthorn.store.MailboxId;
import org.posthorn.store.Metadata;

/// Tells a client that has asked for it which entries others have changed (RFC 5464 §4.4.2): their
/// names only. During IDLE on the thread that writes.
final class MetadataTeller {
  private final Account account;

  /// Changes up to this MODSEQ are told.
  private long told;

  /// What this session has changed itself since.
  private final Set<Own> own = new LinkedHashSet<>();

  private record Own(long modSeq, MailboxId mailbox) {}

  MetadataTeller(Account account) {
    this.account = account;
    this.told = account.modSeq();
  }

  /// @param mailbox null for the server
  void changedHere(MailboxId mailbox, long modSeq) {
    own.add(new Own(modSeq, mailbox));
  }

  /// @param wanted names of mailboxes, empty for the server, of which the client wants to hear
  void tell(ImapWriter out, Predicate<String> wanted) throws IOException {
    long now = account.modSeq();
    if (now == told) {
      return;
    }
    Map<String, Set<String>> entries = new LinkedHashMap<>();
    for (Metadata.News n : account.metadata().news(told)) {
      now = Math.max(now, n.modSeq());
      boolean seen = n.user() == null || n.user().equals(account.id());
      if (seen && !own.contains(new Own(n.modSeq(), n.mailbox()))) {
        String name = name(n.mailbox());
        if (name != null && wanted.test(name)) {
          String entry = EntryName.full(n.user() == null, n.name());
          entries.computeIfAbsent(name, k -> new LinkedHashSet<>()).add(entry);
        }
      }
    }
    own.clear();
    told = now;
    for (Map.Entry<String, Set<String>> e : entries.entrySet()) {
      out.untagged().raw("METADATA ").mailbox(e.getKey());
      for (String entry : e.getValue()) {
        out.space().astring(entry);
      }
      out.crlf();
    }
  }

  /// Null for a mailbox that is gone.
  private String name(MailboxId id) {
    if (id == null) {
      return "";
    }
    Mailbox box = account.mailbox(id);
    return box == null ? null : box.name();
  }
}
