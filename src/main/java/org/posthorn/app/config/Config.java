package org.posthorn.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.posthorn.net.NetworkSet;

/// Everything `posthorn serve` can be told.
public record Config(
    @Key(
            doc =
                "The name this server has for others: in its banners, in Received lines and in its"
                    + " self-signed certificate. Should be the name your MX record points to. Empty"
                    + " takes the machine's own name.",
            value = "\"\"")
        String hostname,
    @Key(
            doc = "Where all mail and all keys are kept. One server owns it at a time.",
            value = "\"/var/lib/posthorn\"")
        Path data,
    @Key(
            doc =
                "Domains to receive mail for, made at the start when they do not exist. A domain"
                    + " that is taken off this list stays; `posthorn domain remove` removes it.",
            value = "[]")
        List<String> domains,
    @Key(
            doc =
                "The domain of mail for `postmaster` without a domain, and for the server's bare IP"
                    + " address. Empty takes the first of `domains`, or the hostname.",
            value = "\"\"")
        String defaultDomain,
    @Key(
            doc =
                "The address that reads mail for the postmaster of domains where nobody is named"
                    + " so. Empty takes the first account that was made.",
            value = "\"\"")
        String postmaster,
    @Key(doc = "The doors. A list of addresses to listen on each, and whether it is open.")
        Listen listen,
    @Key(doc = "Certificates.") Tls tls,
    @Key(doc = "What one client, and all clients together, may use.") Limits limits,
    @Key(doc = "Who the neighbours are.") Network network,
    @Key(doc = "Logging in.") Login login,
    @Key(doc = "The ways to prove who one is.") Auth auth,
    @Key(doc = "Receiving mail.") Smtp smtp,
    @Key(doc = "What strangers have to pass before they may send.") Gate gate,
    @Key(doc = "What becomes of mail that other servers bring.") Judge judge,
    @Key(doc = "How much one account may send.") Sending sending,
    @Key(doc = "Sending by this server without a login.") Relay relay,
    @Key(doc = "Judges outside of this server that are asked about mail: milters, rspamd, ClamAV.")
        Filters filters,
    @Key(doc = "Sending mail to other servers.") Outbound outbound,
    @Key(doc = "TLS between mail servers as domains ask for it (MTA-STS, RFC 8461).") MtaSts mtaSts,
    @Key(doc = "Mail that waits to be delivered.") Queue queue,
    @Key(doc = "Signing of mail that leaves (DKIM).") Dkim dkim,
    @Key(doc = "Asking name servers.") Dns dns,
    @Key(doc = "Reports about mail: counted, sent, received (DMARC, TLS-RPT).") Reports reports,
    @Key(doc = "Reading mail by IMAP.") Imap imap,
    @Key(doc = "Reading mail by POP3.") Pop3 pop3,
    @Key(doc = "What is remembered of the way of every message, for `posthorn trace`.") Trace trace,
    @Key(doc = "Figures for Prometheus under /metrics, and /healthz/live and /healthz/ready.")
        Metrics metrics,
    @Key(doc = "The log: one line of key=value pairs per event.") Log log) {

  /// The default domain, by name or by its default.
  public String defaultDomain(String ownName) {
    if (!defaultDomain.isEmpty()) {
      return defaultDomain;
    }
    return domains.isEmpty() ? ownName : domains.getFirst();
  }

  /// Certificates.
  public record Tls(
      @Key(
              doc =
                  "Certificates in PEM files, chosen by the name the client asks for; the first is"
                      + " the default. With none, a self-signed one is made and kept in the data"
                      + " directory. Changed files are noticed by themselves.",
              value = "[]",
              example =
                  """
                  certificate = "/etc/letsencrypt/live/mail.example.org/fullchain.pem"
                  key = "/etc/letsencrypt/live/mail.example.org/privkey.pem"
                  """)
          List<Certificate> certificates,
      @Key(
              doc =
                  "The authorities that sign certificates of your users, in a PEM file. With it the"
                      + " doors where users log in ask for a certificate; whoever has one logs in"
                      + " as the mail address in it, without a password (SASL EXTERNAL). Empty asks"
                      + " nobody. Revoked certificates are not noticed.",
              value = "\"\"")
          Path clientCa,
      @Key(
              doc =
                  "Authorities that are believed about other mail servers and policy hosts besides"
                      + " those of the system, in a PEM file.",
              value = "\"\"")
          Path caFile) {}

  /// One certificate with its key.
  public record Certificate(
      @Key(doc = "The certificate and the chain behind it, PEM.", value = "\"\"") Path certificate,
      @Key(doc = "Its private key, PEM, not encrypted.", value = "\"\"") Path key) {}

  /// Limits.
  public record Limits(
      @Key(
              doc = "Connections of all protocols together; with little memory, fewer.",
              value = "20000")
          int connections,
      @Key(
              doc =
                  "Connections from one IPv4 address or one IPv6 /64. The machine itself and"
                      + " trusted networks are exempt.",
              value = "100")
          int connectionsPerAddress,
      @Key(doc = "The largest message that is accepted.", value = "\"50MiB\"") ByteSize messageSize,
      @Key(doc = "Recipients of one message.", value = "1000") int recipients) {}

  /// Networks.
  public record Network(
      @Key(
              doc =
                  "Networks exempt from the limits per address, such as \"10.0.0.0/8\". They may"
                      + " not relay: that takes a password.",
              value = "[]")
          NetworkSet trusted,
      @Key(
              doc =
                  "Networks of proxies that begin every connection with a PROXY header (version 1"
                      + " or 2). Connections from there without one are closed.",
              value = "[]")
          NetworkSet proxies) {}

  /// Passwords over clear connections.
  public record Login(
      @Key(
              doc =
                  "Who may send a password over a connection without TLS: \"never\" nobody,"
                      + " \"loopback\" programs on the machine itself.",
              value = "\"never\"")
          Cleartext cleartext) {}

  /// Who may log in without TLS.
  public enum Cleartext {
    NEVER,
    LOOPBACK
  }

  /// Receiving.
  public record Smtp(
      @Key(
              doc =
                  "Whether users may log in on port 25 too. Their programs should use 465 or 587;"
                      + " attackers try 25.",
              value = "false")
          boolean authOn25,
      @Key(
              doc =
                  "What to do with line ends that are not CRLF in a message: \"refuse\" answers"
                      + " 5xx, \"convert\" stores CRLF. They never end a message either way.")
          BareNewlines bareNewline,
      @Key(
              doc =
                  "Whether to take messages with parts of arbitrary octets (BINARYMIME). Such parts"
                      + " are stored in base64.",
              value = "false")
          boolean binarymime) {}

  /// How much one account may send.
  public record Sending(
      @Key(
              doc =
                  "Messages in an hour. An account that goes beyond one of these limits is stopped"
                      + " until you release it (`posthorn account unfreeze`), and the postmaster is"
                      + " told: somebody may have its password. 0 lifts a limit.",
              value = "500")
          int messagesPerHour,
      @Key(doc = "Messages in a day.", value = "2000") int messagesPerDay,
      @Key(doc = "Recipients in an hour it never wrote to before.", value = "200")
          int newRecipientsPerHour,
      @Key(doc = "Recipients in a day it never wrote to before.", value = "500")
          int newRecipientsPerDay) {}

  /// Relaying.
  public record Relay(
      @Key(
              doc =
                  "Networks whose hosts may send to anywhere, under any sender and without a login,"
                      + " on ports 25, 465 and 587: printers, scanners, other servers of yours."
                      + " Whoever else is in such a network may do so, too.",
              value = "[]")
          NetworkSet networks) {}

  /// Bare line ends by door.
  public record BareNewlines(
      @Key(doc = "From other servers.", value = "\"refuse\"") BareNewline smtp,
      @Key(doc = "From users, on both submission doors.", value = "\"convert\"")
          BareNewline submission,
      @Key(doc = "By local delivery.", value = "\"convert\"") BareNewline lmtp) {}

  /// What becomes of a bare line end.
  public enum BareNewline {
    REFUSE,
    CONVERT
  }

  /// POP3.
  public record Pop3(
      @Key(doc = "Longest silence of a client; at least 10 minutes.", value = "\"10m\"")
          Duration timeout) {}

  /// Waiting mail.
  public record Queue(
      @Key(
              doc =
                  "How long to wait after the first try, the second, and so on; the last one"
                      + " repeats. Up to a tenth of each, and half of the last, is taken off by"
                      + " chance.",
              value = "[\"5m\", \"10m\", \"20m\", \"40m\", \"1h\", \"2h\", \"4h\"]")
          List<Duration> retry,
      @Key(
              doc = "After how long a message that cannot be delivered comes back to its sender.",
              value = "\"4d\"")
          Duration expire,
      @Key(doc = "After how long its sender is told that it takes longer.", value = "\"4h\"")
          Duration delayNotice,
      @Key(
              doc =
                  "Deliveries at once. Those to servers that take longer than ten seconds do not"
                      + " count: ten times as many of these may be under way.",
              value = "100")
          int concurrency,
      @Key(
              doc =
                  "Deliveries at once to one domain, at most. It begins with two, grows while the"
                      + " domain's servers take mail, and shrinks when they say it is too much.",
              value = "20")
          int perDomain,
      @Key(
              doc = "Domains that want no more than so many messages a minute.",
              value = "[]",
              example =
                  """
                  domain = "example.com"
                  per-minute = 60
                  """)
          List<Rate> rate) {}

  /// How fast a domain takes mail.
  public record Rate(
      @Key(doc = "The domain, or the name of a smarthost.", value = "\"\"") String domain,
      @Key(doc = "Messages a minute.", value = "60") int perMinute) {}

  /// What is remembered of messages.
  public record Trace(
      @Key(
              doc =
                  "For how long. The story of a message is kept until nothing has happened in it"
                      + " for that time: who brought it, every reply, where it went; never what is"
                      + " in it. \"0s\" remembers nothing.",
              value = "\"30d\"")
          Duration keep,
      @Key(
              doc =
                  "Room for it in the data directory, before the database packs it; about 700"
                      + " bytes are a message. Beyond, the oldest messages are forgotten sooner.",
              value = "\"10GiB\"")
          ByteSize size) {}

  /// Metrics.
  public record Metrics(
      @Key(doc = "Whether to answer.", value = "true") boolean enabled,
      @Key(
              doc = "Where. Keep it on the machine itself: it asks for no password.",
              value = "\"127.0.0.1:9025\"")
          Endpoint bind) {}

  /// The log.
  public record Log(
      @Key(
              doc = "Least level of a line: \"debug\", \"info\", \"warning\" or \"error\".",
              value = "\"info\"")
          Level level,
      @Key(
              doc =
                  "A file to append to; empty is standard error. After moving it away, `posthorn"
                      + " reload` opens a new one.",
              value = "\"\"")
          Path file) {}

  /// Levels of the log.
  public enum Level {
    DEBUG,
    INFO,
    WARNING,
    ERROR
  }
}
