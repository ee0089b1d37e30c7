package org.posthorn.dns;

/// Where a service is (RFC 2782).
///
/// @param priority smaller ones are tried first
/// @param weight how often it is chosen among those of one priority
/// @param host in lower case, without the dot at the end; "" says that there is no such service
public record Srv(int priority, int weight, int port, String host) {}
