package org.posthorn.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/// Making, deleting and renaming mailboxes, as functions for [Gathering].
final class MailboxChanges {
  /// Mailboxes of one account.
  static final int MAILBOXES_MAX = 100_000;

  private MailboxChanges() {}

  static Object create(Draft d, String name, Set<SpecialUse> use, Account account) {
    if (d.number(name) != null) {
      throw new Refused(Refused.Reason.ALREADY_EXISTS, "the mailbox exists");
    }
    List<String> missing = new ArrayList<>();
    for (String p = MailboxNames.parent(name); p != null; p = MailboxNames.parent(p)) {
      if (d.number(p) == null) missing.addFirst(p);
    }
    roomFor(d, missing.size() + 1);
    for (String p : missing) make(d, p, Set.of(), account);
    make(d, name, use, account);
    return null;
  }

  private static void roomFor(Draft d, int more) {
    if (more > 0 && d.names().size() + more > MAILBOXES_MAX) {
      throw new Refused(Refused.Reason.LIMIT, "the account has too many mailboxes");
    }
    if (more > 0 && d.names().size() + more > d.quota.mailboxes()) {
      throw new Refused(Refused.Reason.OVER_QUOTA, "the account may not have more mailboxes");
    }
  }

  /// A name stays subscribed when its mailbox goes, so the number of mailboxes bounds nothing.
  static Object subscribe(Draft d, String name) {
    if (d.subscribed(name)) return null;
    if (d.subscriptions() >= MAILBOXES_MAX) {
      throw new Refused(Refused.Reason.LIMIT, "the account has too many subscriptions");
    }
    d.subscribe(name, true);
    return null;
  }

  /// Says what a mailbox is for. A special use has one mailbox: asking for it moves it (RFC 6154 §3
  /// leaves this to the server).
  static void use(Draft d, int number, Set<SpecialUse> use, long modSeq) {
    for (int other : d.names().values()) {
      MailboxDraft box = d.box(other);
      if (box == null) continue;
      Set<SpecialUse> next = other == number ? Set.copyOf(use) : without(box.specialUse, use);
      if (next.equals(box.specialUse)) continue;
      box.specialUse = next;
      box.mark();
      MailboxId id = new MailboxId(box.before.data.id());
      d.metadataNews(new Metadata.News(modSeq, id, d.owner(), SpecialUse.ENTRY));
    }
  }

  private static Set<SpecialUse> without(Set<SpecialUse> from, Set<SpecialUse> gone) {
    Set<SpecialUse> rest = new HashSet<>(from);
    rest.removeAll(gone);
    return rest;
  }

  static void make(Draft d, String name, Set<SpecialUse> use, Account account) {
    int number = d.nextMailbox++;
    // RFC 9051 §2.3.1.1: a name that comes back must not have an old UIDVALIDITY.
    long uidValidity = Math.max(d.nextUidValidity, account.nowSeconds() & UidSet.UID_MAX);
    d.nextUidValidity = uidValidity + 1;
    long modSeq = d.nextModSeq();
    d.newBox(
        number,
        new Mailbox.Data(
            account.newId(), uidValidity, 1, modSeq, 0, 0, 0, 0, 1, List.of(), Set.of()));
    d.name(name, number);
    if (!use.isEmpty()) use(d, number, use, modSeq);
    String parent = MailboxNames.parent(name);
    if (parent != null && d.number(parent) != null) Sharing.inherit(d, d.number(parent), number);
  }

  /// False if the mailbox is not empty.
  static boolean delete(Draft d, String name) {
    Integer number = d.number(name);
    if (number == null) throw new Refused(Refused.Reason.NONEXISTENT, "no such mailbox");
    MailboxDraft box = d.box(number);
    if (box.count > 0) return false;
    Runnable forgetMetadata = Metadata.forgetting(d, number);
    d.nextModSeq();
    box.gone = true;
    d.name(name, null);
    d.delete(Keys.mailbox('m', number));
    byte[] urlKey = UrlKeys.row(box.before.id());
    if (d.get(urlKey) != null) d.delete(urlKey);
    Sharing.forget(d, number);
    forgetMetadata.run();
    d.forgetSeen(number);
    for (char letter : new char[] {'x', 'p', 'f', 's', 'v'}) {
      byte[] from = Keys.mailbox(letter, number);
      d.deleteRange(from, Keys.after(from));
    }
    return true;
  }

  static Object rename(Draft d, String from, String to, Account account) {
    Integer number = d.number(from);
    Map<String, String> moves = new LinkedHashMap<>();
    boolean inbox = from.equals("INBOX");
    if (number != null) moves.put(from, to);
    if (!inbox) {
      // RFC 9051 §6.3.6: inferiors move along; those of INBOX do not.
      for (String name : d.names().keySet()) {
        if (name.startsWith(from + MailboxNames.SEPARATOR)) {
          moves.put(name, to + name.substring(from.length()));
        }
      }
    }
    if (moves.isEmpty()) throw new Refused(Refused.Reason.NONEXISTENT, "no such mailbox");
    if (to.startsWith(from + MailboxNames.SEPARATOR) && !inbox) {
      throw new Refused(Refused.Reason.CANNOT, "a mailbox cannot move below itself");
    }
    for (String target : moves.values()) {
      MailboxNames.valid(target);
      if (d.number(target) != null && !moves.containsKey(target)) {
        throw new Refused(Refused.Reason.ALREADY_EXISTS, "the mailbox exists");
      }
    }
    if (moves.containsValue(from) || to.equals(from)) {
      throw new Refused(Refused.Reason.ALREADY_EXISTS, "the mailbox exists");
    }
    List<String> missing = new ArrayList<>();
    for (String p = MailboxNames.parent(to); p != null; p = MailboxNames.parent(p)) {
      if (d.number(p) == null && !moves.containsValue(p)) missing.addFirst(p);
    }
    roomFor(d, missing.size() + (inbox ? 1 : 0));
    IntConsumer keepMetadata = inbox ? Metadata.copying(d, number) : n -> {};
    d.nextModSeq();
    Map<String, Integer> numbers = new LinkedHashMap<>();
    for (String name : moves.keySet()) numbers.put(name, d.number(name));
    for (String name : moves.keySet()) d.name(name, null);
    for (Map.Entry<String, String> m : moves.entrySet()) {
      d.name(m.getValue(), numbers.get(m.getKey()));
    }
    for (String p : missing) make(d, p, Set.of(), account);
    // The messages of INBOX go with its number; a new, empty INBOX takes the name.
    if (inbox) {
      make(d, "INBOX", Set.of(), account);
      keepIdentity(d.box(number), d.box(d.number("INBOX")));
      // RFC 4314 §4: the messages stay shared as they were, and so does INBOX.
      Sharing.inherit(d, number, d.number("INBOX"));
      keepMetadata.accept(d.number("INBOX"));
    }
    return null;
  }

  /// RFC 8474 §4: renaming INBOX makes a new mailbox and moves the messages there, so INBOX stays
  /// what it was. It gives no UID twice, although it has a new UIDVALIDITY: what is remembered of a
  /// UID of a mailbox stays true.
  private static void keepIdentity(MailboxDraft messages, MailboxDraft inbox) {
    long id = messages.id;
    messages.id = inbox.id;
    inbox.id = id;
    inbox.uidNext = messages.uidNext;
    messages.mark();
    inbox.mark();
  }
}
