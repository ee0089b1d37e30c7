package org.posthorn.directory;

import org.posthorn.mime.EmailAddress;
import org.posthorn.net.NetworkSet;

/// @param users who has an inbox
/// @param postmaster who reads mail for the postmaster of domains that name nobody; null: see
///   [Directory#resolve]
/// @param trusted networks without the back-off per address
/// @param cost of passwords set from now on
public record DirectoryOptions(
    Users users, EmailAddress postmaster, NetworkSet trusted, HashCost cost) {

  /// Who has an inbox.
  public enum Users {
    /// Those whom an administrator made.
    KNOWN,
    /// Everybody: any address of any domain is an inbox made on first use, and any password opens
    /// it. For trying out, never for a server that others reach.
    ANY
  }

  public static final DirectoryOptions DEFAULT =
      new DirectoryOptions(Users.KNOWN, null, NetworkSet.LOOPBACK, HashCost.STANDARD);

  public DirectoryOptions withUsers(Users other) {
    return new DirectoryOptions(other, postmaster, trusted, cost);
  }

  public DirectoryOptions withPostmaster(EmailAddress other) {
    return new DirectoryOptions(users, other, trusted, cost);
  }

  public DirectoryOptions withTrusted(NetworkSet other) {
    return new DirectoryOptions(users, postmaster, other, cost);
  }

  public DirectoryOptions withCost(HashCost other) {
    return new DirectoryOptions(users, postmaster, trusted, other);
  }
}
