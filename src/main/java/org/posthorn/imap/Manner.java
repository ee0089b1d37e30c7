package org.posthorn.imap;

import java.util.Set;

/// How a client wants to be told of changes, by what it has enabled.
///
/// @param enabled changes when the client enables more
record Manner(Set<Extension> enabled) {
  /// Flags are told with their MODSEQ (RFC 7162 §3.1).
  boolean modSeqs() {
    return enabled.contains(Extension.CONDSTORE);
  }

  /// Expunges are told as VANISHED (RFC 7162 §3.2.10).
  boolean vanished() {
    return resyncs() || uidsOnly();
  }

  /// The client may come back with what it knew (RFC 7162 §3.2).
  boolean resyncs() {
    return enabled.contains(Extension.QRESYNC);
  }

  /// Messages have no numbers for this client (RFC 9586).
  boolean uidsOnly() {
    return enabled.contains(Extension.UIDONLY);
  }

  /// Whether the client knows of `\Recent` (RFC 9051 §E, item 12).
  boolean recent() {
    return !enabled.contains(Extension.IMAP4REV2);
  }
}
