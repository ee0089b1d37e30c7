package org.posthorn.trust.dmarc;

/// What was found out about a message, with what reports about it need.
///
/// @param record that decided, null without
/// @param organization the domain at the top of the organization of the domain in From; "" if the
///   result does not depend on it
public record DmarcFinding(DmarcResult result, DmarcRecord record, String organization) {}
