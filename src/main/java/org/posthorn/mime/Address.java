package org.posthorn.mime;

import java.util.List;

/// An address of a header field. RFC 5322 §3.4.
public sealed interface Address {
  /// @param name the display name without quoting, encoded words undecoded; null if none
  /// @param route source route of the obsolete syntax (RFC 5322 §4.4) as written, or null
  /// @param localPart without quoting; may be empty in broken mail, never null
  /// @param domain as written; empty if it is missing, never null
  record Mailbox(String name, String route, String localPart, String domain) implements Address {
    /// The name for people, encoded words decoded; null if there is none.
    public String displayName() {
      return EncodedWords.decode(name);
    }

    /// As an envelope address, or null if it is not one.
    public EmailAddress email() {
      return domain.isEmpty() ? null : EmailAddress.of(localPart, domain);
    }
  }

  /// @param name as in [Mailbox]; never null
  record Group(String name, List<Mailbox> members) implements Address {
    public Group {
      members = List.copyOf(members);
    }
  }
}
