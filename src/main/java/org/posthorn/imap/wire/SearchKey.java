package org.posthorn.imap.wire;

import java.time.LocalDate;
import java.util.List;
import java.util.function.Predicate;

/// RFC 3501 §6.4.4: what a message must be like to be found, as a tree.
public sealed interface SearchKey {
  /// All of them; no keys at all is `ALL`.
  record And(List<SearchKey> keys) implements SearchKey {}

  record Or(SearchKey left, SearchKey right) implements SearchKey {}

  record Not(SearchKey key) implements SearchKey {}

  /// Message sequence numbers.
  record Numbers(SequenceSet set) implements SearchKey {}

  record Uids(SequenceSet set) implements SearchKey {}

  /// A system flag or a keyword that is set.
  record Flag(String flag) implements SearchKey {}

  /// First seen by this session. `NEW` is this without `\Seen`, `OLD` its opposite.
  record Recent() implements SearchKey {}

  /// Which date of a message is looked at.
  enum DateOf {
    /// INTERNALDATE.
    ARRIVAL,
    /// When the message came into this mailbox (RFC 8514 §4.3).
    SAVED,
    /// The Date field of the header.
    SENT
  }

  /// The day, time and zone disregarded, is in [from, before); null is open.
  record Day(DateOf of, LocalDate from, LocalDate before) implements SearchKey {}

  /// INTERNALDATE is so many seconds ago: that or longer if `older`, else that or less (RFC 5032).
  record Age(boolean older, long seconds) implements SearchKey {}

  /// More octets than `than` if `larger`, else fewer.
  record Size(boolean larger, long than) implements SearchKey {}

  /// Changed in this operation or later (RFC 7162 §3.1.5).
  record ModSeq(long from) implements SearchKey {}

  /// Exactly that message, or the messages of that thread (RFC 8474 §6). Case counts.
  record ObjectId(boolean thread, String id) implements SearchKey {}

  /// A header field of that name contains the text; an empty text asks for the field alone.
  record Header(String name, String text) implements SearchKey {}

  record Body(String text) implements SearchKey {}

  /// In header or body.
  record Text(String text) implements SearchKey {}

  /// As a person would mean it, not to the letter (RFC 6203).
  record Fuzzy(SearchKey key) implements SearchKey {}

  /// X-GM-MSGID, X-GM-THRID: the ids of [ObjectId] as Gmail has them, numbers.
  record GmailId(boolean thread, long id) implements SearchKey {}

  /// X-GM-LABELS: a mailbox in which the message lies, a use, or a keyword.
  record Label(String name) implements SearchKey {}

  /// Has a part that is a file, whose name contains the text.
  record Attachment(String name) implements SearchKey {}

  /// A search that is stored under that name (RFC 5466 §3.1).
  record Filter(String name) implements SearchKey {}

  /// Whether a stored search is named anywhere within.
  default boolean usesFilters() {
    return anyWithin(k -> k instanceof Filter);
  }

  /// Whether a MODSEQ is asked for anywhere within.
  default boolean asksModSeq() {
    return anyWithin(k -> k instanceof ModSeq);
  }

  /// Whether messages are named by their numbers anywhere within.
  default boolean usesNumbers() {
    return anyWithin(k -> k instanceof Numbers n && !n.set().saved());
  }

  /// Whether anything within is to be matched fuzzily, so that there are scores.
  default boolean isFuzzy() {
    return anyWithin(k -> k instanceof Fuzzy);
  }

  /// Whether `$` is anywhere within.
  default boolean usesSaved() {
    return anyWithin(k ->
        (k instanceof Numbers n && n.set().saved()) || (k instanceof Uids u && u.set().saved()));
  }

  /// How many conditions there are within, of which each may cost a look at every message.
  default int conditions() {
    return switch (this) {
      case And a -> a.keys().stream().mapToInt(SearchKey::conditions).sum();
      case Or o -> o.left().conditions() + o.right().conditions();
      case Not n -> n.key().conditions();
      case Fuzzy f -> f.key().conditions();
      default -> 1;
    };
  }

  /// Whether this or a key within is such a one.
  default boolean anyWithin(Predicate<SearchKey> such) {
    return such.test(this)
        || switch (this) {
          case And a -> a.keys().stream().anyMatch(k -> k.anyWithin(such));
          case Or o -> o.left().anyWithin(such) || o.right().anyWithin(such);
          case Not n -> n.key().anyWithin(such);
          case Fuzzy f -> f.key().anyWithin(such);
          default -> false;
        };
  }
}
