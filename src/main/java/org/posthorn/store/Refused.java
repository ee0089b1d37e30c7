package org.posthorn.store;

/// A change that the store will not make; nothing of it was written. Carries no stack trace: it is
/// an answer.
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// Why; each has its RFC 5530 response code.
  public enum Reason {
    NONEXISTENT,
    ALREADY_EXISTS,
    OVER_QUOTA,
    /// A limit of the store: keywords of a mailbox, mailboxes of an account, size of one commit.
    LIMIT,
    /// May not be done with this mailbox, such as deleting INBOX.
    CANNOT,
    HAS_CHILDREN,
    /// The message is gone.
    EXPUNGED
  }

  private final Reason reason;

  public Refused(Reason reason, String text) {
    super(text, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
