package org.posthorn.smtp.server;

/// Counts what a client does too much of in one session. Each answers whether it is too much now.
/// One thread.
final class Excesses {
  /// Commands that make no sense.
  private static final int BAD_COMMANDS_MAX = 20;

  /// Recipients refused for ever to a stranger: lists have dead members, but who has so many is
  /// trying names.
  private static final int REFUSED_RECIPIENTS_MAX = 100;

  /// Commands since the last message that did nothing for a message: of strangers, and of who is
  /// logged in.
  private static final int IDLE_COMMANDS_MAX = 200;

  private static final int IDLE_COMMANDS_KNOWN_MAX = 10_000;

  private static final int FAILED_LOGINS_MAX = 3;

  private int mails;
  private int badCommands;
  private int refusedRecipients;
  private int idleCommands;
  private int failedLogins;

  boolean badCommand() {
    return ++badCommands > BAD_COMMANDS_MAX;
  }

  boolean refusedRecipient() {
    return ++refusedRecipients > REFUSED_RECIPIENTS_MAX;
  }

  /// @param known whether the client is logged in
  boolean idleCommand(boolean known) {
    return ++idleCommands > (known ? IDLE_COMMANDS_KNOWN_MAX : IDLE_COMMANDS_MAX);
  }

  boolean failedLogin() {
    return ++failedLogins >= FAILED_LOGINS_MAX;
  }

  /// @param max 0 for any number
  boolean mail(int max) {
    return max > 0 && ++mails > max;
  }

  /// A message came: who brings mail may say more in between.
  void message() {
    idleCommands = 0;
  }
}
