package org.posthorn.imap;

import java.time.Duration;
import java.util.List;

/// How one listener speaks.
///
/// @param hostname our name in the greeting
/// @param version what ID tells
/// @param cleartext where a password may cross without TLS
/// @param messageMax octets of the largest message APPEND takes
/// @param stillHere how often IDLE says so
/// @param loginTimeout from the greeting to the login
/// @param idleTimeout between commands after login; RFC 3501 §5.4 asks for 30 minutes at least
/// @param dataTimeout for each wait within a command
/// @param offer extensions that not everybody wants
/// @param site what the server says of itself
public record ImapConfig(
    String hostname,
    String version,
    Cleartext cleartext,
    long messageMax,
    Duration stillHere,
    Duration loginTimeout,
    Duration idleTimeout,
    Duration dataTimeout,
    Offer offer,
    Site site) {
  public static final long MESSAGE_MAX = 50L << 20;
  public static final Duration STILL_HERE = Duration.ofMinutes(2);
  public static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(60);
  public static final Duration IDLE_TIMEOUT = Duration.ofMinutes(35);
  public static final Duration DATA_TIMEOUT = Duration.ofMinutes(5);

  /// Where LOGIN and AUTHENTICATE work without TLS.
  public enum Cleartext {
    /// Nowhere (RFC 8314 §3).
    REFUSED,
    /// From this very machine.
    LOOPBACK,
    /// Everywhere: passwords cross the network for all to read.
    ALLOWED
  }

  /// Extensions that an administrator switches on.
  ///
  /// @param unauthenticate whether a client may log out without hanging up; a proxy that checks
  ///   logins in front of this server would not notice (RFC 8437 §8)
  /// @param uidOnly whether a client may give up message numbers (RFC 9586); Outlook does so
  ///   wherever it may, goes on using them, and shows nothing (seen in September 2025)
  public record Offer(boolean unauthenticate, boolean uidOnly) {
    public static final Offer NOTHING = new Offer(false, false);
  }

  /// What the administrator has to say; each may be empty.
  ///
  /// @param contact how to reach him, a URI (RFC 5464 §3.2.1.1 `/shared/admin`)
  /// @param comment for all users (`/shared/comment`)
  /// @param administrators addresses of accounts whose users may set quotas
  public record Site(String contact, String comment, List<String> administrators) {
    public static final Site SILENT = new Site("", "", List.of());
  }

  public ImapConfig {
    if (hostname.isEmpty() || messageMax < 65536) {
      throw new IllegalArgumentException("hostname missing, or message limit under 64 KiB");
    }
    if (idleTimeout.compareTo(Duration.ofMinutes(30)) < 0) {
      throw new IllegalArgumentException("RFC 3501 §5.4: the timeout is 30 minutes at least");
    }
    if (!stillHere.isPositive() || !loginTimeout.isPositive() || !dataTimeout.isPositive()) {
      throw new IllegalArgumentException("timeouts are positive");
    }
  }

  public static ImapConfig of(String hostname, String version) {
    return new ImapConfig(
        hostname,
        version,
        Cleartext.REFUSED,
        MESSAGE_MAX,
        STILL_HERE,
        LOGIN_TIMEOUT,
        IDLE_TIMEOUT,
        DATA_TIMEOUT,
        Offer.NOTHING,
        Site.SILENT);
  }

  public ImapConfig withCleartext(Cleartext c) {
    return new ImapConfig(
        hostname,
        version,
        c,
        messageMax,
        stillHere,
        loginTimeout,
        idleTimeout,
        dataTimeout,
        offer,
        site);
  }

  public ImapConfig withMessageMax(long octets) {
    return new ImapConfig(
        hostname,
        version,
        cleartext,
        octets,
        stillHere,
        loginTimeout,
        idleTimeout,
        dataTimeout,
        offer,
        site);
  }

  public ImapConfig withStillHere(Duration every) {
    return new ImapConfig(
        hostname,
        version,
        cleartext,
        messageMax,
        every,
        loginTimeout,
        idleTimeout,
        dataTimeout,
        offer,
        site);
  }

  public ImapConfig withLoginTimeout(Duration limit) {
    return new ImapConfig(
        hostname,
        version,
        cleartext,
        messageMax,
        stillHere,
        limit,
        idleTimeout,
        dataTimeout,
        offer,
        site);
  }

  public ImapConfig withOffer(Offer o) {
    return new ImapConfig(
        hostname,
        version,
        cleartext,
        messageMax,
        stillHere,
        loginTimeout,
        idleTimeout,
        dataTimeout,
        o,
        site);
  }

  public ImapConfig withSite(Site what) {
    return new ImapConfig(
        hostname,
        version,
        cleartext,
        messageMax,
        stillHere,
        loginTimeout,
        idleTimeout,
        dataTimeout,
        offer,
        what);
  }
}
