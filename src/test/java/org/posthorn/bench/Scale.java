package org.posthorn.bench;

/// How much is done.
///
/// @param quick to see that everything works, not to compare
/// @param messages in the mailbox that IMAP works on
/// @param connections that are idle at once
/// @param millis how long a round that is not a fixed amount of work goes on
record Scale(boolean quick, int messages, int connections, int millis) {
  private static final int QUICK = 10;
  private static final int QUICK_MILLIS = 300;
  private static final int QUICK_CONNECTIONS = 40;

  /// As asked for, or about a tenth of all.
  static Scale of(boolean quick, int messages, int connections, int millis) {
    return quick
        ? new Scale(true, messages / QUICK, connections / QUICK_CONNECTIONS, QUICK_MILLIS)
        : new Scale(false, messages, connections, millis);
  }

  /// So many, or a tenth.
  int of(int amount) {
    return quick ? Math.max(1, amount / QUICK) : amount;
  }
}
