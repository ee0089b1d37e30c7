package org.posthorn.directory;

import org.posthorn.mime.EmailAddress;
import org.posthorn.store.AccountId;

/// Where mail for an address goes.
///
/// @param address the account's own address, as it was written when the account was made
/// @param detail what stood behind the separator of a sub-address, or ""
/// @param separator which it was; meaningless without a detail
public record Target(AccountId account, EmailAddress address, String detail, char separator) {
  public static final char USUAL_SEPARATOR = '+';

  public Target(AccountId account, EmailAddress address, String detail) {
    this(account, address, detail, USUAL_SEPARATOR);
  }

  /// The address with its detail: what Delivered-To says.
  public EmailAddress deliveredTo() {
    if (detail.isEmpty()) return address;
    EmailAddress detailed =
        EmailAddress.of(address.localPart() + separator + detail, address.domain());
    return detailed == null ? address : detailed; // null: too long together
  }
}
