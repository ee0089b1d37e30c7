package org.posthorn.imap.command;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.posthorn.imap.ImapConfig;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.EntryName;
import org.posthorn.store.AccountId;
import org.posthorn.store.MailboxId;
import org.posthorn.store.Metadata;
import org.posthorn.store.Rights;
import org.posthorn.store.Rights.Right;
import org.posthorn.store.SpecialUse;

/// The metadata of one mailbox, or of the server, as one user sees it (RFC 5464 §3.2.1): what is
/// stored, and what is computed.
final class Entries {
  private final ImapSession s;

  /// Null for the server.
  private final Place place;

  private Entries(ImapSession s, Place place) {
    this.s = s;
    this.place = place;
  }

  /// @param mailbox empty for the server
  static Entries of(ImapSession s, String mailbox) {
    return new Entries(s, mailbox.isEmpty() ? null : s.place(mailbox, Right.LOOKUP)).checked();
  }

  static Entries of(ImapSession s, Place place) {
    return new Entries(s, place);
  }

  private Entries checked() {
    if (place != null && !isOpenTo(place.rights())) {
      throw Place.denied();
    }
    return this;
  }

  /// RFC 5464 §3.3: l, and any of r, s, w, i and p.
  static boolean isOpenTo(Rights rights) {
    return rights.has(Right.LOOKUP)
        && rights.hasAny(Right.READ, Right.SEEN, Right.WRITE, Right.INSERT, Right.POST);
  }

  /// As the client calls it; empty for the server.
  String name() {
    return place == null ? "" : place.name();
  }

  /// Null for the server.
  Place place() {
    return place;
  }

  /// Null for the server.
  MailboxId mailbox() {
    return place == null ? null : place.box().id();
  }

  Metadata stored() {
    return (place == null ? s.account() : place.account()).metadata();
  }

  /// Whose entries of that name are; null for everybody's.
  AccountId user(EntryName name) {
    return name.shared() ? null : s.account().id();
  }

  /// The value, or null.
  byte[] value(EntryName name) {
    String computed = computed(name.shared()).get(name.rest());
    if (computed != null) {
      return computed.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
    return place == null && name.shared() ? null : stored().get(mailbox(), user(name), name.rest());
  }

  /// Visits what is below a name, until told false.
  void below(EntryName name, boolean deep, Predicate<Metadata.Entry> visitor) {
    String from = name.rest() + "/";
    for (Map.Entry<String, String> e : computed(name.shared()).entrySet()) {
      String n = e.getKey();
      if (n.regionMatches(true, 0, from, 0, from.length())
          && (deep || n.indexOf('/', from.length()) < 0)) {
        byte[] value = e.getValue().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        if (!visitor.test(new Metadata.Entry(n, value))) {
          return;
        }
      }
    }
    if (place != null || !name.shared()) {
      stored().below(mailbox(), user(name), name.rest(), deep, visitor);
    }
  }

  /// What is not stored here, by name in any case.
  private Map<String, String> computed(boolean shared) {
    Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (place == null && shared) {
      ImapConfig.Site site = s.server().config().site();
      found.put("/admin", site.contact()); // RFC 5464 §3.2.1.1
      found.put("/comment", site.comment());
      found.values().removeIf(String::isEmpty);
    }
    if (place != null && !shared && !place.specialUse().isEmpty()) {
      String uses =
          place.specialUse().stream()
              .sorted()
              .map(SpecialUse::attribute)
              .collect(Collectors.joining(" "));
      found.put(SpecialUse.ENTRY, uses); // RFC 6154 §4
    }
    return found;
  }
}
