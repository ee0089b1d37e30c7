package org.posthorn.directory;

import org.posthorn.mime.EmailAddress;

/// What is demanded of a new password.
public enum PasswordRules {
  /// Long enough, not the address, not one that everybody tries first.
  STRONG,
  /// Whatever the administrator insists on, but not nothing.
  ANY;

  /// Throws [DirectoryException] if the password will not do.
  void check(EmailAddress owner, String password) {
    if (password.isEmpty()) {
      throw new DirectoryException(
          DirectoryException.Reason.WEAK_PASSWORD, "the password is empty");
    }
  }
}
