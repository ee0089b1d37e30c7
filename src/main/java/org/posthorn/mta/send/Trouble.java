package org.posthorn.mta.send;

import java.util.ArrayList;
import java.util.List;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.Outcome.Deferred;
import org.posthorn.mta.queue.Outcome.Failed;
import org.posthorn.mta.queue.Outcome.Pace;
import org.posthorn.mta.queue.Outcome.Problem;
import org.posthorn.mta.send.Verdict.Step;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.client.Heard;
import org.posthorn.smtp.client.Heard.Answered;
import org.posthorn.smtp.client.Heard.Broken;
import org.posthorn.smtp.client.Heard.Cause;
import org.posthorn.smtp.client.RemoteReply;
import org.posthorn.smtp.client.Stage;

/// Decides what follows when mail cannot be delivered. All policy of failure is here.
///
/// Read the first line that fits. The outcome behind "other host" is that of this host; when no
/// host is left, [#exhausted] makes one of all. A pace without another word is that of a deferral.
///
/// | stage | what was heard | then | outcome |
/// |---|---|---|---|
/// | DIAL | our own address cannot be used | other host | deferred 4.4.1, stop, ours |
/// | any | our own octets cannot be read | settled | deferred 4.3.0, same pace, ours |
/// | any | 421: the host closes (RFC 5321 §3.8) | other host | deferred, slower |
/// | TLS, STARTTLS | anything wrong; TLS is only a wish | same host in clear | deferred, slower |
/// | TLS, STARTTLS | refused, not offered, handshake failed; the message requires TLS (RFC 8689 §4.2.1) | other host | failed 5.7.10 |
/// | TLS, STARTTLS | the same; the domain or the route requires TLS | other host | deferred 4.7.4, 4.7.5, stop |
/// | before DIAL | the host is none of those that the domain's policy names (RFC 8461 §5) | other host | deferred 4.7.0, stop |
/// | before DIAL | whether the host has TLSA records is not to be found out (RFC 7672 §2.1.2) | other host | deferred 4.7.0, stop |
/// | before DIAL | the message requires TLS, and of the two above the first, or nothing proves that the host is the domain's (RFC 8689 §4.2.1) | other host | failed 5.7.10 |
/// | DIAL | refused, unreachable, time-out, anything | other host | deferred 4.4.1, stop |
/// | BANNER, HELLO, AUTH, MAIL | over a smarthost: 5xx before MAIL, 530, 535 and 538 at MAIL, no AUTH offered | settled | deferred, stop, ours |
/// | BANNER, HELLO | 5xx | other host | failed |
/// | BANNER, HELLO | 4xx | other host | deferred, slower |
/// | TLS, STARTTLS, BANNER, HELLO | time-out, nonsense | other host | deferred 4.4.2, 4.5.0, stop |
/// | TLS, STARTTLS, BANNER, HELLO | connection lost | other host | deferred 4.4.2, slower |
/// | AUTH | 5xx, not offered | settled | deferred 4.7.8, stop, ours |
/// | AUTH | 4xx | other host | deferred, slower |
/// | MAIL | the host lacks REQUIRETLS, SMTPUTF8, 8BITMIME, DELIVERBY with return (RFC 2852 §4.1.4.1), or takes no message of that size | other host | failed 5.7.30, 5.6.7, 5.6.3, 5.3.3, 5.3.4 |
/// | MAIL, DATA | 4xx | other host | deferred, same |
/// | RCPT | 452, or any refusal for too many recipients (RFC 5321 §4.5.3.1.10) | next transaction | deferred, same |
/// | MAIL to END | 4xx that says "too much mail" | settled | deferred, slower |
/// | RCPT, BODY, END | 4xx about the host: 451 or X.3, X.4, and not about its rules | other host | deferred, same |
/// | RCPT, BODY, END | other 4xx | settled | deferred, same |
/// | MAIL to END | 5xx | settled | failed |
/// | MAIL to DATA | time-out, connection lost, nonsense | other host | deferred 4.4.2, 4.5.0, slower |
/// | BODY | time-out, connection lost, nonsense | other host | deferred, same |
/// | END | time-out, connection lost, nonsense: the host may have the message | settled | deferred 4.4.2, same |
/// | END | 2xx | settled | delivered |
///
/// Before any host:
///
/// | the domain | outcome |
/// |---|---|
/// | does not exist | failed 5.1.2 |
/// | has neither MX nor address, or only MX without an address | failed 5.4.4 |
/// | has a null MX (RFC 7505) | failed 5.1.10 |
/// | could not be asked about, or its answer is forged | deferred 4.4.3, stop; never more |
/// | has only ourselves as its server, though we do not keep its mail | failed 5.4.6 |
/// | has servers at addresses only to which we do not send | failed 5.4.4 |
/// | goes over a smarthost that cannot be found, or is this server | deferred 4.4.4, stop, ours |
/// | goes nowhere, for sending is switched off | deferred 4.3.2, stop |
///
/// - The code decides over the class of an enhanced status (RFC 5321 §4.2, RFC 3463 §2), which only
///   tells more. Words decide nothing but pace, the sentence for people, and what stands above.
/// - A route has failed for ever when each of its hosts said so; one host that may take the message
///   later makes it a deferral. Its pace is the gentlest of those of its hosts: it stops only if no
///   host can be reached.
/// - "Mailbox full" is for ever as 552 and for now as 452: the host knows how it means it.
/// - A host that hangs up behind the end of a message gets it again, and no other host does, for
///   that would make two copies certain where one is likely (RFC 1047).
/// - A message from the null sender requires TLS of nobody (RFC 8689 §5): its [Scene] must not say
///   so.
/// - Rules about a login at a smarthost are mended by an administrator, so nothing is returned for
///   them.
public final class Trouble {
  /// What is kept of another server's words.
  static final int WORDS_MAX = 1_000;

