package org.posthorn.smtp;

import org.posthorn.mime.EmailAddress;

/// One recipient as named by the client, source route dropped (RFC 5321 §4.1.1.3).
///
/// @param address null for `<Postmaster>` without a domain, which every server that receives mail
///   takes (RFC 5321 §4.5.1)
public record ForwardPath(EmailAddress address) {
  public static final ForwardPath POSTMASTER = new ForwardPath(null);

  public boolean isPostmaster() {
    return address == null;
  }

  /// With brackets, as on the wire.
  @Override
  public String toString() {
    return isPostmaster() ? "<postmaster>" : "<" + address + ">";
  }
}
