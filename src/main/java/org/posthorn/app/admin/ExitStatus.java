package org.posthorn.app.admin;

/// How programs that call `sendmail` learn what came of it: the numbers of BSD's `sysexits.h`.
public final class ExitStatus {
  public static final int OK = 0;

  /// The command line makes no sense.
  public static final int USAGE = 64;

  /// The message makes none.
  public static final int DATA = 65;

  public static final int NO_USER = 67;

  /// Refused, or we cannot.
  public static final int UNAVAILABLE = 69;

  /// Trying later may help.
  public static final int TRY_AGAIN = 75;

  private ExitStatus() {}
}