  private Trouble() {}

  /// What follows from one failure, or from the reply behind the end of a message.
  public static Verdict judge(Heard heard, Scene scene) {
    return switch (heard) {
      case Broken b -> broken(b, scene);
      case Answered a when a.reply().permanent() -> permanent(a.stage(), a.reply(), scene);
      case Answered a when !a.reply().positive() -> temporary(a.stage(), a.reply(), scene);
      case Answered a -> positive(a.stage(), a.reply(), scene);
    };
  }

  /// What follows when a host is not to be used, whatever it would do.
  public static Verdict refused(Guard.Refusal refusal, Scene scene) {
    Meaning meaning =
        switch (refusal.why()) {
          case NOT_IN_POLICY -> Meaning.NOT_IN_POLICY;
          case TLSA_UNKNOWN -> Meaning.TLSA_UNKNOWN;
          case NOT_NAMED -> Meaning.NOT_NAMED;
        };
    // What cannot be found out now may be found out later.
    boolean forEver = scene.options().requireTls() && refusal.why() != Guard.Why.TLSA_UNKNOWN;
    String plain = with(meaning.sentence(scene.server()), refusal.text());
    if (forEver) {
      return otherHost(new Failed(new Problem("5.7.10", scene.host(), "", plain)));
    }
    String status = "4." + meaning.status();
    return otherHost(new Deferred(new Problem(status, scene.host(), "", plain), Pace.STOP));
  }

  /// What becomes of recipients for whom no host is left.
  ///
  /// @param heard from each host in the order of trying, never empty
  public static Outcome exhausted(List<Verdict> heard) {
    List<Deferred> deferred = new ArrayList<>();
    for (Verdict v : heard) {
      if (v.outcome() instanceof Deferred d) {
        deferred.add(d);
      }
    }
    if (deferred.isEmpty()) {
      return heard.getFirst().outcome();
    }
    // The words of somebody tell more than that nobody was there.
    Deferred telling = deferred.getLast();
    Pace pace = Pace.STOP;
    for (Deferred d : deferred.reversed()) {
      pace = d.pace().compareTo(pace) < 0 ? d.pace() : pace;
      if (!d.problem().words().isEmpty()) {
        telling = d;
      }
    }
    return new Deferred(telling.problem(), pace);
  }

  /// No such domain.
  public static Outcome noSuchDomain(String domain) {
    return new Failed(unrouted(Meaning.NO_SUCH_DOMAIN, 5, domain));
  }

