package org.posthorn.imap;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

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

  /// What an administrator decides of the extensions.
  ///
  /// @param switches those that are on
  /// @param literals how large one may be that a client sends without waiting
  /// @param submission users as which servers log in that may fetch by URLs which say `submit+`
  ///   (RFC 4467 §3)
  /// @param streaming the same for URLs that say `stream` (RFC 5593)
  public record Offer(
      Set<Switch> switches, Literals literals, Set<String> submission, Set<String> streaming) {
    public static final Offer NOTHING = new Offer(Set.of(), Literals.PLUS, Set.of(), Set.of());

    public Offer {
      switches = Set.copyOf(switches);
      submission = Set.copyOf(submission);
      streaming = Set.copyOf(streaming);
    }

    public Offer with(Switch s) {
      Set<Switch> more = EnumSet.of(s);
      more.addAll(switches);
      return new Offer(more, literals, submission, streaming);
    }

    public Offer withLiterals(Literals l) {
      return new Offer(switches, l, submission, streaming);
    }

    public Offer withSubmission(Set<String> users) {
      return new Offer(switches, literals, users, streaming);
    }

    public Offer withStreaming(Set<String> users) {
      return new Offer(switches, literals, submission, users);
    }
  }

  /// Extensions that not everybody wants.
  public enum Switch {
    /// A client may log out without hanging up; a proxy that checks logins in front of this server
    /// would not notice (RFC 8437 §8).
    UNAUTHENTICATE,
    /// A client may give up message numbers (RFC 9586); Outlook does so wherever it may, goes on
    /// using them, and shows nothing (seen in September 2025).
    UIDONLY,
    /// X-GM-EXT-1 is announced; what it means is answered without it, too. Clients that see it take
    /// this server for Gmail.
    GMAIL
  }

  /// RFC 7888: which of two is announced, and obeyed.
  public enum Literals {
    /// Of any size.
    PLUS("LITERAL+", Long.MAX_VALUE),
    /// RFC 7888 §5.
    MINUS("LITERAL-", 4096);

    private final String word;
    private final long unaskedMax;

    Literals(String word, long unaskedMax) {
      this.word = word;
      this.unaskedMax = unaskedMax;
    }

    String word() {
      return word;
    }

    /// Octets of one that comes without waiting.
    long unaskedMax() {
      return unaskedMax;
    }
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

  public boolean has(Switch s) {
    return offer.switches().contains(s);
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
