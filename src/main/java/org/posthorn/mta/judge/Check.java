package org.posthorn.mta.judge;

import java.time.Duration;

/// One thing that was looked at, for the trace.
///
/// @param name such as `spf`, `dkim`, `list`
/// @param result a word, such as `pass`
/// @param words for people
public record Check(String name, String result, String words, Duration took) {}
