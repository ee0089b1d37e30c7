package org.posthorn.mta.trace;

import java.time.Instant;
import java.util.function.Consumer;
import org.posthorn.mime.VisibleText;

/// One thing that happened to a message. [Kind] says what the texts are; they are cut to bounds
/// here, and control characters taken out: strangers wrote some of them.
///
/// @param recipient address without brackets, or ""
/// @param where host, account or destination, or ""
/// @param how ours: protocol, TLS, reason; or ""
/// @param words a reply, theirs or ours, or ""
/// @param next when it is tried again, or null
public record Event(
    Instant at, Kind kind, String recipient, String where, String how, String words, Instant next) {
  /// Longer than any address that is accepted.
  static final int RECIPIENT_MAX = 600;

  /// As long as a Message-ID may be.
  static final int WHERE_MAX = 1_000;

  static final int HOW_MAX = 400;
  static final int WORDS_MAX = 1_000;

  /// What an event takes in memory besides its texts, about.
  private static final int OBJECTS = 200;

  public Event {
    recipient = clean(recipient, RECIPIENT_MAX);
    where = clean(where, WHERE_MAX);
    how = clean(how, HOW_MAX);
    words = clean(words, WORDS_MAX);
  }

  /// Octets in memory, about.
  int weight() {
    return OBJECTS + 2 * (recipient.length() + where.length() + how.length() + words.length());
  }

  /// Tells the terms by which this event's message can be found.
  void terms(Consumer<Term> each) {
    switch (kind) {
      case CONNECTED -> tell(each, Term.host(where));
      case RECEIVED -> tell(each, Term.messageId(where));
      case LOGGED_IN, SENDER, ACCEPTED, REFUSED, QUEUED, NOTICE ->
          tell(each, Term.address(recipient));
      case EXPANDED, STORED -> {
        tell(each, Term.address(recipient));
        tell(each, Term.address(where));
      }
      case MESSAGE_REFUSED,
          NOT_STORED,
          DUPLICATE,
          ANSWERED,
          BROKEN_OFF,
          TRIED,
          DELIVERED,
          DEFERRED,
          FAILED,
          HELD,
          RELEASED,
          DROPPED,
          REROUTED,
          REMARK,
          CHECKED -> {
        // Whom it is about was told by an earlier one.
      }
    }
  }

  private static void tell(Consumer<Term> each, Term term) {
    if (!term.text().isEmpty()) {
      each.accept(term);
    }
  }

  static String clean(String text, int max) {
    String cut = text;
    if (text.length() > max) {
      int end = Character.isHighSurrogate(text.charAt(max - 2)) ? max - 2 : max - 1;
      cut = text.substring(0, end) + "…";
    }
    return VisibleText.of(cut);
  }
}
