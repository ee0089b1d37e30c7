package org.posthorn.imap.command;

import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.posthorn.imap.Extension;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.MailboxName;
import org.posthorn.store.AccountId;
import org.posthorn.store.Mailbox;
import org.posthorn.store.MailboxId;
import org.posthorn.store.Rights;
import org.posthorn.store.UidSet;

/// What one client wants to be told by NOTIFY (RFC 5465), and how its mailboxes were when it was
/// told last. Changes are found by comparing: the bus only hints that there are some.
///
/// Used by one thread at a time: the session's, or the one that tells while the client is silent.
public final class Notifications {
  /// A user with more mailboxes is not told of others than the selected one.
  private static final int MAILBOXES_MAX = 10_000;

  /// A mailbox as it was.
  private record Seen(
      String name, int count, long uidNext, long modSeq, long validity, long unseen) {
    static Seen of(Place p, Mailbox box) {
      return new Seen(
          p.name(),
          box.count(),
          box.uidNext(),
          box.highestModSeq(),
          box.uidValidity(),
          box.unseen());
    }
  }

  private final List<NotifyGroup> groups;

  /// Of the selected mailbox; null if nothing is to be told of its messages.
  private final NotifyGroup selected;

  private Map<MailboxId, Seen> seen = new LinkedHashMap<>();
  private Set<String> subscribed = Set.of();

  /// Accounts as they were when they were compared last.
  private Map<AccountId, Long> versions = Map.of();

  private Notifications(List<NotifyGroup> groups) {
    this.groups = groups;
    this.selected =
        groups.stream()
            .filter(g -> g.ofSelected() && !g.events().isEmpty())
            .findFirst()
            .orElse(null);
  }

  /// From now on. Tells before the answer what STATUS asks for, and what cannot be watched.
  static Notifications begin(ImapSession s, List<NotifyGroup> groups, boolean status)
      throws IOException {
    var n = new Notifications(groups);
    if (!n.watchesOthers()) {
      return n;
    }
    List<Place> places = s.places();
    if (places.size() > MAILBOXES_MAX) {
      throw CommandException.no("NOTIFICATIONOVERFLOW", "Too many mailboxes to watch");
    }
    n.versions = versions(s, places);
    n.subscribed = s.account().subscriptions();
    for (Place p : places) {
      n.seen.put(p.box().id(), n.now(s, p));
      Set<NotifyEvent> events = n.events(p);
      if (!events.isEmpty() && !p.rights().has(Rights.Right.READ)) {
        // RFC 5465 §3.1
        ListMailboxes.begin(s.out(), "LIST", List.of("\\NoAccess"), p.name()).crlf();
      } else if (status && !isSelected(s, p)) {
        n.status(s, p, events);
      }
    }
    return n;
  }

  private void status(ImapSession s, Place p, Set<NotifyEvent> events) throws IOException {
    Set<StatusItem> items = EnumSet.noneOf(StatusItem.class);
    if (events.contains(NotifyEvent.MESSAGE_NEW)) {
      items.addAll(EnumSet.of(StatusItem.MESSAGES, StatusItem.UIDNEXT, StatusItem.UIDVALIDITY));
    }
    if (events.contains(NotifyEvent.FLAG_CHANGE)) {
      items.addAll(EnumSet.of(StatusItem.UIDVALIDITY, StatusItem.HIGHESTMODSEQ));
    }
    if (!items.isEmpty()) {
      StatusItem.write(s, p, items);
    }
  }

  private boolean watchesOthers() {
    return groups.stream().anyMatch(g -> !g.ofSelected() && !g.events().isEmpty());
  }

  /// Whether there is anything to tell while the client is silent.
  public boolean betweenCommands(ImapSession s) {
    return watchesOthers() || (selected != null && s.view() != null);
  }

  /// Whether EXPUNGE may come between commands (RFC 5465 §6.1.1).
  public boolean expungesAnyTime() {
    return selected != null && selected.filter() == NotifyGroup.Filter.SELECTED;
  }

  /// Tells what has changed.
  ///
  /// @param expunges whether EXPUNGE may be told of the selected mailbox
  /// @param own whether the client's own command has expunged: that is told in any case
  public void tell(ImapSession s, boolean expunges, boolean own) throws IOException {
    SessionView view = s.view();
    if (view != null && (selected != null || own)) {
      long before = view.uidLimit();
      boolean flags = selected != null && selected.events().contains(NotifyEvent.FLAG_CHANGE);
      view.tell(s.out(), expunges, flags);
      if (selected != null && !selected.items().isEmpty() && view.uidLimit() > before) {
        UidSet fresh = UidSet.range(before + 1, view.uidLimit()).minus(view.ownArrivals());
        Fetch.tellNew(s, fresh, selected.items());
      }
    }
    if (watchesOthers()) {
      tellOthers(s);
    }
  }

