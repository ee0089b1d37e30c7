package org.posthorn.imap;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.posthorn.imap.wire.EntryName;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.MailboxId;
import org.posthorn.store.Metadata;

/// Tells a client that has asked for it which entries others have changed (RFC 5464 §4.4.2), by
/// name only: of the server, of the user's own mailboxes, and of another's that is selected. During
/// IDLE on the thread that writes.
final class MetadataTeller {
  private final ImapSession s;

  /// MODSEQs up to which changes are told. Of an account that is not here all is told.
  private final Map<AccountId, Long> told = new HashMap<>();

  /// What this session has changed itself since.
  private final Set<Own> own = new HashSet<>();

  private record Own(long modSeq, MailboxId mailbox) {}

  MetadataTeller(ImapSession s) {
    this.s = s;
    told.put(s.account().id(), s.account().modSeq());
  }

  /// @param mailbox null for the server
  void changedHere(MailboxId mailbox, long modSeq) {
    own.add(new Own(modSeq, mailbox));
  }

  /// @param wanted names of mailboxes, empty for the server, of which the client wants to hear
  void tell(ImapWriter out, Predicate<String> wanted) throws IOException {
    tell(out, wanted, s.account(), null);
    SessionView view = s.view();
    if (view != null && !view.account().id().equals(s.account().id())) {
      tell(out, wanted, view.account(), view.id());
    }
    own.clear();
  }

  /// @param only the mailbox to tell of; null for all
  private void tell(ImapWriter out, Predicate<String> wanted, Account account, MailboxId only)
      throws IOException {
    long upTo = account.modSeq();
    Long since = told.put(account.id(), upTo);
    if (since == null || since == upTo) {
      return;
    }
    List<Metadata.News> news = account.metadata().news(since);
    Map<MailboxId, String> names = news.isEmpty() ? Map.of() : names();
    Map<String, Set<String>> entries = new LinkedHashMap<>();
    for (Metadata.News n : news) {
      told.merge(account.id(), n.modSeq(), Math::max);
      boolean hers = n.user() == null || n.user().equals(s.account().id());
      if (!hers || (only != null && !only.equals(n.mailbox()))) {
        continue;
      }
      // Null for a mailbox that is gone.
      String name = n.mailbox() == null ? "" : names.get(n.mailbox());
      name = own.contains(new Own(n.modSeq(), n.mailbox())) ? null : name;
      if (name != null && wanted.test(name)) {
        String entry = EntryName.full(n.user() == null, n.name());
        entries.computeIfAbsent(name, k -> new LinkedHashSet<>()).add(entry);
      }
    }
    for (Map.Entry<String, Set<String>> e : entries.entrySet()) {
      out.untagged().raw("METADATA ").mailbox(e.getKey());
      for (String entry : e.getValue()) {
        out.space().astring(entry);
      }
      out.crlf();
    }
  }

  private Map<MailboxId, String> names() {
    Map<MailboxId, String> names = new HashMap<>();
    for (Place p : s.places()) {
      names.put(p.box().id(), p.name());
    }
    return names;
  }
}
