package org.posthorn.imap.command;

import java.time.OffsetDateTime;
import org.posthorn.imap.wire.Announced;
import org.posthorn.store.Flags;

/// What comes next in the messages of APPEND or REPLACE.
sealed interface AppendStep {
  /// A message begins.
  ///
  /// @param received null for now
  /// @param catenates whether it is made of parts (RFC 4469)
  record Begin(Flags flags, OffsetDateTime received, boolean catenates) implements AppendStep {}

  /// Octets of it, to be read from the connection.
  record Octets(Announced literal) implements AppendStep {}

  /// Octets of it, to be copied from a message that is here already (RFC 4469).
  record Url(String url) implements AppendStep {}

  /// The message ends.
  record End() implements AppendStep {}
}
