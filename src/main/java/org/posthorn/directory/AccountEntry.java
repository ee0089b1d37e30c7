package org.posthorn.directory;

import org.posthorn.mime.EmailAddress;
import org.posthorn.store.AccountId;

/// An account and its own address.
///
/// @param shared whether it belongs to nobody in particular: its mailboxes are shown as shared ones
public record AccountEntry(AccountId account, EmailAddress address, boolean shared) {}
