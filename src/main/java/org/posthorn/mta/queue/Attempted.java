package org.posthorn.mta.queue;

import java.time.Instant;

/// What a try came to for one recipient.
///
/// @param recipient as it was during the try
/// @param outcome a deferral of a message whose time is over has become a failure here
/// @param next when it is tried again; null: this is the end
public record Attempted(QueuedRecipient recipient, Outcome outcome, Instant next) {}
