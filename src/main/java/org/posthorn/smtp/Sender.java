package org.posthorn.smtp;

/// What MAIL announces.
///
/// @param size declared by SIZE= (RFC 1870), 0 if it was not
/// @param eightBit BODY=8BITMIME was given (RFC 6152)
public record Sender(ReversePath path, long size, boolean eightBit) {}
