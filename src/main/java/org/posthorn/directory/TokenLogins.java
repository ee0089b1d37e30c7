package org.posthorn.directory;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.net.InetAddress;
import org.posthorn.directory.token.Checked;
import org.posthorn.directory.token.Tokens;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.Addresses;
import org.posthorn.net.sasl.Claim;

/// Lets in whom a token names.
///
/// A token that its issuer made and that is over is no guess: programs send such a one and then
/// fetch another. Others count against the address they come from, and against no account, or
/// anybody could keep an account waiting whose owner has no password to guess.
final class TokenLogins {
  private static final System.Logger LOG = System.getLogger("posthorn.directory");

  private final Tokens tokens;
  private final Resolver resolver;
  private final DirectoryOptions options;
  private final LoginBackoff backoff;

  TokenLogins(Tokens tokens, Resolver resolver, DirectoryOptions options, LoginBackoff backoff) {
    this.tokens = tokens;
    this.resolver = resolver;
    this.options = options;
    this.backoff = backoff;
  }

  Login login(Claim.Token claim, InetAddress from) {
    // A client asks like that what token we want (RFC 7628 §3.2.2).
    if (claim.token().isEmpty()) return new Login.Refused();
    boolean limited = !options.trusted().contains(from);
    LoginBackoff.Attempt attempt = backoff.beginWithoutName(Addresses.limitKey(from), limited);
    if (!attempt.waiting().isZero()) return new Login.TooMany(attempt.waiting());
    boolean guess = false;
    try {
      Checked checked = tokens.check(claim.token());
      guess = checked instanceof Checked.Bad bad && bad.guess();
      return switch (checked) {
        case Checked.Good good -> enter(claim, good.address());
        case Checked.Bad bad -> {
          LOG.log(INFO, "token-refused user={0} reason={1}", claim.authzid(), bad.reason());
          yield new Login.Refused();
        }
        case Checked.InsufficientScope _ -> new Login.InsufficientScope();
        case Checked.Unknown unknown -> {
          LOG.log(WARNING, "login-undecided reason={0}", unknown.reason());
          yield new Login.Unavailable();
        }
      };
    } finally {
      if (guess) attempt.failed();
      else attempt.undecided();
    }
  }

  private Login enter(Claim.Token claim, String named) {
    EmailAddress address = EmailAddress.parse(named);
    AccountEntry account = address == null ? null : resolver.account(address);
    if (account == null) {
      LOG.log(INFO, "token-refused user={0} reason=no-account", claim.authzid());
      return new Login.Refused();
    }
    if (!claim.authzid().isEmpty()) {
      EmailAddress wanted = EmailAddress.parse(claim.authzid());
      if (wanted == null || !Names.key(wanted).equals(Names.key(account.address()))) {
        return new Login.OtherIdentity();
      }
    }
    return new Login.Ok(account.account(), account.address());
  }
}