  /// It exists, but neither it nor any of its servers has an address.
  public static Outcome noServer(String domain) {
    return new Failed(unrouted(Meaning.NO_SERVER, 5, domain));
  }

  /// Its servers have IPv6 addresses only, and we do not send over IPv6.
  public static Outcome onlyIpv6(String domain) {
    return new Failed(unrouted(Meaning.ONLY_IPV6, 5, domain));
  }

  /// The host that we are to use is not to be found. Whoever wrote the configuration mends that.
  ///
  /// @param text for people: what is wrong
  public static Outcome noSmarthost(String host, String text) {
    Problem p = unrouted(Meaning.NO_SMARTHOST, 4, host);
    return new Deferred(new Problem(p.status(), "", "", with(p.plain(), text)), Pace.STOP);
  }

  /// Sending waits for an administrator.
  public static Outcome switchedOff(String domain) {
    return new Deferred(unrouted(Meaning.SWITCHED_OFF, 4, domain), Pace.STOP);
  }

  /// A null MX (RFC 7505 §3).
  public static Outcome takesNoMail(String domain) {
    return new Failed(unrouted(Meaning.NO_MAIL, 5, domain));
  }

  /// The name servers did not tell.
  ///
  /// @param text for people: what went wrong; may be empty
  public static Outcome notFound(String domain, String text) {
    Problem p = unrouted(Meaning.NOT_FOUND, 4, domain);
    return new Deferred(new Problem(p.status(), "", "", with(p.plain(), text)), Pace.STOP);
  }

  /// The way to that domain begins and ends here.
  public static Outcome toOurselves(String domain) {
    return new Failed(unrouted(Meaning.OURSELVES, 5, domain));
  }

  /// Its servers have only addresses to which we do not send, such as loopback.
  public static Outcome noRoute(String domain) {
    return new Failed(unrouted(Meaning.NO_ROUTE, 5, domain));
  }

  private static Problem unrouted(Meaning meaning, int statusClass, String domain) {
    return new Problem(statusClass + "." + meaning.status(), "", "", meaning.sentence(domain));
  }

  private static Verdict positive(Stage stage, RemoteReply reply, Scene scene) {
    if (stage == Stage.END) {
      String words = cut(reply.toString());
      return settled(
          new Outcome.Delivered(scene.host(), words, scene.tells(), scene.tls(), scene.timed()));
    }
    return broken(new Broken(stage, Cause.PROTOCOL, reply.toString()), scene);
  }

  private static Verdict permanent(Stage stage, RemoteReply reply, Scene scene) {
    Meaning meaning = Meaning.of(stage, reply);
    boolean login =
        reply.code() == 530 || reply.code() == 535 || reply.code() == 538; // RFC 4954 §4, §6
    boolean before = stage.compareTo(Stage.MAIL) < 0;
    if (stage == Stage.TLS || stage == Stage.STARTTLS) {
      return noTls(said(Meaning.NO_TLS, 4, reply, scene), scene);
    }
    if (stage == Stage.AUTH) {
      return ours(said(Meaning.LOGIN_FAILED, 4, reply, scene));
    }
    if (scene.smarthost() && (before || login && stage == Stage.MAIL)) {
      // RFC 3463: what is deferred has class 4.
      Meaning m = login && meaning != Meaning.TLS_NEEDED ? Meaning.LOGIN_FAILED : meaning;
      return ours(said(m, 4, reply, scene));
    }
    if (before) {
      return otherHost(new Failed(problem(meaning, reply, scene)));
    }
    if (stage == Stage.RCPT && meaning == Meaning.TOO_MANY_RECIPIENTS) {
      Problem p = said(meaning, 4, reply, scene);
      return new Verdict(Step.NEXT_TRANSACTION, new Deferred(p, Pace.SAME), false);
    }
    return settled(new Failed(problem(meaning, reply, scene)));
  }

