package org.posthorn.directory;

import org.posthorn.mime.EmailAddress;
import org.posthorn.net.NetworkSet;

/// @param users who has an inbox
/// @param postmaster who reads mail for the postmaster of domains that name nobody; null: see
///   [Directory#resolve]
/// @param trusted networks without the back-off per address
/// @param cost of passwords set from now on
/// @param scram when SCRAM is offered
public record DirectoryOptions(
    Users users, EmailAddress postmaster, NetworkSet trusted, HashCost cost, Scram scram) {

  /// Who has an inbox.
  public enum Users {
    /// Those whom an administrator made.
    KNOWN,
    /// Everybody: any address of any domain is an inbox made on first use, and any password opens
    /// it. For trying out, never for a server that others reach.
    ANY
  }

  /// When SCRAM is offered.
  public enum Scram {
    /// When everybody who has a password can use it.
    COMPLETE,
    /// Also when somebody cannot: he uses another mechanism, if his program finds that out.
    ALWAYS,
    NEVER
  }

  public static final DirectoryOptions DEFAULT =
      new DirectoryOptions(
          Users.KNOWN, null, NetworkSet.LOOPBACK, HashCost.STANDARD, Scram.COMPLETE);

  public DirectoryOptions withUsers(Users other) {
    return new DirectoryOptions(other, postmaster, trusted, cost, scram);
  }

  public DirectoryOptions withPostmaster(EmailAddress other) {
    return new DirectoryOptions(users, other, trusted, cost, scram);
  }

  public DirectoryOptions withTrusted(NetworkSet other) {
    return new DirectoryOptions(users, postmaster, other, cost, scram);
  }

  public DirectoryOptions withCost(HashCost other) {
    return new DirectoryOptions(users, postmaster, trusted, other, scram);
  }

  public DirectoryOptions withScram(Scram other) {
    return new DirectoryOptions(users, postmaster, trusted, cost, other);
  }
}