  private void tellOthers(ImapSession s) throws IOException {
    if (!changed(s)) {
      return;
    }
    List<Place> places = s.places();
    if (places.size() > MAILBOXES_MAX) {
      // RFC 5465 §5.8: as after NOTIFY NONE
      s.untaggedOk("NOTIFICATIONOVERFLOW", "Too many mailboxes to watch");
      s.news().want(new Notifications(List.of()));
      return;
    }
    versions = versions(s, places);
    Map<MailboxId, Seen> before = seen;
    Set<String> subscribedBefore = subscribed;
    seen = LinkedHashMap.newLinkedHashMap(places.size());
    subscribed = s.account().subscriptions();
    for (Place p : places) {
      seen.put(p.box().id(), now(s, p));
    }
    tellNames(s, before, places);
    tellSubscriptions(s, subscribedBefore);
    for (Place p : places) {
      Seen was = before.get(p.box().id());
      if (was != null && !isSelected(s, p)) {
        tellMessages(s, p, was);
      }
    }
  }

  /// Whether something may be new since the last time.
  private boolean changed(ImapSession s) {
    if (s.account().version() != versions.getOrDefault(s.account().id(), -1L)) {
      return true;
    }
    if (versions.size() == 1) {
      return false;
    }
    return !versions.equals(versions(s, s.places()));
  }

  private static Map<AccountId, Long> versions(ImapSession s, List<Place> places) {
    Map<AccountId, Long> versions = new HashMap<>();
    versions.put(s.account().id(), s.account().version());
    for (Place p : places) {
      versions.computeIfAbsent(p.account().id(), id -> p.account().version());
    }
    return versions;
  }

  // ---- messages of other mailboxes

  private void tellMessages(ImapSession s, Place p, Seen was) throws IOException {
    Seen now = seen.get(p.box().id());
    Set<NotifyEvent> events = events(p);
    if (now.modSeq == was.modSeq || !p.rights().has(Rights.Right.READ)) {
      return;
    }
    boolean condstore = s.has(Extension.CONDSTORE);
    boolean flags = events.contains(NotifyEvent.FLAG_CHANGE);
    Set<StatusItem> items = EnumSet.noneOf(StatusItem.class);
    if (events.contains(NotifyEvent.MESSAGE_NEW)
        && (now.count != was.count || now.uidNext != was.uidNext)) {
      items.addAll(EnumSet.of(StatusItem.MESSAGES, StatusItem.UIDNEXT, StatusItem.UIDVALIDITY));
    }
    if (flags && now.unseen != was.unseen) {
      items.addAll(EnumSet.of(StatusItem.UIDVALIDITY, StatusItem.UNSEEN));
    }
    if (condstore && (flags || !items.isEmpty())) {
      items.addAll(EnumSet.of(StatusItem.UIDVALIDITY, StatusItem.HIGHESTMODSEQ));
    }
    if (!items.isEmpty()) {
      StatusItem.write(s, p, items);
    }
  }

  // ---- names

  /// LIST for what is new, gone and renamed, and for the levels right above what is new or gone
  /// (RFC 5465 §5.4).
  private void tellNames(ImapSession s, Map<MailboxId, Seen> before, List<Place> places)
      throws IOException {
    Map<String, Place> byName = new HashMap<>();
    places.forEach(p -> byName.put(p.name(), p));
    Map<String, String> affected = new LinkedHashMap<>(); // name → old name, or null
    before.forEach((id, was) -> {
      if (!seen.containsKey(id) && !byName.containsKey(was.name)) {
        affect(affected, was.name);
      }
    });
    seen.forEach((id, now) -> {
      Seen was = before.get(id);
      if (was == null) {
        affect(affected, now.name);
      } else if (!was.name.equals(now.name) && !movedWithParent(was.name, now.name)) {
        affected.put(now.name, was.name);
      }
    });
    for (Map.Entry<String, String> e : affected.entrySet()) {
      Place p = byName.get(e.getKey());
      if (covered(s, e.getKey(), NotifyEvent.MAILBOX_NAME)) {
        ListNotice.write(s.out(), attributes(s, e.getKey(), p), e.getKey(), e.getValue());
      }
    }
  }

  private static void affect(Map<String, String> affected, String name) {
    affected.putIfAbsent(name, null);
    int at = name.lastIndexOf(MailboxName.SEPARATOR);
    if (at > 0) {
      affected.putIfAbsent(name.substring(0, at), null);
    }
  }

