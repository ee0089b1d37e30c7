package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.ListPattern;
import org.posthorn.imap.wire.MailboxName;
import org.posthorn.store.Mailbox;
import org.posthorn.store.SpecialUse;

/// RFC 3501 §6.3.8 LIST; with children by RFC 3348, special use by RFC 6154, and of RFC 5258 the
/// options that RFC 6154 stands on: several patterns, SPECIAL-USE, SUBSCRIBED and CHILDREN.
///
/// @param select what to choose by; empty for all
/// @param result what to tell besides
record ListMailboxes(Set<Option> select, List<ListPattern> patterns, Set<Option> result)
    implements Command {
  private static final int PATTERNS_MAX = 100;

  enum Option {
    SUBSCRIBED,
    CHILDREN,
    SPECIAL_USE
  }

  static ListMailboxes parse(ImapReader in) throws IOException {
    in.expectSpace();
    Set<Option> select = EnumSet.noneOf(Option.class);
    if (in.peek() == '(') {
      select = options(in);
      if (select.contains(Option.CHILDREN)) {
        throw CommandException.bad("CHILDREN is an option of RETURN");
      }
      in.expectSpace();
    }
    byte[] reference = in.astringBytes();
    in.expectSpace();
    List<byte[]> written = new ArrayList<>();
    if (in.accept('(')) {
      do {
        if (written.size() == PATTERNS_MAX) {
          throw CommandException.bad("Too many patterns");
        }
        written.add(in.listMailbox());
      } while (in.acceptSpace());
      in.expect(')');
    } else {
      written.add(in.listMailbox());
    }
    Set<Option> result = EnumSet.noneOf(Option.class);
    if (in.acceptSpace()) {
      if (!in.acceptWord("RETURN")) {
        throw CommandException.bad("Expected RETURN");
      }
      in.expectSpace();
      result = options(in);
    }
    List<ListPattern> patterns = new ArrayList<>();
    for (byte[] p : written) {
      if (p.length > 0) {
        patterns.add(ListPattern.of(in.names(), reference, p));
      }
    }
    return new ListMailboxes(select, patterns, result);
  }

  private static Set<Option> options(ImapReader in) {
    Set<Option> options = EnumSet.noneOf(Option.class);
    in.expect('(');
    if (in.accept(')')) {
      return options;
    }
    do {
      String word = in.word();
      options.add(
          switch (word) {
            case "SUBSCRIBED" -> Option.SUBSCRIBED;
            case "CHILDREN" -> Option.CHILDREN;
            case "SPECIAL-USE" -> Option.SPECIAL_USE;
            default -> throw CommandException.bad("Unknown option " + word);
          });
    } while (in.acceptSpace());
    in.expect(')');
    return options;
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    if (patterns.isEmpty()) {
      // RFC 3501 §6.3.8: an empty name asks for the separator and the root
      s.out().untagged().raw("LIST (\\Noselect) \"/\" \"\"").crlf();
      return Reply.OK;
    }
    Set<String> subscribed = s.account().subscriptions();
    boolean bySubscription = select.contains(Option.SUBSCRIBED);
    Map<String, Mailbox> tree =
        tree(s.account().mailboxes(), bySubscription ? subscribed : Set.of());
    Set<String> parents = parents(tree.keySet());
    for (Map.Entry<String, Mailbox> e : tree.entrySet()) {
      String name = e.getKey();
      Mailbox box = e.getValue();
      if (!matches(name)
          || (bySubscription && !subscribed.contains(name))
          || (select.contains(Option.SPECIAL_USE) && (box == null || box.specialUse().isEmpty()))) {
        continue;
      }
      List<String> attributes = new ArrayList<>();
      if (box == null) {
        attributes.add("\\Noselect");
      }
      attributes.add(parents.contains(name) ? "\\HasChildren" : "\\HasNoChildren");
      if ((bySubscription || result.contains(Option.SUBSCRIBED)) && subscribed.contains(name)) {
        attributes.add("\\Subscribed");
      }
      if (box != null) {
        Set<SpecialUse> use = box.specialUse();
        for (SpecialUse u : SpecialUse.values()) {
          if (use.contains(u)) {
            attributes.add(u.attribute());
          }
        }
      }
      write(s.out(), "LIST", attributes, name);
    }
    return Reply.OK;
  }

  private boolean matches(String name) {
    for (ListPattern p : patterns) {
      if (p.matches(name)) {
        return true;
      }
    }
    return false;
  }

  /// The mailboxes, and the names that only have mailboxes below or subscriptions: those with null.
  /// INBOX comes first.
  private static Map<String, Mailbox> tree(List<Mailbox> boxes, Set<String> more) {
    Map<String, Mailbox> existing = new HashMap<>();
    for (Mailbox b : boxes) {
      existing.put(b.name(), b);
    }
    Map<String, Mailbox> all =
        new TreeMap<>((a, b) -> {
          boolean inboxA = a.equals(MailboxName.INBOX);
          boolean inboxB = b.equals(MailboxName.INBOX);
          return inboxA || inboxB ? Boolean.compare(inboxB, inboxA) : a.compareTo(b);
        });
    all.putAll(existing);
    for (String parent : parents(existing.keySet())) {
      all.putIfAbsent(parent, null);
    }
    for (String name : more) {
      all.putIfAbsent(name, null);
    }
    return all;
  }

  /// Every name that has one of these below it.
  static Set<String> parents(Set<String> names) {
    Set<String> parents = new HashSet<>();
    for (String name : names) {
      int at = name.lastIndexOf(MailboxName.SEPARATOR);
      while (at > 0 && parents.add(name.substring(0, at))) {
        at = name.lastIndexOf(MailboxName.SEPARATOR, at - 1);
      }
    }
    return parents;
  }

  static void write(ImapWriter out, String response, List<String> attributes, String name)
      throws IOException {
    out.untagged().raw(response).space().list(attributes).raw(" \"/\" ").mailbox(name).crlf();
  }
}
