package org.posthorn.directory;

import org.posthorn.mime.EmailAddress;

/// An address, of an account or of nobody any more, with the one its user has now.
public record Moved(EmailAddress address, Move move) {}
