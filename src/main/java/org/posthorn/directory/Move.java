package org.posthorn.directory;

import org.posthorn.mime.EmailAddress;

/// A user has another address now.
///
/// @param forwarded whether we send his mail there: 251 and not 551 (RFC 5321 §3.4)
public record Move(EmailAddress to, boolean forwarded) {}
