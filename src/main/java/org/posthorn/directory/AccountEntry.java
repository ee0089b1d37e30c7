package org.posthorn.directory;

import org.posthorn.mime.EmailAddress;
import org.posthorn.store.AccountId;

/// An account and its own address.
public record AccountEntry(AccountId account, EmailAddress address) {}
