package org.posthorn.store;

import java.util.Locale;

/// What a mailbox is for (RFC 6154 §2); an attribute, never a name.
public enum SpecialUse {
  ALL("\\All"),
  ARCHIVE("\\Archive"),
  DRAFTS("\\Drafts"),
  FLAGGED("\\Flagged"),
  JUNK("\\Junk"),
  SENT("\\Sent"),
  TRASH("\\Trash"),
  IMPORTANT("\\Important"), // RFC 8457 §4
  /// RFC 9979. Its `\\Scheduled` and `\\Snoozed` would promise that the server sends and wakes.
  MEMOS("\\Memos");

  /// The name under which it is metadata (RFC 6154 §4), private to the owner.
  public static final String ENTRY = "/specialuse";

  private final String attribute;

  /// Whether it names a view of messages that lie elsewhere, which no mailbox here is.
  public boolean isVirtual() {
    return this == ALL || this == FLAGGED;
  }

  SpecialUse(String attribute) {
    this.attribute = attribute;
  }

  /// As IMAP writes it, with the backslash.
  public String attribute() {
    return attribute;
  }

  /// The use with this attribute (compared without case), or null.
  public static SpecialUse find(String attribute) {
    for (SpecialUse u : values()) {
      if (u.attribute.toLowerCase(Locale.ROOT).equals(attribute.toLowerCase(Locale.ROOT))) {
        return u;
      }
    }
    return null;
  }
}
