package org.posthorn.directory;

import org.posthorn.mime.EmailAddress;

/// An address elsewhere that one of ours leads to.
///
/// @param via the address of ours that leads there: the last one on the way
/// @param owner who hears of failures there instead of the sender: the owner of a group that has
///   one; else null
public record Outside(EmailAddress address, EmailAddress via, Via kind, EmailAddress owner) {

  public Outside(EmailAddress address, EmailAddress via, Via kind) {
    this(address, via, kind, null);
  }

  /// What `via` is.
  public enum Via {
    ALIAS,
    GROUP,
    /// An account whose owner has its mail sent on, or who has moved.
    FORWARD
  }
}
