package org.posthorn.mta.send;

import java.util.List;
import java.util.Locale;
import org.posthorn.smtp.client.RemoteReply;
import org.posthorn.smtp.client.Stage;

/// What a failure is about, as far as it can be told: a sentence for people, and the status if the
/// other server gave none.
///
/// Never decides whether a failure is for ever; that is [Trouble]'s, by the code alone.
enum Meaning {
  // By the order of the constants, words that are in a reply decide for the first.

  TOO_MANY_RECIPIENTS(
      "5.3",
      "{} takes fewer recipients at once.",
      "too many recipients",
      "too much recipients",
      "too many rcpt",
      "maximum number of recipients",
      "recipient limit"),
  GREYLISTED(
      "7.1",
      "{} asks to wait a little, as it does with every new sender.",
      "greylist",
      "graylist",
      "grey-list",
      "gray-list",
      "postgrey"),
  OVER_LIMIT(
      "7.0",
      "{} has taken too much mail of this sender for the moment.",
      "sending quota",
      "sending limit",
      "daily limit",
      "messages per day",
      "5.7.705"),
  MAILBOX_FULL(
      "2.2",
      "The mailbox of the recipient is full.",
      "mailbox full",
      "mailbox is full",
      "mailbox for user is full",
      "inbox is full",
      "over quota",
      "overquota",
      "out of storage space",
      "quota exceeded",
      "exceeded quota",
      "exceeded storage",
      "exceeded his/her quota",
      "insufficient mailbox space",
      "mailbox size limit"),
  RELAY_DENIED(
      "7.1",
      "{} says that mail for this address is not its business.",
      "relay access denied",
      "relaying denied",
      "relay denied",
      "unable to relay",
      "relay not permitted",
      "relaying not allowed",
      "not permitted to relay"),
  THROTTLED(
      "7.0",
      "{} takes no more mail from us for the moment.",
      "too many",
      "rate limit",
      "rate-limit",
      "ratelimit",
      "sending rate",
      "at a rate",
      "message rate",
      "throttl",
      "unusual rate",
      "slow down",
      "temporarily deferred",
      "deferred due to",
      "server busy",
      "too busy",
      "exceeded the limit",
      "rp-001",
      "rp-002",
      "rp-003",
      "[tss0"),
  SENDER(
      "1.8",
      "{} does not accept the address of the sender.",
      "sender address rejected",
      "sender domain",
      "sender verify",
      "sender rejected",
      "domain of sender",
      "invalid sender"),
  UNAUTHENTICATED(
      "7.26",
      "{} could not verify that this message comes from where it says (SPF, DKIM, DMARC). The"
          + " administrator of the sender's domain can see to that.",
      "dmarc",
      "unauthenticated email",
      "unauthenticated mail",
      "spf check",
      "spf fail",
      "dkim fail",
      "5.7.515",
      "5.7.509"),
  BLOCKLISTED(
      "7.1",
      "{} refuses all mail from the server that sent this, because of its address or reputation."
          + " The administrator of the sending server can see to that.",
      "blocklist",
      "block list",
      "block-list",
      "blacklist",
      "black list",
      "denylist",
      "block listed",
      "spamhaus",
      "spamcop",
      "barracuda",
      " rbl",
      "dnsbl",
      "reputation",
      "banned sending ip",
      "(s3140)",
      "(s3150)",
      "[bl21]",
      "5.7.606",
      "5.7.511",
      "ptr record",
      "reverse dns",
      "rdns",
      "client host rejected",
      "client host blocked"),
  MALWARE(
      "7.0",
      "{} found something dangerous in the message or in what is attached to it.",
      "virus",
      "malware",
      "infected",
      "potential security issue",
      "dangerous attachment"),
  SPAM(
      "7.1",
      "{} takes this message for junk mail.",
      "spam",
      "unsolicited",
      "bulk mail",
      "junk mail",
      "[cs01]",
      "[hm08]"),
  MOVED(
      "1.6",
      "The recipient has another address now; the words of the other server may tell which.",
      "user has moved",
      "mailbox has moved",
      "has changed address",
      "user not local"),
  CLOSED(
      "2.1",
      "The mailbox of the recipient is closed.",
      "account disabled",
      "account is disabled",
      "account has been disabled",
      "mailbox disabled",
      "mailbox is disabled",
      "account is inactive",
      "account inactive",
      "account suspended",
      "user suspended",
      "no longer active"),
  UNKNOWN_USER(
      "1.1",
      "{} does not know this address.",
      "user unknown",
      "unknown user",
      "unknown recipient",
      "recipient unknown",
      "unknown local part",
      "unknown or illegal alias",
      "no such user",
      "no such recipient",
      "no such mailbox",
      "no such address",
      "no mailbox here",
      "no mailbox by that name",
      "does not exist",
      "doesn't exist",
      "doesn't have",
      "address unknown",
      "unknown address",
      "recipient not found",
      "recipientnotfound",
      "user not found",
      "mailbox not found",
      "invalid recipient",
      "invalid mailbox",
      "mailbox unavailable",
      "not a valid mailbox",
      "unrouteable address",
      "unroutable address",
      "recipient address rejected: access denied"),
  LIST_CLOSED(
      "7.2",
      "Not everybody may write to this address.",
      "not authorized to send",
      "may not have permission to post",
      "only accepts messages from",
      "restricted to members",
      "authenticationrequired"),
  TOO_BIG(
      "3.4",
      "The message is larger than {} takes.",
      "message size exceeds",
      "message too large",
      "message too big",
      "message exceeds fixed",
      "exceeds the maximum size",
      "size limit"),
  LOOP("4.6", "The message went in circles between servers.", "too many hops", "mail loop"),
  LOGIN_NEEDED(
      "7.0",
      "{} wants us to log in before it takes mail.",
      "authentication required",
      "authentication is required",
      "must authenticate"),
  TLS_NEEDED(
      "7.0",
      "{} takes mail only over an encrypted connection.",
      "issue a starttls",
      "starttls first",
      "tls required",
      "encryption required",
      "tls encryption"),
  BUSY("0.0", "{} takes no mail from us for the moment.", "try again later", "try later"),

