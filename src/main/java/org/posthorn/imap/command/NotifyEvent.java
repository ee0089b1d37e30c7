package org.posthorn.imap.command;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.posthorn.imap.wire.CommandException;

/// RFC 5465 §5: what a client can ask to be told.
enum NotifyEvent {
  MESSAGE_NEW("MessageNew"),
  MESSAGE_EXPUNGE("MessageExpunge"),
  FLAG_CHANGE("FlagChange"),
  MAILBOX_NAME("MailboxName"),
  SUBSCRIPTION_CHANGE("SubscriptionChange"),
  MAILBOX_METADATA_CHANGE("MailboxMetadataChange"),
  SERVER_METADATA_CHANGE("ServerMetadataChange");

  private final String word;

  NotifyEvent(String word) {
    this.word = word;
  }

  /// Whether it is about messages and not about a mailbox's name.
  boolean ofMessages() {
    return this == MESSAGE_NEW || this == MESSAGE_EXPUNGE || this == FLAG_CHANGE;
  }

  static NotifyEvent find(String word) {
    for (NotifyEvent e : values()) {
      if (e.word.equalsIgnoreCase(word)) {
        return e;
      }
    }
    // RFC 5465 §3.1: NO, with all that we do tell
    String known = Arrays.stream(values()).map(e -> e.word).collect(Collectors.joining(" "));
    throw CommandException.no("BADEVENT (" + known + ")", "Unknown event");
  }
}
