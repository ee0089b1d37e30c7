package org.posthorn.directory;

import java.util.concurrent.atomic.LongAdder;

/// What happened since the start. `app` publishes it.
public final class Counters {
  /// Addresses asked for.
  public final LongAdder resolved = new LongAdder();

  /// Names that had to be read from the store.
  public final LongAdder namesRead = new LongAdder();

  /// Alias chains cut because they are too long, too many or lead back.
  public final LongAdder aliasesCut = new LongAdder();

  public final LongAdder loginsAccepted = new LongAdder();
  public final LongAdder loginsRefused = new LongAdder();

  /// Turned away by the back-off, without a look at the password.
  public final LongAdder loginsTooMany = new LongAdder();

  /// Not decided: the hashing pool was full, or the store did not answer.
  public final LongAdder loginsUnavailable = new LongAdder();

  /// Logins that needed no hash, because the same password was verified a moment ago.
  public final LongAdder loginsRemembered = new LongAdder();

  /// Argon2 hashes computed to verify a password, also for names that do not exist.
  public final LongAdder verifications = new LongAdder();

  /// Credentials made.
  public final LongAdder credentialsMade = new LongAdder();

  /// Work the hashing pool would not take.
  public final LongAdder hashesRejected = new LongAdder();

  public final LongAdder accountsMade = new LongAdder();
  public final LongAdder accountsRemoved = new LongAdder();
}
