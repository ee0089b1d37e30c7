package org.posthorn.mta.filter;

import java.io.IOException;
import java.time.Duration;

/// Somebody outside of this process whose opinion of mail is asked. Any thread may ask, many at
/// once.
public sealed interface OutsideJudge permits Milter, Rspamd, Clamd {
  Terms terms();

  /// Asks about one message.
  ///
  /// @param within for everything, the connection included
  /// @throws IOException when it cannot be heard: it does not take the connection, is too slow,
  ///   breaks off, or does not speak the protocol
  OutsideVerdict judge(Letter letter, Duration within) throws IOException;
}
