package org.posthorn.mime;

import java.util.Locale;

/// An envelope address: the Mailbox of RFC 5321 §4.1.2. Compares without case.
///
/// @param localPart without quoting
/// @param domain lower case, A-labels; or an address literal with its brackets
public record EmailAddress(String localPart, String domain) {
  /// Null if the text is no Mailbox.
  public static EmailAddress parse(String text) {
    int at = text.lastIndexOf('@');
    return at < 1 ? null : of(text.substring(0, at), text.substring(at + 1));
  }

  /// From a local part without quoting and a domain as somebody wrote it; null if they cannot make
  /// a Mailbox.
  public static EmailAddress of(String localPart, String domain) {
    return new EmailAddress(localPart, domain.toLowerCase(Locale.ROOT));
  }

  /// As it stands in an SMTP path, the local part quoted if it must be.
  @Override
  public String toString() {
    return localPart + "@" + domain;
  }
}