  // These have no words of their own.

  NO_DOMAIN("1.2", "{} cannot find where mail for this address is to go."),
  BAD_ADDRESS("1.3", "{} says that this is no address."),
  NO_MAIL("1.10", "{} takes no mail at all."),
  TOO_BIG_FOR_MAILBOX("2.3", "The message is larger than this recipient may get."),
  DISK_FULL("3.1", "{} has no room for more mail at the moment."),
  NOT_ACCEPTING("3.2", "{} takes no mail at the moment."),
  POLICY("7.1", "{} refuses this message by its rules."),
  REFUSED_HELLO("0.0", "{} refuses to talk to us."),
  REFUSED_SENDER("0.0", "{} refuses mail of this sender."),
  REFUSED_RECIPIENT("0.0", "{} refuses mail for this address."),
  REFUSED("0.0", "{} refuses this message."),
  NOT_NOW("0.0", "{} cannot take this message at the moment."),
  NO_CONNECTION("4.1", "{} cannot be reached."),
  NO_ANSWER("4.2", "{} did not answer in time."),
  BROKEN("4.2", "The connection to {} broke."),
  /// The other end may have the message.
  BROKEN_AT_END("4.2", "The connection to {} broke before it said whether it took the message."),
  NONSENSE("5.0", "{} answered something that makes no sense."),
  NO_TLS("7.4", "{} offers no encryption, and without it this message must not go there."),
  TLS_FAILED(
      "7.5",
      "No trustworthy encrypted connection to {} could be made, and without one this message must"
          + " not go there."),
  NOT_IN_POLICY(
      "7.0",
      "{} that was found is none of those that the domain says are its own (MTA-STS), so this"
          + " message must not go there."),
  TLSA_UNKNOWN(
      "7.0",
      "By which certificate {} is to be known (DANE) could not be found out, and without that this"
          + " message must not go there."),
  NOT_NAMED(
      "7.10",
      "Nothing proves that {} that was found is the right one (DNSSEC, MTA-STS), as this message"
          + " requires."),
  NO_REQUIRETLS(
      "7.30", "{} does not promise to encrypt this message on its further way, as was required."),
  LOGIN_FAILED(
      "7.8",
      "Our server could not log in at {}, which passes its mail on. Its administrator has to see to"
          + " that."),
  NO_UTF8("6.7", "{} does not take addresses or headers with letters beyond the English alphabet."),
  NO_EIGHT_BIT("6.3", "{} cannot take a message with such contents."),
  NO_SUCH_DOMAIN("1.2", "There is no domain {}."),
  NO_SERVER("4.4", "There is no server for mail of {}."),
  ONLY_IPV6("4.4", "Mail of {} is taken over IPv6 only, by which our server does not send."),
  NOT_FOUND("4.3", "Our server could not find out which server takes mail of {}."),
  OURSELVES("4.6", "Mail of {} is to come to our server, which does not keep it."),
  NO_ROUTE("4.4", "Mail of {} is to go to a place that cannot be reached from outside."),
  OUR_ADDRESS(
      "4.1",
      "Our server cannot connect to {} from its own address; its administrator has to see to"
          + " that."),
  NO_DELIVER_BY("3.3", "{} does not promise to deliver in the time that was asked for."),
  NO_SMARTHOST(
      "4.4",
      "Our server has no way to {}, which passes its mail on; its administrator has to see to"
          + " that."),
  SWITCHED_OFF("3.2", "Our server is told to send no mail for the moment."),
  OURS("3.0", "Our server could not read this message; its administrator has to see to that.");

  /// How much of a reply is searched for words.
  private static final int SEARCHED = 2_000;

