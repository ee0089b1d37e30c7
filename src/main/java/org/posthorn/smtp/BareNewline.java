package org.posthorn.smtp;

/// What a listener does with a CR or LF that is not part of a CRLF.
///
/// RFC 5321 §2.3.8 forbids both. Servers that disagree about whether such an octet ends a line can
/// be made to disagree about where a message ends (SMTP smuggling, VU#302671); so under either
/// setting it never takes part in ending a message.
public enum BareNewline {
  /// The message is refused, after it has been read to its true end.
  REJECT,
  /// A bare LF becomes CRLF, a CR that ends no line becomes a space, superfluous CRs before a CRLF
  /// go. What then looks like a dot alone on its line is text.
  NORMALISE
}
