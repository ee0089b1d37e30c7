package org.posthorn.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Judges outside of this process.
public record Filters(
    @Key(
            doc =
                "Mail filters that speak the milter protocol. All are asked at the same time, when"
                    + " a message has come whole.",
            value = "[]",
            example =
                """
                name = "opendkim"
                socket = "unix:/run/opendkim/opendkim.sock"
                when-absent = "accept"
                """)
        List<Milter> milters,
    @Key(doc = "Rspamd, asked over HTTP.") Rspamd rspamd,
    @Key(doc = "ClamAV's daemon. Mail in which it finds something is refused.") Clamd clamd) {

  /// What becomes of mail about which a filter cannot be asked.
  public enum Absent {
    ACCEPT,
    DEFER
  }

  /// One milter.
  public record Milter(
      @Key(doc = "What it is called in the log and the trace; empty: its socket.", value = "\"\"")
          String name,
      @Key(
              doc =
                  "Where it listens: \"127.0.0.1:8891\", \"[::1]:8891\", or the path of a socket as"
                      + " \"unix:/run/filter.sock\".",
              value = "\"\"")
          String socket,
      @Key(doc = "How long it may take for a message.", value = "\"20s\"") Duration timeout,
      @Key(
              doc =
                  "What becomes of mail when it does not answer: \"accept\" takes it, \"defer\""
                      + " lets the sender try again later.",
              value = "\"accept\"")
          Absent whenAbsent,
      @Key(doc = "Whether it sees mail that your own users send, too.", value = "false")
          boolean submissions) {}

  /// Rspamd.
  public record Rspamd(
      @Key(
              doc =
                  "Where it listens, such as \"http://127.0.0.1:11333\" (its normal worker). Empty"
                      + " asks nobody.",
              value = "\"\"")
          String url,
      @Key(doc = "A file with the password it wants, if it wants one.", value = "\"\"")
          Path passwordFile,
      @Key(doc = "How long it may take for a message.", value = "\"20s\"") Duration timeout,
      @Key(
              doc = "What becomes of mail when it does not answer: \"accept\" or \"defer\".",
              value = "\"accept\"")
          Absent whenAbsent,
      @Key(doc = "Whether it sees mail that your own users send, too.", value = "false")
          boolean submissions) {}

  /// ClamAV.
  public record Clamd(
      @Key(
              doc =
                  "Where it listens: \"127.0.0.1:3310\", or the path of a socket as"
                      + " \"unix:/run/clamav/clamd.ctl\". Empty asks nobody.",
              value = "\"\"")
          String socket,
      @Key(doc = "How long it may take for a message.", value = "\"30s\"") Duration timeout,
      @Key(
              doc = "What becomes of mail when it does not answer: \"accept\" or \"defer\".",
              value = "\"accept\"")
          Absent whenAbsent,
      @Key(doc = "Whether it sees mail that your own users send, too.", value = "true")
          boolean submissions) {}
}
