package org.posthorn.imap.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.ListPattern;
import org.posthorn.imap.wire.MailboxName;

/// Which names a LIST tells: the mailboxes a user sees, the levels above them that are none, and
/// names that are only subscribed (RFC 5258 §3.3, RFC 9051 §6.3.9.3). INBOX comes first.
final class Listing {
  private static final Comparator<String> INBOX_FIRST =
      Comparator.<String>comparingInt(n -> n.equals(MailboxName.INBOX) ? 0 : 1)
          .thenComparing(Comparator.naturalOrder());

  /// A name that is told.
  ///
  /// @param place null if no mailbox has it
  /// @param chosen whether it meets the selection itself, and not only something below
  /// @param children whether a mailbox is below
  /// @param chosenBelow whether something below meets the selection
  record Line(
      String name,
      Place place,
      boolean chosen,
      boolean subscribed,
      boolean children,
      boolean chosenBelow) {}

  private static final class Name {
    private final Place place;
    private boolean matches;
    private boolean chosen;

    Name(Place place) {
      this.place = place;
    }
  }

  private final ListSelection selection;
  private final Set<String> subscribed;
  private final Map<String, Name> names = new TreeMap<>(INBOX_FIRST);

  /// Levels above mailboxes.
  private final Set<String> parents = new HashSet<>();

  /// Levels above what is chosen.
  private final Set<String> aboveChosen = new HashSet<>();

  /// Levels above what is chosen and does not match, so that only they can stand for it.
  private final Set<String> aboveHidden = new HashSet<>();

  private Listing(ListSelection selection, Set<String> subscribed) {
    this.selection = selection;
    this.subscribed = subscribed;
  }

  /// @param places mailboxes, each under its shown name
  static List<Line> of(
      List<Place> places,
      Set<String> subscribed,
      ListSelection selection,
      List<ListPattern> patterns) {
    Listing listing = new Listing(selection, subscribed);
    listing.gather(places);
    listing.choose(patterns);
    return listing.lines();
  }

  private void gather(List<Place> places) {
    for (Place p : places) {
      names.put(p.name(), new Name(p));
      addLevels(p.name(), parents);
    }
    if (selection.bySubscription()) {
      Set<String> levels = new HashSet<>();
      for (String name : subscribed) {
        addName(name);
        addLevels(name, levels);
      }
      levels.forEach(this::addName);
    }
    parents.forEach(this::addName);
  }

  private void addName(String name) {
    names.computeIfAbsent(name, n -> new Name(null));
  }

  private void choose(List<ListPattern> patterns) {
    names.forEach((text, name) -> {
      name.matches = matches(patterns, text);
      name.chosen = isChosen(text, name.place);
      if (name.chosen) {
        addLevels(text, aboveChosen);
        if (!name.matches) {
          addLevels(text, aboveHidden);
        }
      }
    });
  }

  private boolean isChosen(String name, Place place) {
    if (selection.criteria().isEmpty()) {
      return place != null;
    }
    return (!selection.bySubscription() || subscribed.contains(name))
        && (!selection.bySpecialUse() || (place != null && !place.specialUse().isEmpty()));
  }

  private List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    names.forEach((text, name) -> {
      if (name.matches && (name.chosen || standsForOthers(text, name))) {
        lines.add(
            new Line(
                text,
                name.place,
                name.chosen,
                subscribed.contains(text),
                parents.contains(text),
                aboveChosen.contains(text)));
      }
    });
    return lines;
  }

  /// Not chosen, but something below is that would not be told otherwise (RFC 9051 §6.3.9.6). Of
  /// levels without a mailbox this is said also where nothing is asked for (RFC 3501 §6.3.8).
  private boolean standsForOthers(String text, Name name) {
    return aboveHidden.contains(text)
        && (selection.recursive() || (selection.criteria().isEmpty() && name.place == null));
  }

  private static boolean matches(List<ListPattern> patterns, String name) {
    for (ListPattern p : patterns) {
      if (p.matches(name)) {
        return true;
      }
    }
    return false;
  }

  /// Adds every level above `name`.
  private static void addLevels(String name, Set<String> levels) {
    int at = name.lastIndexOf(MailboxName.SEPARATOR);
    while (at > 0 && levels.add(name.substring(0, at))) {
      at = name.lastIndexOf(MailboxName.SEPARATOR, at - 1);
    }
  }
}
