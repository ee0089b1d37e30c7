package org.posthorn.directory;

import org.posthorn.mime.EmailAddress;
import org.posthorn.store.Account;

/// Records of an account: `k/address/own`, its own address, for listing and checking, and
/// `k/address/shared`, which is there if the account is a shared one.
final class AddressRecord {
  static final String KIND = "address";
  static final String ID = "own";

  private static final int FORMAT = 1;

  /// Record that marks an account as shared.
  static final String SHARED = "shared";

  private AddressRecord() {}

  static byte[] shared() {
    return new RowText.Writer(FORMAT).done();
  }

  static boolean isShared(Account account) {
    return account.record(KIND, SHARED) != null;
  }

  static byte[] encode(EmailAddress address) {
    return new RowText.Writer(FORMAT).text(address.localPart()).text(address.domain()).done();
  }

  /// Null if the account was not made by a directory.
  static EmailAddress read(Account account) {
    byte[] row = account.record(KIND, ID);
    if (row == null) return null;
    RowText.Reader r = new RowText.Reader(row, FORMAT);
    return new EmailAddress(r.text(), r.text());
  }
}
