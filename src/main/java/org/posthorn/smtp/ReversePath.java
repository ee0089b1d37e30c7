package org.posthorn.smtp;

import org.posthorn.mime.EmailAddress;

/// Whom to tell of failures (RFC 5321 §4.1.1.2).
///
/// @param address null in the null reverse-path `<>`, the one of notifications, which must never
///   cause another (RFC 5321 §4.5.5)
public record ReversePath(EmailAddress address) {
  public static final ReversePath NULL = new ReversePath(null);

  public boolean isNull() {
    return address == null;
  }

  /// With brackets, as on the wire.
  @Override
  public String toString() {
    return isNull() ? "<>" : "<" + address + ">";
  }
}
