package org.posthorn.directory;

import java.time.Duration;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.AccountId;

/// How a login ended.
public sealed interface Login {
  /// @param address the account's own address
  record Ok(AccountId account, EmailAddress address) implements Login {}

  /// Unknown name or wrong password; nobody is told which.
  record Refused() implements Login {}

  /// Too many failed before; nothing was looked at.
  record TooMany(Duration retryAfter) implements Login {}

  /// We cannot tell just now: too much to do, or the store does not answer.
  record Unavailable() implements Login {}
}
