package org.posthorn.directory;

/// A domain of ours.
///
/// @param name as A-labels
/// @param recipients how many are listed, of a domain that others are for
public record DomainEntry(String name, DomainSettings settings, int recipients) {}
