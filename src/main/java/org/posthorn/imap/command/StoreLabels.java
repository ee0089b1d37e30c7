package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.posthorn.imap.Extension;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.SequenceSet;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.FlagChange;
import org.posthorn.store.Mailbox;
import org.posthorn.store.MailboxId;
import org.posthorn.store.Rights.Right;
import org.posthorn.store.UidSet;

/// STORE X-GM-LABELS: copies messages of the selected mailbox into others, or takes them out there
/// (https://developers.google.com/workspace/gmail/imap/imap-extensions). One mailbox after another;
/// each is whole. The selected mailbox itself is not touched.
record StoreLabels(
    SequenceSet set, boolean uid, FlagChange.Op op, List<String> labels, boolean silent)
    implements Command {
  /// Labels of one command.
  private static final int LABELS_MAX = 100;

  /// Messages whose places are in memory at once.
  private static final int REMOVED_TOGETHER = 10_000;

  /// From behind the item's name.
  static StoreLabels parse(
      ImapReader in, SequenceSet set, boolean uid, FlagChange.Op op, boolean silent)
      throws IOException {
    in.expectSpace();
    List<String> labels = new ArrayList<>();
    boolean list = in.accept('(');
    if (!list || !in.accept(')')) {
      do {
        if (labels.size() == LABELS_MAX) {
          throw CommandException.bad("Too many labels");
        }
        labels.add(in.accept('\\') ? "\\" + in.atom() : in.mailbox());
      } while (list && in.acceptSpace());
      if (list) {
        in.expect(')');
      }
    }
    return new StoreLabels(set, uid, op, labels, silent);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    SessionView view = s.writable();
    if (view.account() != s.account()) {
      throw Place.denied(); // where else others keep a message is not the user's to say
    }
    UidSet uids = Copy.wanted(view, set, uid);
    Map<MailboxId, Mailbox> named = named(view);
    if (op == FlagChange.Op.REMOVE) {
      remove(s, view, uids, named::containsKey);
    } else {
      for (Mailbox box : named.values()) {
        add(s, view, uids, box);
      }
    }
    if (op == FlagChange.Op.REPLACE) {
      remove(s, view, uids, id -> !named.containsKey(id) && !id.equals(view.id()));
    }
    if (!silent) {
      view.begin();
      tell(s, view, uids);
    }
    return Reply.OK;
  }

  private Map<MailboxId, Mailbox> named(SessionView view) {
    Map<MailboxId, Mailbox> named = new LinkedHashMap<>();
    for (String label : labels) {
      Mailbox box = GmailLabels.find(view.account(), label);
      if (box == null) {
        throw CommandException.no("TRYCREATE", "No mailbox has that label");
      }
      if (!box.id().equals(view.id())) {
        named.put(box.id(), box);
      } else if (op == FlagChange.Op.REMOVE) {
        throw CommandException.no("CANNOT", "EXPUNGE takes messages out of this mailbox");
      }
    }
    return named;
  }

  private static void add(ImapSession s, SessionView view, UidSet uids, Mailbox box) {
    Place place = s.target(box.name());
    var missing = new UidSet.Builder();
    EntryCursor c = view.head().entries(uids);
    while (c.next()) {
      if (!view.account().uidsOf(c.emailId()).containsKey(box.id())) {
        missing.add(c.uid());
      }
    }
    UidSet wanted = missing.build();
    if (!wanted.isEmpty()) {
      view.access().copy(view.id(), wanted, place.account(), place.box().name(), place.rights());
    }
  }

  /// Takes the messages out of such mailboxes. Where a message is, is read once, however many
  /// mailboxes there are.
  private static void remove(
      ImapSession s, SessionView view, UidSet uids, Predicate<MailboxId> from) {
    Map<MailboxId, Found> there = new LinkedHashMap<>();
    EntryCursor c = view.head().entries(uids);
    for (int n = 1; c.next(); n++) {
      view.account()
          .uidsOf(c.emailId())
          .forEach((id, in) -> {
            if (from.test(id)) {
              in.forEach(there.computeIfAbsent(id, i -> new Found())::add);
            }
          });
      if (n % REMOVED_TOGETHER == 0) {
        there.forEach((id, found) -> remove(s, view, id, found));
        there.clear();
      }
    }
    there.forEach((id, found) -> remove(s, view, id, found));
  }

  private static void remove(ImapSession s, SessionView view, MailboxId id, Found found) {
    Mailbox box = view.account().mailbox(id);
    if (box != null) {
      s.place(box.name(), Right.DELETE_MESSAGES).need(Right.EXPUNGE);
      view.account().remove(id, found.set(0, found.count()));
    }
  }

  private void tell(ImapSession s, SessionView view, UidSet uids) throws IOException {
    EntryCursor c = view.head().entries(uids);
    while (c.next()) {
      view.beginFetch(s.out(), c.uid(), view.seq(c.uid()));
      if (uid && !s.has(Extension.UIDONLY)) {
        s.out().raw("UID ").number(c.uid()).space();
      }
      s.out().raw("X-GM-LABELS ");
      GmailLabels.write(s, view, c.emailId());
      s.out().raw(")\r\n");
    }
  }
}
