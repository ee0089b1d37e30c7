package org.posthorn.app.config;

import java.nio.file.Path;
import java.util.List;

/// Sending mail to other servers.
public record Outbound(
    @Key(
            doc =
                "Whether mail leaves this server. Without, it waits in the queue until it is told"
                    + " to go, or has become too old.",
            value = "true")
        boolean enabled,
    @Key(
            doc =
                "The name by which this server greets others (EHLO). It should be the name that"
                    + " its address has in the DNS. Empty takes `hostname`.",
            value = "\"\"")
        String hostname,
    @Key(
            doc = "The port where servers of domains are tried. Other ones than 25 are for tests.",
            value = "25")
        int port,
    @Key(
            doc =
                "When mail goes over IPv6: \"auto\" when the server's IPv6 address has a name"
                    + " that leads back to it, for many refuse it otherwise; \"always\", or"
                    + " \"never\".",
            value = "\"auto\"")
        Ipv6 ipv6,
    @Key(
            doc =
                "Whether mail may go to addresses of this machine and of private networks because"
                    + " a domain's records say so. Smarthosts may have such an address in any"
                    + " case.",
            value = "false")
        boolean allowPrivate,
    @Key(
            doc =
                "Other names and addresses by which this server is known outside, such as that of"
                    + " a router that passes port 25 on. Mail that would go there would come"
                    + " back.",
            value = "[]")
        List<String> alsoKnownAs,
    @Key(
            doc = "The IPv4 address of this machine to send from. Empty leaves it to the system.",
            value = "\"\"")
        String source4,
    @Key(
            doc = "The IPv6 address of this machine to send from. Empty leaves it to the system.",
            value = "\"\"")
        String source6,
    @Key(
            doc =
                "Domains to whose servers mail goes only over TLS: \"example.org\","
                    + " \"*.example.org\" for all below it, or \"*\". Where it is not to be"
                    + " had, mail waits and comes back in the end. Everywhere else TLS is used"
                    + " when it is offered.",
            value = "[]")
        List<String> requireTls,
    @Key(
            doc = "Other addresses to send from, by the sender's domain. The first that fits.",
            value = "[]",
            example =
                """
                sender = "example.org"
                source4 = "198.51.100.7"
                """)
        List<Source> sources,
    @Key(
            doc =
                "Servers that take mail from this one and pass it on, by the domains of sender"
                    + " and recipient. The first that fits; with none, mail goes to the servers"
                    + " of its domain.",
            value = "[]",
            example =
                """
                host = "smtp.example.net"
                user = "me@example.net"
                password-file = "/etc/posthorn/smarthost.password"
                """)
        List<Smarthost> smarthosts) {
  /// When mail goes over IPv6.
  public enum Ipv6 {
    AUTO,
    ALWAYS,
    NEVER
  }

  /// Where a domain sends from.
  public record Source(
      @Key(doc = "The domain of the sender, \"*.example.org\" or \"*\".", value = "\"*\"")
          String sender,
      @Key(doc = "The IPv4 address.", value = "\"\"") String source4,
      @Key(doc = "The IPv6 address.", value = "\"\"") String source6) {}

  /// A smarthost.
  public record Smarthost(
      @Key(
              doc =
                  "For mail from this domain: \"example.org\", \"*.example.org\" for all below"
                      + " it, or \"*\".",
              value = "\"*\"")
          String sender,
      @Key(doc = "For mail to this domain, in the same forms.", value = "\"*\"") String recipient,
      @Key(doc = "Its name or address. Its MX records are not looked at.", value = "\"\"")
          String host,
      @Key(doc = "Its port.", value = "587") int port,
      @Key(
              doc =
                  "\"required\" over TLS by STARTTLS or not at all, \"implicit\" with TLS from"
                      + " the first byte as on port 465, \"opportunistic\" with STARTTLS if it is"
                      + " offered, \"never\" in clear, the password too.",
              value = "\"required\"")
          SmarthostTls tls,
      @Key(
              doc =
                  "Whether its certificate must be good for its name, with \"required\" and"
                      + " \"implicit\".",
              value = "true")
          boolean verify,
      @Key(doc = "As whom to log in. Empty does not.", value = "\"\"") String user,
      @Key(doc = "The file that holds the password, and nothing else.", value = "\"\"")
          Path passwordFile) {}

  /// TLS towards a smarthost.
  public enum SmarthostTls {
    REQUIRED,
    IMPLICIT,
    OPPORTUNISTIC,
    NEVER
  }
}
