package org.posthorn.directory;

/// An administrator's wish that was not carried out. The text is one clear line for him; it never
/// holds a password.
public final class DirectoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// Why.
  public enum Reason {
    /// No address, no domain name, or longer than we keep.
    INVALID,
    NO_SUCH_DOMAIN,
    /// No such account or alias.
    NO_SUCH_NAME,
    ALREADY_EXISTS,
    /// A domain that still has accounts.
    NOT_EMPTY,
    /// An alias that leads to itself or to nobody, or too many targets.
    BAD_TARGET,
    WEAK_PASSWORD,
    /// A limit of ours.
    LIMIT,
    /// The store or the hashing pool cannot now; later is right.
    UNAVAILABLE
  }

  private final Reason reason;

  public DirectoryException(Reason reason, String text) {
    this(reason, text, null);
  }

  public DirectoryException(Reason reason, String text, Throwable cause) {
    super(text, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
