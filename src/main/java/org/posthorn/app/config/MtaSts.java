package org.posthorn.app.config;

import java.time.Duration;
import java.util.List;

/// Policies about TLS between mail servers (MTA-STS, RFC 8461): that of our domains, and those of
/// others.
public record MtaSts(
    @Key(
            doc =
                "What other servers are to do when they reach none of your servers under a good"
                    + " certificate: \"testing\" sends all the same and reports it to you,"
                    + " \"enforce\" keeps the mail back, \"none\" gives the policy up. It is served"
                    + " at https://mta-sts.DOMAIN/.well-known/mta-sts.txt by `listen.https`, and by"
                    + " the port of the metrics for a web server in front. Nobody looks there"
                    + " without the record that `posthorn dns zone DOMAIN` prints.",
            value = "\"testing\"")
        Mode mode,
    @Key(
            doc = "How long other servers keep your policy. With \"enforce\" weeks are usual.",
            value = "\"7d\"")
        Duration maxAge,
    @Key(
            doc =
                "The names of your servers in MX records: \"mx.example.org\", or \"*.example.org\""
                    + " for all one label below it. Empty takes `hostname`.",
            value = "[]")
        List<String> mx,
    @Key(doc = "Whether to keep to the policies of the domains to which you send.", value = "true")
        boolean obey,
    @Key(
            doc = "The port where their policies are. Other ones than 443 are for tests.",
            value = "443")
        int port) {

  /// What happens to mail that cannot keep to a policy.
  public enum Mode {
    TESTING,
    ENFORCE,
    NONE
  }
}
