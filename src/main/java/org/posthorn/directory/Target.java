package org.posthorn.directory;

import org.posthorn.mime.EmailAddress;
import org.posthorn.store.AccountId;

/// Where mail for an address goes.
///
/// @param address the account's own address, as it was written when the account was made
/// @param detail what stood behind the `+`, or ""
public record Target(AccountId account, EmailAddress address, String detail) {}
