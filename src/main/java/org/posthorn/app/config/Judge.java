package org.posthorn.app.config;

import java.util.List;

/// How mail of other servers is judged.
public record Judge(
    @Key(
            doc =
                "Whether mail of strangers is judged. Without, all of it is taken that does not"
                    + " bear a sender of yours.",
            value = "true")
        boolean enabled,
    @Key(
            doc =
                "Whether mail from this machine, from private networks and from trusted ones is"
                    + " judged, too. For tests: it comes from somebody else, of whom SPF speaks.",
            value = "false")
        boolean loopback,
    @Key(
            doc =
                "From what probability in percent on a message goes into Junk because of what is in"
                    + " it. Higher lets more spam through, lower loses more good mail.",
            value = "90")
        int junkAt,
    @Key(
            doc = "Whether to learn for each user from what he puts into Junk and takes out of it.",
            value = "true")
        boolean learn,
    @Key(
            doc =
                "Domains of mailing lists and forwarders whose word about mail that they send on"
                    + " counts (ARC): \"example.org\", or \"*.example.org\" for all below it.",
            value = "[]")
        List<String> trustedSealers,
    @Key(
            doc =
                "Whether names below a domain of yours count as yours, too, as host.example.org:"
                    + " a stranger's mail bears one only if SPF or a DKIM signature stands for it.",
            value = "true")
        boolean ownSubdomains,
    @Key(
            doc =
                "Whether the standard rules, which docs/spam.md lists, are asked after those of"
                    + " your own. Without them and with none of your own all mail is accepted,"
                    + " also such that bears your own domains.",
            value = "true")
        boolean standardRules,
    @Key(
            doc =
                "Rules of your own. They are asked in their order, and the first that holds"
                    + " decides.",
            value = "[]",
            example =
                """
                name = "partner"
                when = "from=example.org & dkim=pass | client=192.0.2.0/24"
                action = "accept"
                """)
        List<Rule> rules) {

  /// One rule.
  public record Rule(
      @Key(doc = "A short name: it is shown in headers and logs.", value = "\"\"") String name,
      @Key(
              doc =
                  "When it holds, as \"dmarc=fail & policy=reject\"; docs/spam.md has all that can"
                      + " be asked for.",
              value = "\"\"")
          String when,
      @Key(
              doc =
                  "What follows: \"accept\", \"junk\" puts it into Junk, \"reject\" refuses it for"
                      + " good, \"defer\" for now.",
              value = "\"junk\"")
          Action action) {}

  /// What becomes of a message.
  public enum Action {
    ACCEPT,
    JUNK,
    REJECT,
    DEFER
  }
}
