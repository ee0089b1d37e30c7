package org.posthorn.store;

/// How much a [Store] holds at one moment.
///
/// @param segmentOctets of all segment files
/// @param liveOctets of the messages in them that somebody still has; an estimate
/// @param pageCacheOctets heap that decoded mailbox pages take
/// @param incomingOctets heap that messages being received take
/// @param accounts accounts in memory
public record StoreFigures(
    long segmentOctets, long liveOctets, long pageCacheOctets, long incomingOctets, int accounts) {}