  private final String status;
  private final String sentence;
  private final List<String> words;

  Meaning(String status, String sentence, String... words) {
    this.status = status;
    this.sentence = sentence;
    this.words = List.of(words);
  }

  /// Subject and detail (RFC 3463 §3).
  String status() {
    return status;
  }

  /// @param server names the other side within a sentence, as `the server of example.org`; a domain
  ///   where no host was found
  String sentence(String server) {
    if (sentence.startsWith("{}") && server.indexOf(' ') < 0) {
      return sentence.replace("{}", server); // the name of a domain
    }
    String text = sentence.replace("{}", server);
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  /// What a refusal means. Its words first, for many servers send the same status whatever it is;
  /// then the status, the code and the stage.
  static Meaning of(Stage stage, RemoteReply reply) {
    if (reply.enhanced().endsWith(".5.3")) {
      return TOO_MANY_RECIPIENTS; // RFC 3463 §3.6
    }
    String text = reply.toString();
    String said = text.substring(0, Math.min(text.length(), SEARCHED)).toLowerCase(Locale.ROOT);
    for (Meaning m : values()) {
      if (m.fits(stage, reply) && m.words.stream().anyMatch(said::contains)) {
        return m;
      }
    }
    String enhanced = reply.enhanced();
    Meaning by = enhanced.length() > 2 ? byStatus(enhanced.substring(2), reply.permanent()) : null;
    return by != null ? by : byCode(stage, reply);
  }

  /// Words that say this only at some stage, or in one kind of reply.
  private boolean fits(Stage stage, RemoteReply reply) {
    return switch (this) {
      case TOO_MANY_RECIPIENTS -> stage == Stage.RCPT;
      // For ever is not for the moment.
      case GREYLISTED, THROTTLED, BUSY -> !reply.permanent();
      // Who says for the moment that there is too much junk means all of it, not this message.
      case SPAM, MALWARE -> reply.permanent();
      case UNKNOWN_USER, MOVED -> stage.compareTo(Stage.RCPT) >= 0;
      default -> true;
    };
  }

  /// RFC 3463 §3, and the codes registered since (RFC 5248, RFC 7372, RFC 7505). Null where a code
  /// says too little.
  private static Meaning byStatus(String status, boolean permanent) {
    return switch (status) {
      case "1.1", "1.5" -> UNKNOWN_USER;
      case "1.2" -> NO_DOMAIN;
      case "1.3" -> BAD_ADDRESS;
      case "1.6" -> MOVED;
      case "1.7", "1.8" -> SENDER;
      case "1.10" -> NO_MAIL;
      case "2.1" -> permanent ? CLOSED : null;
      case "2.2" -> MAILBOX_FULL;
      case "2.3" -> TOO_BIG_FOR_MAILBOX;
      case "2.4", "7.2" -> LIST_CLOSED;
      case "3.1" -> DISK_FULL;
      case "3.2" -> NOT_ACCEPTING;
      case "3.4" -> TOO_BIG;
      case "4.5", "7.28", "7.500" -> permanent ? null : THROTTLED;
      case "4.6" -> LOOP;
      case "6.7" -> NO_UTF8;
      case "7.10" -> TLS_NEEDED;
      case "7.20", "7.21", "7.22", "7.23", "7.24", "7.26" -> UNAUTHENTICATED;
      case "7.25" -> BLOCKLISTED;
      case "7.30" -> NO_REQUIRETLS;
      default -> status.startsWith("7.") ? (permanent ? POLICY : bySecurity(status)) : null;
    };
  }

  private static Meaning bySecurity(String status) {
    // Of Outlook, 4.7.650 and the like; 4.7.0 is said by Google and others when they have enough.
    return status.equals("7.0") || status.startsWith("7.6") ? THROTTLED : null;
  }

  private static Meaning byCode(Stage stage, RemoteReply reply) {
    return switch (reply.code()) {
      case 421 -> NOT_ACCEPTING;
      case 452 -> DISK_FULL;
      case 530 -> LOGIN_NEEDED;
      case 521, 556 -> NO_MAIL; // RFC 7504
      case 550 -> stage == Stage.RCPT ? UNKNOWN_USER : generic(stage, true);
      case 551 -> stage == Stage.RCPT ? MOVED : generic(stage, true);
      case 552 -> stage == Stage.RCPT ? MAILBOX_FULL : TOO_BIG;
      case 553 -> stage == Stage.RCPT ? BAD_ADDRESS : generic(stage, true);
      default -> generic(stage, reply.permanent());
    };
  }

  private static Meaning generic(Stage stage, boolean permanent) {
    if (!permanent) {
      return NOT_NOW;
    }
    return switch (stage) {
      case BANNER, HELLO -> REFUSED_HELLO;
      case MAIL -> REFUSED_SENDER;
      case RCPT -> REFUSED_RECIPIENT;
      default -> REFUSED;
    };
  }
}
