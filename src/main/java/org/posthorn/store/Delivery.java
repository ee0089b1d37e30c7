package org.posthorn.store;

import java.time.OffsetDateTime;

/// One recipient's copy of a message: where it goes, and how that ended.
public final class Delivery {
  private Delivery() {}

  /// @param mailbox name; must exist
  /// @param use a mailbox of the account for this goes before that name, if there is one; or null
  /// @param head our trace lines with CRLF, at most 16 KiB; may be empty
  /// @param received INTERNALDATE
  public record Target(
      AccountId account,
      String mailbox,
      SpecialUse use,
      byte[] head,
      Flags flags,
      OffsetDateTime received) {
    public static final int HEAD_MAX = 16 * 1024;

    public Target(
        AccountId account, String mailbox, byte[] head, Flags flags, OffsetDateTime received) {
      this(account, mailbox, null, head, flags, received);
    }

    public Target {
      if (head.length > HEAD_MAX) {
        throw new IllegalArgumentException("head of " + head.length + " octets");
      }
    }
  }

  public sealed interface Outcome {
    /// Durable.
    record Delivered(Changes.Appended entry) implements Outcome {}

    /// Will not be taken: over quota, no such mailbox, no such account.
    record NotTaken(Refused.Reason reason, String text) implements Outcome {}

    /// Not now. Nothing is written, or it is unknown whether it is.
    record Failed(String text, Throwable cause) implements Outcome {}
  }
}
