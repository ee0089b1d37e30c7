package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.posthorn.imap.Extension;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.EntryName;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.ListPattern;
import org.posthorn.store.MailboxNames;
import org.posthorn.store.Rights;
import org.posthorn.store.SpecialUse;

/// RFC 3501 §6.3.8 LIST, extended by RFC 5258; with children by RFC 3348, special use by RFC 6154.
///
/// @param extended whether any part of the extended syntax is used
/// @param patterns those that can match something
record ListMailboxes(
    boolean extended, ListSelection selection, List<ListPattern> patterns, ListReturn result)
    implements Command {
  private static final int PATTERNS_MAX = 100;

  /// Octets of all patterns together: each is held against every name.
  private static final int OCTETS_MAX = 8 * 1024;

  static ListMailboxes parse(ImapReader in) throws IOException {
    in.expectSpace();
    ListSelection selection = ListSelection.ALL;
    boolean extended = in.peek() == '(';
    if (extended) {
      selection = ListSelection.parse(in);
      in.expectSpace();
    }
    byte[] reference = in.astringBytes();
    in.expectSpace();
    List<byte[]> written = new ArrayList<>();
    int octets = 0;
    if (in.accept('(')) {
      extended = true;
      do {
        if (written.size() == PATTERNS_MAX) {
          throw CommandException.bad("Too many patterns");
        }
        written.add(in.listMailbox());
        octets += written.getLast().length;
        if (octets > OCTETS_MAX) {
          throw CommandException.bad("Too many patterns");
        }
      } while (in.acceptSpace());
      in.expect(')');
    } else {
      written.add(in.listMailbox());
    }
    ListReturn result = ListReturn.PLAIN;
    if (in.acceptSpace()) {
      extended = true;
      if (!in.acceptWord("RETURN")) {
        throw CommandException.bad("Expected RETURN");
      }
      in.expectSpace();
      result = ListReturn.parse(in);
    }
    List<ListPattern> patterns = new ArrayList<>();
    for (byte[] p : written) {
      if (p.length == 0) {
        if (!extended) {
          return new ListMailboxes(false, selection, null, result);
        }
        continue; // RFC 5258 §3: without meaning in the extended syntax
      }
      ListPattern pattern = ListPattern.of(in.names(), reference, p);
      if (pattern != null) {
        patterns.add(pattern);
      }
    }
    return new ListMailboxes(extended, selection, patterns, result);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    if (patterns == null) {
      // RFC 3501 §6.3.8: an empty name asks for the separator and the root
      s.out().untagged().raw("LIST (\\Noselect) \"/\" \"\"").crlf();
      return Reply.OK;
    }
    StatusItem.announce(s, result.status());
    Set<String> subscribed = s.account().subscriptions();
    for (Listing.Line line : Listing.of(s.places(), subscribed, selection, patterns)) {
      tell(s, line);
    }
    return Reply.OK;
  }

  private void tell(ImapSession s, Listing.Line line) throws IOException {
    ImapWriter out = s.out();
    begin(out, "LIST", attributes(s, line), line.name());
    if (selection.recursive() && line.chosenBelow()) {
      // RFC 5258 §3.5, §6: what is below and chosen, by which criteria
      out.raw(" (\"CHILDINFO\" (");
      String between = "";
      for (ListSelection.Criterion c : selection.criteria()) {
        out.raw(between).raw("\"").raw(c.word()).raw("\"");
        between = " ";
      }
      out.raw("))");
    }
    out.crlf();
    if (line.chosen() && line.place() != null && result.myRights()) {
      MyRights.tell(s, line.place()); // RFC 8440 §3
    }
    if (line.chosen() && isSelectable(line.place()) && !result.status().isEmpty()) {
      StatusItem.write(s, line.place(), result.status()); // RFC 5819 §2
    }
    if (line.chosen() && line.place() != null && Entries.isOpenTo(line.place().rights())) {
      tellMetadata(s, line.place());
    }
  }

  /// RFC 9590 §3; nothing where none is asked for.
  private void tellMetadata(ImapSession s, Place place) throws IOException {
    Entries entries = Entries.of(s, place);
    var responses = new MetadataResponses(s.out(), place.name());
    for (EntryName name : result.metadata()) {
      responses.add(name.written(), entries.value(name));
    }
    responses.end();
  }

  private List<String> attributes(ImapSession s, Listing.Line line) {
    boolean subscribed = line.subscribed() && (selection.bySubscription() || result.subscribed());
    if (line.place() == null) {
      // Who speaks plain IMAP4rev1 knows only the weaker word (RFC 5258 §3).
      String none = extended || s.has(Extension.IMAP4REV2) ? "\\NonExistent" : "\\Noselect";
      return attributes(null, none, line.children(), subscribed);
    }
    return attributes(line.place(), null, line.children(), subscribed);
  }

  /// @param none what to say where there is no mailbox
  static List<String> attributes(Place place, String none, boolean children, boolean subscribed) {
    List<String> attributes = new ArrayList<>();
    if (place == null) {
      attributes.add(none);
    } else if (!isSelectable(place)) {
      attributes.add("\\Noselect"); // RFC 4314 §4
    }
    if (place != null && !MailboxNames.canHaveInferiors(place.box().name())) {
      attributes.add("\\Noinferiors"); // RFC 9051 §7.3.1
    }
    attributes.add(children ? "\\HasChildren" : "\\HasNoChildren");
    if (subscribed) {
      attributes.add("\\Subscribed");
    }
    for (SpecialUse u : uses(place)) {
      attributes.add(u.attribute());
    }
    return attributes;
  }

  /// Sorted.
  static Set<SpecialUse> uses(Place place) {
    return place == null ? Set.of() : new TreeSet<>(place.specialUse());
  }

  private static boolean isSelectable(Place place) {
    return place != null && place.rights().has(Rights.Right.READ);
  }

  /// A response up to the name; what extends it may follow.
  static ImapWriter begin(ImapWriter out, String response, List<String> attributes, String name)
      throws IOException {
    return out.untagged().raw(response).space().list(attributes).raw(" \"/\" ").mailbox(name);
  }
}
