package org.posthorn.mta.trace;

/// What happened. Each says what the texts of its [Event] are; those not named are empty.
///
/// The order is that of the octets on the disk: new ones go to the end.
public enum Kind {
  /// `where` IP address, `how` protocol and TLS, `words` the name it gave.
  CONNECTED,
  /// `recipient` address of the account.
  LOGGED_IN,
  /// `recipient` the reverse-path, "" for the null one; `how` parameters of MAIL.
  SENDER,
  /// `recipient`, `words` our reply.
  ACCEPTED,
  /// `recipient`, `words` our reply.
  REFUSED,
  /// `recipient` stands for `where`, another address; `how` why: alias, group, forward.
  EXPANDED,
  /// All octets came: `where` Message-ID without brackets, `how` their number and form.
  RECEIVED,
  /// The message, or its sender, was not taken: `words` our reply.
  MESSAGE_REFUSED,
  /// `recipient`, `where` address of the account, `how` mailbox.
  STORED,
  /// `recipient`, `where` address of the account, `words` why not.
  NOT_STORED,
  /// `recipient` had it before, by a session that broke off before its reply was heard.
  DUPLICATE,
  /// To the whole message: `words` our reply.
  ANSWERED,
  /// The client went away: `words` when or why.
  BROKEN_OFF,
  /// `recipient`, `where` destination.
  QUEUED,
  /// `recipient` or "" for several, `where` host.
  TRIED,
  /// `recipient`, `where` host or "" for here, `how` TLS, `words` its reply.
  DELIVERED,
  /// `recipient`, `where` host, `how` ours, `words` the host's, `next` attempt.
  DEFERRED,
  /// `recipient`, `where` host, `how` ours, `words` the host's.
  FAILED,
  /// To `recipient`, `where` queue id of the notice, `how` of what.
  NOTICE,
  /// `recipient` or "" for all, `words` by whom or why.
  HELD,
  /// As [#HELD].
  RELEASED,
  /// As [#HELD].
  DROPPED,
  /// `recipient`, `where` the new destination, `words` by whom.
  REROUTED,
  /// Anything else worth knowing: `recipient` or "", `words`.
  REMARK,
  /// Something about a stranger's message was looked at: `where` what, `how` result and time,
  /// `words`.
  CHECKED;

  private static final Kind[] ALL = values();

  /// The kind of that number, or null.
  static Kind of(int number) {
    return number < ALL.length ? ALL[number] : null;
  }
}
