package org.posthorn.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.app.config.Endpoint;
import org.posthorn.app.config.Filters;
import org.posthorn.mta.filter.Clamd;
import org.posthorn.mta.filter.HttpPost;
import org.posthorn.mta.filter.Milter;
import org.posthorn.mta.filter.OutsideJudge;
import org.posthorn.mta.filter.OutsideJudges;
import org.posthorn.mta.filter.Rspamd;
import org.posthorn.mta.filter.Terms;
import org.posthorn.net.Dialer;

/// Makes the judges outside of this process of what the configuration says, or says what is wrong
/// there.
public final class FilterSettings {
  /// Octets of a file with a password.
  private static final int PASSWORD_MAX = 4096;

  /// A sender's server waits ten minutes for the reply to a message (RFC 5321 §4.5.3.2.6).
  private static final Duration LIMIT_MAX = Duration.ofMinutes(5);

  /// Octets of the path of a Unix-domain socket, as the kernel has room for them.
  private static final int UNIX_MAX = 107;

  private FilterSettings() {}

  /// @throws CommandFailed when something is missing or wrong
  public static OutsideJudges of(Filters config, Dialer dialer, HttpPost http) {
    List<OutsideJudge> judges = new ArrayList<>();
    for (Filters.Milter m : config.milters()) {
      SocketAddress to = socket("milters: socket", m.socket());
      String name = m.name().isEmpty() ? m.socket() : m.name();
      Terms terms = terms("milters", name, m.timeout(), m.whenAbsent(), m.submissions());
      judges.add(new Milter(terms, dialer, to));
    }
    Filters.Rspamd r = config.rspamd();
    if (!r.url().isEmpty()) {
      Terms terms = terms("rspamd", "rspamd", r.timeout(), r.whenAbsent(), r.submissions());
      judges.add(new Rspamd(terms, http, url(r.url()), password(r.passwordFile())));
    }
    Filters.Clamd c = config.clamd();
    if (!c.socket().isEmpty()) {
      Terms terms = terms("clamd", "clamd", c.timeout(), c.whenAbsent(), c.submissions());
      judges.add(new Clamd(terms, dialer, socket("clamd.socket", c.socket())));
    }
    return new OutsideJudges(judges, dialer.ticker());
  }

  private static Terms terms(
      String where, String name, Duration limit, Filters.Absent absent, boolean submissions) {
    if (!limit.isPositive() || limit.compareTo(LIMIT_MAX) > 0) {
      throw wrong(where + ".timeout is between 1s and " + LIMIT_MAX.toMinutes() + "m");
    }
    Terms.Absent then =
        switch (absent) {
          case ACCEPT -> Terms.Absent.ACCEPT;
          case DEFER -> Terms.Absent.DEFER;
        };
    return new Terms(name, limit, then, submissions);
  }

  /// As Postfix and Sendmail write it, too: `inet:`, `unix:` or `local:` before it.
  private static SocketAddress socket(String where, String text) {
    for (String prefix : List.of("unix:", "local:")) {
      if (text.startsWith(prefix)) {
        return unix(where, text.substring(prefix.length()));
      }
    }
    if (text.startsWith("/")) {
      return unix(where, text);
    }
    try {
      InetSocketAddress to = Endpoint.parse(text.replaceFirst("^inet6?:", "")).address();
      if (to.getAddress().isAnyLocalAddress() || to.getPort() == 0) {
        throw wrong(where + ": " + text + " is nowhere to go");
      }
      return to;
    } catch (IllegalArgumentException e) {
      throw wrong(where + ": " + e.getMessage());
    }
  }

  private static SocketAddress unix(String where, String path) {
    if (!path.startsWith("/") || path.length() > UNIX_MAX) {
      throw wrong(where + ": " + path + " is not the whole path of a socket");
    }
    try {
      return UnixDomainSocketAddress.of(path);
    } catch (InvalidPathException e) {
      throw wrong(where + ": " + path + " is not a path");
    }
  }

  private static URI url(String text) {
    try {
      URI uri = new URI(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // No URL.
    }
    throw wrong("rspamd.url: " + text + " is not an http URL");
  }

  private static String password(Path file) {
    if (file.toString().isEmpty()) {
      return "";
    }
    try {
      if (Files.size(file) > PASSWORD_MAX) {
        throw wrong("rspamd.password-file: " + file + " is too long for a password");
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw wrong("rspamd.password-file: " + file + " cannot be read: " + e.getMessage());
    }
  }

  private static CommandFailed wrong(String what) {
    return new CommandFailed("filters." + what);
  }
}
