package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.MailboxFilter;
import org.posthorn.imap.wire.MailboxFilter.Kind;
import org.posthorn.imap.wire.MailboxName;
import org.posthorn.imap.wire.ResultOptions;
import org.posthorn.store.MailboxId;
import org.posthorn.store.Rights.Right;

/// RFC 7377 ESEARCH: one search in several mailboxes, one after the other, each as it is then.
///
/// @param sources which mailboxes; the selected one if the client names none
record MultiSearch(List<MailboxFilter> sources, ResultOptions wanted, SearchProgram program)
    implements Command {
  /// Mailboxes of one command (RFC 7377 §2.4).
  private static final int MAILBOXES_MAX = 20_000;

  /// Names in one command; each costs a comparison with every mailbox.
  private static final int NAMES_MAX = 1000;

  private static final List<MailboxFilter> SELECTED =
      List.of(new MailboxFilter(Kind.SELECTED, List.of()));

  static MultiSearch parse(ImapReader in) throws IOException {
    in.expectSpace();
    List<MailboxFilter> sources = SELECTED;
    if (in.acceptWord("IN")) {
      in.expectSpace();
      sources = sources(in);
      in.expectSpace();
    }
    ResultOptions wanted = ResultOptions.accept(in);
    var search = new MultiSearch(sources, wanted, SearchProgram.parse(in).with(wanted));
    search.refuse(search.program);
    return search;
  }

  private static List<MailboxFilter> sources(ImapReader in) throws IOException {
    in.expect('(');
    List<MailboxFilter> sources = new ArrayList<>();
    int names = 0;
    do {
      MailboxFilter f = MailboxFilter.parse(in);
      if (f.kind() == Kind.SELECTED_DELAYED) {
        throw CommandException.bad("Unknown mailboxes SELECTED-DELAYED"); // RFC 7377 §2.2
      }
      sources.add(f);
      names += Math.max(1, f.names().size());
      if (names > NAMES_MAX) {
        throw CommandException.no("LIMIT", "Too many mailboxes for one search");
      }
    } while (in.acceptSpace());
    in.expect(')');
    return sources;
  }

  private boolean elsewhere() {
    return sources.stream().anyMatch(f -> f.kind() != Kind.SELECTED);
  }

  /// RFC 7377 §2.2 for SAVE; and what is saved are messages of the selected mailbox.
  private void refuse(SearchProgram p) {
    boolean saves = wanted != null && wanted.has(ResultOptions.Option.SAVE);
    if (elsewhere() && (saves || p.key().usesSaved())) {
      throw CommandException.bad("Only the selected mailbox has saved results");
    }
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    boolean selected = sources.stream().anyMatch(f -> f.kind() == Kind.SELECTED);
    ResultOptions options = wanted == null ? ResultOptions.ALL : wanted;
    boolean updates = options.has(ResultOptions.Option.UPDATE);
    if ((selected || updates) && s.view() == null) {
      throw CommandException.bad("No mailbox is selected"); // RFC 7377 §2.2
    }
    SearchProgram ready = program.ready(s, options);
    refuse(ready);
    List<Place> places = places(s);
    if (places.size() > MAILBOXES_MAX) {
      throw CommandException.no("LIMIT", "Too many mailboxes for one search");
    }
    if (elsewhere()) {
      ready.check(s);
    }
    boolean updated = false;
    for (Place p : places) {
      boolean here = s.view() != null && p.box().id().equals(s.view().id());
      SearchRun run =
          here ? ready.begin(s, options) : new SearchRun(s, p.account(), p.look(s), ready.key());
      Found found = ready.find(run.atMost(options.enough()));
      found.ofMailbox(s, options, p.name(), run.mailbox(), ready.key().asksModSeq());
      if (here && updates) {
        // RFC 7377 §2.2: only of the selected mailbox
        SearchContext.open(s, run, found.set(0, found.count()), true);
        updated = true;
      }
    }
    if (updates && !updated) {
      s.out().untagged().raw("NO [NOUPDATE ").string(s.tag()).raw("] Not the selected mailbox");
      s.out().crlf();
    }
    return Reply.OK;
  }

  /// The mailboxes meant, each once. Those that the user may not read, or only stumbles upon and
  /// may not see, are passed over (RFC 7377 §2.2).
  private List<Place> places(ImapSession s) {
    Set<String> subscribed = s.account().subscriptions();
    Map<MailboxId, Place> places = new LinkedHashMap<>();
    for (Place p : s.places()) {
      if (p.rights().has(Right.READ) && isMeant(s, p, subscribed)) {
        places.put(p.box().id(), p);
      }
    }
    for (MailboxFilter f : sources) {
      if (f.kind() == Kind.SELECTED) {
        Place p = s.names().of(s.view().account(), s.view().head());
        if (p != null) {
          places.putIfAbsent(p.box().id(), p); // nor need what is selected be seen
        }
      }
      for (String name : f.names()) {
        Place p = s.names().find(name); // what is named need not be seen
        if (p != null && p.rights().has(Right.READ)) {
          places.putIfAbsent(p.box().id(), p);
        }
      }
    }
    return List.copyOf(places.values());
  }

  private boolean isMeant(ImapSession s, Place p, Set<String> subscribed) {
    boolean own = p.account() == s.account();
    for (MailboxFilter f : sources) {
      boolean meant =
          switch (f.kind()) {
            case SELECTED -> p.box().id().equals(s.view().id());
            case INBOXES -> own && p.name().equals(MailboxName.INBOX);
            case PERSONAL -> own;
            case SUBSCRIBED -> subscribed.contains(p.name());
            case SUBTREE, SUBTREE_ONE, MAILBOXES -> f.covers(p.name());
            case SELECTED_DELAYED -> false;
          };
      if (meant) {
        return true;
      }
    }
    return false;
  }
}
