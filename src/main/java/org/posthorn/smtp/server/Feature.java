package org.posthorn.smtp.server;

/// The extensions of SMTP that a listener offers or not, as [SmtpConfig] says. All others it always
/// offers.
public enum Feature {
  /// BDAT (RFC 3030 §2).
  CHUNKING,
  /// Messages of arbitrary octets (RFC 3030 §3); needs CHUNKING.
  BINARYMIME,
  /// Addresses and headers in UTF-8 (RFC 6531).
  SMTPUTF8,
  /// The sender says of what it wants to be told (RFC 3461, RFC 6533).
  DSN,
  /// RFC 6710.
  MT_PRIORITY,
  /// RFC 2852.
  DELIVERBY,
  /// RFC 4865. For submission.
  FUTURERELEASE,
  /// RFC 8689. Offered under TLS.
  REQUIRETLS,
  /// RFC 9422.
  LIMITS,
  /// Messages made of what lies in our users' mailboxes (RFC 4468). For submission.
  BURL,
  /// A host says that it is there and takes the mail of its domain (RFC 1985).
  ETRN
}