  private static Verdict temporary(Stage stage, RemoteReply reply, Scene scene) {
    Meaning meaning = Meaning.of(stage, reply);
    Problem problem = problem(meaning, reply, scene);
    if (reply.code() == 421) {
      return otherHost(new Deferred(problem, Pace.SLOWER));
    }
    return switch (stage) {
      case DIAL, BANNER, HELLO, AUTH -> otherHost(new Deferred(problem, Pace.SLOWER));
      case TLS, STARTTLS -> noTls(said(Meaning.NO_TLS, 4, reply, scene), scene);
      case RCPT, MAIL, DATA, BODY, END -> {
        if (stage == Stage.RCPT
            && (reply.code() == 452 && meaning == Meaning.DISK_FULL
                || meaning == Meaning.TOO_MANY_RECIPIENTS)) {
          yield new Verdict(Step.NEXT_TRANSACTION, new Deferred(problem, Pace.SAME), false);
        }
        if (meaning == Meaning.THROTTLED) {
          yield settled(new Deferred(problem, Pace.SLOWER));
        }
        boolean any = stage == Stage.MAIL || stage == Stage.DATA;
        boolean busy = meaning == Meaning.BUSY || meaning == Meaning.NOT_ACCEPTING;
        Deferred deferred = new Deferred(problem, busy ? Pace.SLOWER : Pace.SAME);
        yield any || aboutHost(meaning, reply) ? otherHost(deferred) : settled(deferred);
      }
    };
  }

  /// Whether the host has a trouble that its neighbour may not have, rather than a view of the
  /// message or of the recipient.
  private static boolean aboutHost(Meaning meaning, RemoteReply reply) {
    String enhanced = reply.enhanced();
    if (meaning == Meaning.GREYLISTED || meaning == Meaning.MAILBOX_FULL) {
      return false;
    }
    return enhanced.isEmpty()
        ? reply.code() == 451
        : enhanced.startsWith("4.3.") || enhanced.startsWith("4.4.");
  }

  private static Verdict broken(Broken b, Scene scene) {
    if (b.cause() == Cause.LOCAL && b.stage() == Stage.DIAL) {
      Deferred deferred = new Deferred(happened(Meaning.OUR_ADDRESS, 4, b, scene), Pace.STOP);
      return new Verdict(Step.OTHER_HOST, deferred, true);
    }
    if (b.cause() == Cause.LOCAL) {
      Deferred deferred = new Deferred(happened(Meaning.OURS, 4, b, scene), Pace.SAME);
      return new Verdict(Step.SETTLED, deferred, true);
    }
    return switch (b.stage()) {
      case DIAL -> deferred(Step.OTHER_HOST, Meaning.NO_CONNECTION, b, scene, Pace.STOP);
      case TLS, STARTTLS -> brokenTls(b, scene);
      case BANNER, HELLO -> {
        Pace pace = b.cause() == Cause.CLOSED ? Pace.SLOWER : Pace.STOP;
        yield deferred(Step.OTHER_HOST, meaning(b), b, scene, pace);
      }
      case AUTH ->
          b.cause() == Cause.NOT_OFFERED
              ? ours(happened(Meaning.LOGIN_FAILED, 4, b, scene))
              : deferred(Step.OTHER_HOST, meaning(b), b, scene, Pace.SLOWER);
      case MAIL -> {
        Meaning lacking = lacking(b, scene);
        yield lacking == null
            ? deferred(Step.OTHER_HOST, meaning(b), b, scene, Pace.SLOWER)
            : otherHost(new Failed(happened(lacking, 5, b, scene)));
      }
      case RCPT, DATA -> deferred(Step.OTHER_HOST, meaning(b), b, scene, Pace.SLOWER);
      case BODY -> deferred(Step.OTHER_HOST, meaning(b), b, scene, Pace.SAME);
      case END -> {
        Meaning meaning = b.cause() == Cause.PROTOCOL ? Meaning.NONSENSE : Meaning.BROKEN_AT_END;
        yield deferred(Step.SETTLED, meaning, b, scene, Pace.SAME);
      }
    };
  }

  private static Verdict brokenTls(Broken b, Scene scene) {
    boolean wanted = scene.tlsRequired() || scene.options().requireTls();
    return switch (b.cause()) {
      case NOT_OFFERED -> noTls(happened(Meaning.NO_TLS, 4, b, scene), scene);
      case TLS -> noTls(happened(Meaning.TLS_FAILED, 4, b, scene), scene);
      default -> {
        Pace pace = b.cause() == Cause.CLOSED ? Pace.SLOWER : Pace.STOP;
        yield wanted
            ? deferred(Step.OTHER_HOST, meaning(b), b, scene, pace)
            : deferred(Step.IN_CLEAR, meaning(b), b, scene, Pace.SLOWER);
      }
    };
  }

