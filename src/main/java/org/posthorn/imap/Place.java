package org.posthorn.imap;

import org.posthorn.store.Account;
import org.posthorn.store.Mailbox;
import org.posthorn.store.Rights;

/// A mailbox that a client has named: whose it is, as it is now, and what this user may do with it.
///
/// @param name as this user knows it; [Mailbox#name] is what its owner calls it
public record Place(Account account, Mailbox box, String name, Rights rights) {}
