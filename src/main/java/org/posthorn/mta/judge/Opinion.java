package org.posthorn.mta.judge;

/// What a judge outside of this server says of a message.
///
/// @param judge his name in the configuration, lower case
/// @param words for people
public record Opinion(String judge, Verdict.Action advice, String words) {}
