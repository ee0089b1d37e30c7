/// Judges outside of this process: milters, rspamd, ClamAV.
///
/// Each is asked about a message once, after all of it has come and before the reply to its end:
/// [OutsideJudges][org.posthorn.mta.filter.OutsideJudges] asks all of them at the same time, each
/// on a virtual thread of its own, and makes an
/// [OutsideVerdict][org.posthorn.mta.filter.OutsideVerdict] of every answer, of every failure and
/// of every silence. What the verdicts come to together is for `mta.judge` to say.
///
/// # Rules for editors
///
/// - A judge may hang, lie, close early and send frames of four gigabytes: that costs its own limit
///   of time and a few kilobytes, and its word is then what its
///   [Terms][org.posthorn.mta.filter.Terms] say of its absence.
/// - Nothing of a judge's words gets into a header or a reply but printable ASCII.
/// - What cannot be done is not offered: see `Negotiation` for what a milter is told it may change.
/// - No judge makes mail disappear: who wants it discarded gets it refused.
/// - No sockets here: connections come from [org.posthorn.net.Dialer], HTTP from an injected
///   [HttpPost][org.posthorn.mta.filter.HttpPost].
package org.posthorn.mta.filter;