  /// Whether the last level stayed as it was, so that it is a level above that was renamed.
  private static boolean movedWithParent(String was, String now) {
    int a = was.lastIndexOf(MailboxName.SEPARATOR);
    int b = now.lastIndexOf(MailboxName.SEPARATOR);
    return a > 0 && b > 0 && was.substring(a).equals(now.substring(b));
  }

  private void tellSubscriptions(ImapSession s, Set<String> before) throws IOException {
    if (before == subscribed) {
      return;
    }
    Set<String> changed = new HashSet<>(before);
    for (String name : subscribed) {
      if (!changed.remove(name)) {
        changed.add(name);
      }
    }
    for (String name : changed.stream().sorted().toList()) {
      Place p = s.names().find(name);
      if (p != null && !p.rights().has(Rights.Right.LOOKUP)) {
        p = null; // RFC 4314 §6: as if there was none
      }
      if (covered(s, name, NotifyEvent.SUBSCRIPTION_CHANGE)
          || (before.contains(name) && coveredAsSubscribed(NotifyEvent.SUBSCRIPTION_CHANGE))) {
        ListNotice.write(s.out(), attributes(s, name, p), name, null);
      }
    }
  }

  private List<String> attributes(ImapSession s, String name, Place p) {
    boolean children = p == null ? s.account().hasMailboxesBelow(name) : s.names().showsBelow(p);
    return ListMailboxes.attributes(p, "\\NonExistent", children, subscribed.contains(name));
  }

  // ---- who is meant

  /// A mailbox as it is now. Of another's, `\Seen` is each user's own; it is read where flags are
  /// asked for.
  private Seen now(ImapSession s, Place p) {
    boolean flags =
        !p.isOwn()
            && p.rights().has(Rights.Right.READ)
            && events(p).contains(NotifyEvent.FLAG_CHANGE);
    return Seen.of(p, flags ? p.look(s) : p.box());
  }

  private Set<NotifyEvent> events(Place p) {
    Set<NotifyEvent> events = EnumSet.noneOf(NotifyEvent.class);
    for (NotifyGroup g : groups) {
      if (g.covers(p.name(), p.isOwn(), subscribed)) {
        events.addAll(g.events());
      }
    }
    return events;
  }

  /// @param name of a mailbox that need not be there any more
  private boolean covered(ImapSession s, String name, NotifyEvent event) {
    boolean own = s.names().locate(name).account() == s.account();
    for (NotifyGroup g : groups) {
      if (g.events().contains(event) && g.covers(name, own, subscribed)) {
        return true;
      }
    }
    return false;
  }

  /// Whether changes of metadata are asked for at all (RFC 5465 §5.6, §5.7).
  public boolean ofMetadata() {
    return groups.stream()
        .anyMatch(g ->
            g.events().contains(NotifyEvent.MAILBOX_METADATA_CHANGE)
                || g.events().contains(NotifyEvent.SERVER_METADATA_CHANGE));
  }

  /// Whether changes of this mailbox's metadata are to be told; an empty name is the server.
  public boolean ofMetadata(ImapSession s, String name) {
    return name.isEmpty()
        ? groups.stream().anyMatch(g -> g.events().contains(NotifyEvent.SERVER_METADATA_CHANGE))
        : covered(s, name, NotifyEvent.MAILBOX_METADATA_CHANGE);
  }

  private boolean coveredAsSubscribed(NotifyEvent event) {
    return groups.stream()
        .anyMatch(g -> g.filter() == NotifyGroup.Filter.SUBSCRIBED && g.events().contains(event));
  }

  private static boolean isSelected(ImapSession s, Place p) {
    return s.view() != null && s.view().id().equals(p.box().id());
  }

  /// What the client itself does to names and subscriptions it is not told (RFC 5465 §5).
  ///
  /// @param name with everything below
  public void knows(ImapSession s, String name) {
    if (!watchesOthers()) {
      return;
    }
    String below = name + MailboxName.SEPARATOR;
    Map<MailboxId, Seen> now = new HashMap<>();
    for (Place p : s.places()) {
      if (p.name().equals(name) || p.name().startsWith(below)) {
        now.put(p.box().id(), now(s, p));
      }
    }
    seen.values().removeIf(b -> b.name.equals(name) || b.name.startsWith(below));
    seen.putAll(now);
    Set<String> known = new HashSet<>(subscribed);
    if (s.account().subscriptions().contains(name)) {
      known.add(name);
    } else {
      known.remove(name);
    }
    subscribed = known;
  }
}
