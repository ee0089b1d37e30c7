package org.posthorn.app.config;

import java.time.Duration;
import java.util.List;

/// What hosts that nobody here knows have to pass on port 25.
public record Gate(
    @Key(
            doc =
                "Whether to look at strangers on port 25 at all before they send: their names, how"
                    + " much they do, lists, and whether they come again. Networks that may relay"
                    + " or are trusted, private networks and this machine are no strangers.",
            value = "true")
        boolean enabled,
    @Key(
            doc =
                "Whether this machine and private networks are strangers, too, and trusted networks"
                    + " with them. For tests.",
            value = "false")
        boolean loopback,
    @Key(
            doc =
                "How long hosts that are doubtful, because they have no name or are listed, wait"
                    + " for the greeting. Who speaks before it is sent away. \"0s\" does not wait.",
            value = "\"2s\"")
        Duration greetingDelay,
    @Key(
            doc =
                "What becomes of a host that calls itself by our own name or address: \"refuse\""
                    + " its mail, \"doubt\" it, or \"ignore\" that.",
            value = "\"refuse\"")
        Policy helloOurs,
    @Key(doc = "The same for one whose name in EHLO is no name at all.", value = "\"refuse\"")
        Policy helloInvalid,
    @Key(doc = "The same for one that calls itself by one word without a dot.", value = "\"doubt\"")
        Policy helloBare,
    @Key(
            doc =
                "The same for one whose address has no name in the DNS that leads back to it."
                    + " \"refuse\" keeps much spam away, and some mail of small servers.",
            value = "\"doubt\"")
        Policy noReverseName,
    @Key(
            doc =
                "Connections in a minute from one IPv4 address or one IPv6 /64; 0 for any number."
                    + " So it is for messages and recipients. Who has more is asked to come later.",
            value = "300")
        int connectionsPerMinute,
    @Key(doc = "Messages in a minute.", value = "600") int messagesPerMinute,
    @Key(doc = "Recipients in a minute.", value = "3000") int recipientsPerMinute,
    @Key(
            doc = "So many times as much for the network of an address: its /24, or IPv6 /48.",
            value = "5")
        int networkFactor,
    @Key(
            doc =
                "Recipients in an hour that do not exist, from one host; who tries more is sent"
                    + " away for a quarter of an hour. 0 for any number.",
            value = "100")
        int unknownRecipients,
    @Key(
            doc =
                "How long hosts that make errors or try names wait for each answer. \"0s\" lets"
                    + " nobody wait.",
            value = "\"5s\"")
        Duration tarpit,
    @Key(
            doc =
                "Whether doubtful hosts are asked to come again when they come for the first time"
                    + " (greylisting). Others never are, nor is who comes for a domain that allows"
                    + " it by SPF.",
            value = "true")
        boolean greylist,
    @Key(doc = "Who comes again sooner is too early.", value = "\"5m\"") Duration greylistDelay,
    @Key(
            doc = "For how long one who has come again is known, from his last message on.",
            value = "\"35d\"")
        Duration greylistKeep,
    @Key(
            doc =
                "Lists in the DNS, of hosts and of domains. None is asked that is not named here:"
                    + " read their terms first.",
            value = "[]",
            example =
                """
                zone = "bl.example.org"
                action = "refuse"
                """)
        List<DnsList> lists) {

  /// What follows from something that good mail servers seldom do.
  public enum Policy {
    REFUSE,
    DOUBT,
    IGNORE
  }

  /// A list.
  public record DnsList(
      @Key(doc = "Where it lies in the DNS.", value = "\"\"") String zone,
      @Key(
              doc =
                  "What it is called in replies and logs. Empty takes the zone; give a name if a"
                      + " key of yours is in that.",
              value = "\"\"")
          String name,
      @Key(doc = "What it lists: \"hosts\" or \"domains\".", value = "\"hosts\"") Of of,
      @Key(
              doc =
                  "What being listed means: \"block\" bad, \"weak\" a reason to doubt, \"welcome\""
                      + " good. `codes` may say more.",
              value = "\"block\"")
          Meaning meaning,
      @Key(
              doc =
                  "What its answers mean, such as \"127.0.0.2 block\", \"127.0.0.10-11 weak\","
                      + " \"127.0.*.2-3 welcome\", \"127.0.0.&8 block\" (with this bit),"
                      + " \"127.0.0.9 ignore\". The first that fits; none means nothing. Empty"
                      + " takes `meaning` for every answer.",
              value = "[]")
          List<String> codes,
      @Key(
              doc =
                  "\"refuse\" the mail of hosts that are listed as bad, or \"judge\": let that be"
                      + " one reason of several. Domains are only judged.",
              value = "\"judge\"")
          Action action,
      @Key(
              doc =
                  "An entry that the list must have, or it is not asked. Empty is 127.0.0.2 for"
                      + " hosts, \"test\" for domains; \"none\" tries nothing.",
              value = "\"\"")
          String test) {}

  /// Of what a list is.
  public enum Of {
    HOSTS,
    DOMAINS
  }

  /// What being listed means.
  public enum Meaning {
    BLOCK,
    WEAK,
    WELCOME
  }

  /// What follows.
  public enum Action {
    REFUSE,
    JUDGE
  }
}
