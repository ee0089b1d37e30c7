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

  /// The doors.
  public record Listen(
      @Key(doc = "Mail from other servers; STARTTLS is offered.", value = "{ bind = [\"*:25\"] }")
          Door smtp,
      @Key(doc = "Mail from your users' programs, with STARTTLS.", value = "{ bind = [\"*:587\"] }")
          Door submission,
      @Key(
              doc =
                  "Mail from your users' programs, with TLS from the first byte. The best choice.",
              value = "{ bind = [\"*:465\"] }")
          Door submissions,
      @Key(doc = "IMAP with STARTTLS.", value = "{ bind = [\"*:143\"] }") Door imap,
      @Key(
              doc = "IMAP with TLS from the first byte. The best choice.",
              value = "{ bind = [\"*:993\"] }")
          Door imaps,
      @Key(doc = "POP3 with STLS.", value = "{ bind = [\"*:110\"] }") Door pop3,
      @Key(doc = "POP3 with TLS from the first byte.", value = "{ bind = [\"*:995\"] }") Door pop3s,
      @Key(
              doc =
                  "Local delivery (LMTP) for another mail server in front of this one. It asks for"
                      + " no password: bind it where only that server can reach it.",
              value = "{ enabled = false, bind = [\"127.0.0.1:24\"] }")
          Door lmtp) {}

  /// One door.
  public record Door(
      @Key(doc = "Whether to listen at all.", value = "true") boolean enabled,
      @Key(
              doc =
                  "Where to listen: \"192.0.2.1:25\", \"[2001:db8::1]:25\", or \"*:25\" for every"
                      + " address of the machine.",
              value = "[]")
          List<Endpoint> bind) {}

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
          Path clientCa) {}

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

  /// Ways to log in.
  public record Auth(
      @Key(
              doc =
                  "When to offer SCRAM, by which a program proves that it knows the password and"
                      + " does not send it: \"complete\" when everybody can use it, \"always\", or"
                      + " \"never\". Passwords with characters that SCRAM forbids, such as control"
                      + " characters, keep it away from all, because programs that see it try"
                      + " nothing else.",
              value = "\"complete\"")
          Scram scram,
      @Key(
              doc =
                  "Bearer tokens of an OAuth 2.0 issuer (OAUTHBEARER, XOAUTH2). They are taken when"
                      + " either keys or introspection says how to judge them.")
          Tokens tokens) {}

  /// Bearer tokens.
  public record Tokens(
      @Key(
              doc =
                  "The keys with which the issuer signs its tokens, which are JWTs then: a JWKS"
                      + " file, or the https URL where the issuer publishes it (jwks_uri).",
              value = "\"\"")
          String keys,
      @Key(
              doc =
                  "The https URL where the issuer is asked about each token (RFC 7662), instead of"
                      + " keys. For an issuer on this machine also http.",
              value = "\"\"")
          String introspection,
      @Key(doc = "With introspection: the name by which the issuer knows us.", value = "\"\"")
          String clientId,
      @Key(
              doc = "With introspection: the file that holds our secret there, and nothing else.",
              value = "\"\"")
          Path clientSecretFile,
      @Key(doc = "The issuer, as its tokens have it in `iss`. Needed with keys.", value = "\"\"")
          String issuer,
      @Key(
              doc =
                  "For whom tokens must be made out: one of these is in their `aud`. Needed with"
                      + " keys, else the issuer's token for something else would open the mail.",
              value = "[]")
          List<String> audience,
      @Key(doc = "The claim that holds the mail address of the account.", value = "\"email\"")
          String addressClaim,
      @Key(
              doc =
                  "Words that must be in a token's `scope`, with spaces between them. Clients are"
                      + " told them. Empty asks for none.",
              value = "\"\"")
          String scope,
      @Key(
              doc =
                  "Where the issuer describes itself (.well-known/openid-configuration); clients"
                      + " whose token is refused are told.",
              value = "\"\"")
          String openidConfiguration,
      @Key(
              doc = "How far the clocks of the issuer and this machine may differ, at most \"5m\".",
              value = "\"1m\"")
          Duration clockSkew) {}

  /// When SCRAM is offered.
  public enum Scram {
    COMPLETE,
    ALWAYS,
    NEVER
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
          BareNewlines bareNewline) {}

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

  /// IMAP.
  public record Imap(
      @Key(
              doc =
                  "How often an idling client is told that the server is still there. Some networks"
                      + " forget connections that are silent for longer.",
              value = "\"2m\"")
          Duration stillHere,
      @Key(doc = "Longest silence of a logged-in client; at least 30 minutes.", value = "\"35m\"")
          Duration timeout,
      @Key(doc = "Longest time until a client has logged in.", value = "\"60s\"")
          Duration loginTimeout,
      @Key(
              doc =
                  "Whether a client may log out and in again, as another user too, on one"
                      + " connection (UNAUTHENTICATE). Leave it off behind a proxy that looks at"
                      + " logins: it would miss the second.",
              value = "false")
          boolean unauthenticate,
      @Key(
              doc =
                  "Whether a client may do without message numbers (UIDONLY). Outlook asks for it,"
                      + " uses them all the same, and shows no messages then.",
              value = "false")
          boolean uidOnly,
      @Key(
              doc =
                  "How users reach you, as a URI: mail programs may show it. Empty takes the"
                      + " postmaster of the default domain.",
              value = "\"\"")
          String contact,
      @Key(doc = "A note for all users, which mail programs may show.", value = "\"\"")
          String comment,
      @Key(
              doc =
                  "Addresses of accounts whose users may set the quota of every account by IMAP"
                      + " (SETQUOTA).",
              value = "[]")
          List<String> administrators,
      @Key(
              doc =
                  "What a client may send without waiting to be told to go on: \"plus\" literals of"
                      + " any size (LITERAL+), \"minus\" up to 4096 octets (LITERAL-), so that a"
                      + " message that is too large is refused before it is sent.",
              value = "\"plus\"")
          Literal literal,
      @Key(
              doc =
                  "Addresses of accounts as which submission servers log in. They may fetch what"
                      + " your users have authorised by URLs that say submit+ (URLAUTH, BURL).",
              value = "[]")
          List<String> submissionUsers,
      @Key(
              doc = "The same for servers that play audio and video, and URLs that say stream.",
              value = "[]")
          List<String> streamingUsers,
      @Key(
              doc =
                  "Whether to announce Gmail's extensions (X-GM-EXT-1). They are answered in any"
                      + " case; programs that see the announcement treat this server as Gmail: they"
                      + " delete by moving to the trash and expect a mailbox with all mail.",
              value = "false")
          boolean gmailExtensions) {}

  /// Literals that come unasked.
  public enum Literal {
    PLUS,
    MINUS
  }

  /// POP3.
  public record Pop3(
      @Key(doc = "Longest silence of a client; at least 10 minutes.", value = "\"10m\"")
          Duration timeout) {}

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
