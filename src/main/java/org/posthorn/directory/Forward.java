package org.posthorn.directory;

import org.posthorn.mime.EmailAddress;

/// An account with the addresses its mail is sent on to.
public record Forward(EmailAddress address, Forwarding forwarding) {}
