package org.posthorn.directory;

import org.posthorn.mime.EmailAddress;
import org.posthorn.store.Account;

/// Record `k/address/own` of an account: its own address, for listing and checking.
final class AddressRecord {
  static final String KIND = "address";
  static final String ID = "own";

  private static final int FORMAT = 1;

  private AddressRecord() {}

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