  /// The host does not do TLS, or not well enough.
  private static Verdict noTls(Problem p, Scene scene) {
    if (scene.options().requireTls()) {
      return otherHost(new Failed(new Problem("5.7.10", p.host(), p.words(), p.plain())));
    }
    return scene.tlsRequired()
        ? otherHost(new Deferred(p, Pace.STOP))
        : new Verdict(Step.IN_CLEAR, new Deferred(p, Pace.SLOWER), false);
  }

  /// What of this message the host cannot do; null if the cause is another.
  private static Meaning lacking(Broken b, Scene scene) {
    if (b.cause() != Cause.NOT_OFFERED) {
      return b.cause() == Cause.TOO_LARGE ? Meaning.TOO_BIG : null;
    }
    // The text ends in the name of the extension. That is for people, so it is only a hint.
    MailOptions options = scene.options();
    DeliverBy by = options.by();
    if (options.requireTls() && (!options.utf8() || b.text().endsWith("REQUIRETLS"))) {
      return Meaning.NO_REQUIRETLS;
    }
    if (options.utf8() && !b.text().endsWith("8BITMIME") && !b.text().endsWith("DELIVERBY")) {
      return Meaning.NO_UTF8;
    }
    boolean returns = by != null && by.mode() == DeliverBy.Mode.RETURN;
    return returns && !b.text().endsWith("8BITMIME") ? Meaning.NO_DELIVER_BY : Meaning.NO_EIGHT_BIT;
  }

  private static Meaning meaning(Broken b) {
    return switch (b.cause()) {
      case TIMEOUT -> Meaning.NO_ANSWER;
      case PROTOCOL, NOT_OFFERED, TOO_LARGE -> Meaning.NONSENSE;
      case REFUSED, UNREACHABLE -> Meaning.NO_CONNECTION;
      case CLOSED, TLS, LOCAL -> Meaning.BROKEN;
    };
  }

  private static Verdict settled(Outcome outcome) {
    return new Verdict(Step.SETTLED, outcome, false);
  }

  private static Verdict otherHost(Outcome outcome) {
    return new Verdict(Step.OTHER_HOST, outcome, false);
  }

  private static Verdict ours(Problem problem) {
    return new Verdict(Step.SETTLED, new Deferred(problem, Pace.STOP), true);
  }

  private static Verdict deferred(Step step, Meaning meaning, Broken b, Scene scene, Pace pace) {
    return new Verdict(step, new Deferred(happened(meaning, 4, b, scene), pace), false);
  }

  /// The status is the host's if it gave one, with the class that the code demands.
  private static Problem problem(Meaning meaning, RemoteReply reply, Scene scene) {
    Problem own = said(meaning, reply.code() / 100, reply, scene);
    String theirs = reply.enhanced();
    return theirs.length() < 2
        ? own
        : new Problem(
            reply.code() / 100 + theirs.substring(1), own.host(), own.words(), own.plain());
  }

  /// With the status of the meaning.
  private static Problem said(Meaning meaning, int statusClass, RemoteReply reply, Scene scene) {
    String status = statusClass + "." + meaning.status();
    return new Problem(
        status, scene.host(), cut(reply.toString()), meaning.sentence(scene.server()));
  }

  /// The host said nothing of it.
  private static Problem happened(Meaning meaning, int statusClass, Broken b, Scene scene) {
    String sentence = meaning.sentence(scene.server());
    String plain = with(sentence, b.text());
    return new Problem(statusClass + "." + meaning.status(), scene.host(), "", plain);
  }

  private static String with(String sentence, String text) {
    return text.isEmpty()
        ? sentence
        : sentence.substring(0, sentence.length() - 1) + " (" + cut(text) + ").";
  }

  private static String cut(String words) {
    return words.length() <= WORDS_MAX ? words : words.substring(0, WORDS_MAX - 1) + "…";
  }
}
