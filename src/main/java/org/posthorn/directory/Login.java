package org.posthorn.directory;

import java.time.Duration;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.sasl.Judgement;
import org.posthorn.store.AccountId;

/// How a login ended.
public sealed interface Login extends Judgement {
  /// @param address the account's own address
  record Ok(AccountId account, EmailAddress address) implements Login {}

  /// Unknown name or wrong password; nobody is told which.
  record Refused() implements Login {}

  /// The client is who it says, and wants to act as somebody else.
  record OtherIdentity() implements Login {}

  /// The token is good, and not for reading mail.
  record InsufficientScope() implements Login {}

  /// Too many failed before; nothing was looked at.
  record TooMany(Duration retryAfter) implements Login {}

  /// We cannot tell just now: too much to do, or the store does not answer.
  record Unavailable() implements Login {}

  @Override
  default Verdict verdict() {
    return switch (this) {
      case Ok _ -> Verdict.ACCEPTED;
      case Refused _, OtherIdentity _ -> Verdict.REFUSED;
      case InsufficientScope _ -> Verdict.INSUFFICIENT_SCOPE;
      case TooMany _, Unavailable _ -> Verdict.UNDECIDED;
    };
  }
}
