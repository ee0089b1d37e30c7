package org.posthorn.imap.command;

import java.util.EnumSet;
import java.util.Set;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;

/// By what LIST chooses among the names that match its patterns (RFC 5258 §3.1, RFC 9051 §6.3.9.1).
///
/// @param criteria all of which a name meets; empty for every mailbox
/// @param recursive whether names are told, too, that have a chosen one below (RECURSIVEMATCH)
record ListSelection(Set<Criterion> criteria, boolean recursive) {
  static final ListSelection ALL = new ListSelection(Set.of(), false);

  enum Criterion {
    SUBSCRIBED("SUBSCRIBED"),
    SPECIAL_USE("SPECIAL-USE"); // RFC 6154 §5.1

    private final String word;

    Criterion(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /// list-select-opts, from the opening parenthesis on
  static ListSelection parse(ImapReader in) {
    Set<Criterion> criteria = EnumSet.noneOf(Criterion.class);
    boolean recursive = false;
    in.expect('(');
    if (in.accept(')')) {
      return ALL;
    }
    do {
      String word = in.word();
      switch (word) {
        case "SUBSCRIBED" -> criteria.add(Criterion.SUBSCRIBED);
        case "SPECIAL-USE" -> criteria.add(Criterion.SPECIAL_USE);
        case "RECURSIVEMATCH" -> recursive = true;
        case "REMOTE" -> {
          // There are none: no mailbox of ours is on another server (RFC 2193).
        }
        default -> throw CommandException.bad("Unknown selection option " + word);
      }
    } while (in.acceptSpace());
    in.expect(')');
    if (recursive && criteria.isEmpty()) {
      throw CommandException.bad("RECURSIVEMATCH needs something to match"); // RFC 5258 §3.1
    }
    return new ListSelection(criteria, recursive);
  }

  boolean bySubscription() {
    return criteria.contains(Criterion.SUBSCRIBED);
  }

  boolean bySpecialUse() {
    return criteria.contains(Criterion.SPECIAL_USE);
  }
}
