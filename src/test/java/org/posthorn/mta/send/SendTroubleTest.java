package org.posthorn.mta.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.Outcome.Pace;
import org.posthorn.mta.queue.Outcome.Problem;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.client.Heard;
import org.posthorn.smtp.client.Heard.Cause;
import org.posthorn.smtp.client.RemoteReply;
import org.posthorn.smtp.client.Stage;

/// The table of [Trouble], line by line: at each stage each class of reply, and each way in which
/// there can be none.
class SendTroubleTest {
  private static final String HOST = "mx.example.org [192.0.2.1]";

  private static final List<Integer> CODES =
      List.of(
          400, 421, 432, 450, 451, 452, 454, 455, 471, 499, 500, 501, 502, 503, 504, 521, 530, 535,
          538, 550, 551, 552, 553, 554, 555, 556, 571, 599);

  /// The scene is `-` (the domain's own host, TLS is a wish), `tls` (the route requires it),
  /// `requiretls` (the message does), `utf8` (it needs SMTPUTF8) or `smart`. The verdict is step,
  /// outcome with its pace, and status.
  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DIAL     | REFUSED                                | -          | other STOP      | 4.4.1
          DIAL     | UNREACHABLE                            | -          | other STOP      | 4.4.1
          DIAL     | TIMEOUT                                | -          | other STOP      | 4.4.1
          DIAL     | CLOSED                                 | smart      | other STOP      | 4.4.1
          DIAL     | LOCAL                                  | -          | other STOP !    | 4.4.1

          TLS      | TLS                                    | -          | clear SLOWER    | 4.7.5
          TLS      | TLS                                    | tls        | other STOP      | 4.7.5
          TLS      | TLS                                    | requiretls | other failed    | 5.7.10
          TLS      | TIMEOUT                                | -          | clear SLOWER    | 4.4.2
          TLS      | TIMEOUT                                | tls        | other STOP      | 4.4.2
          TLS      | CLOSED                                 | -          | clear SLOWER    | 4.4.2
          TLS      | CLOSED                                 | requiretls | other SLOWER    | 4.4.2

          BANNER   | 421 4.3.2 shutting down                | -          | other SLOWER    | 4.3.2
          BANNER   | 421 too many connections               | -          | other SLOWER    | 4.7.0
          BANNER   | 450 not now                            | -          | other SLOWER    | 4.0.0
          BANNER   | 500 what                               | -          | other failed    | 5.0.0
          BANNER   | 521 host does not accept mail          | -          | other failed    | 5.1.10
          BANNER   | 554 no SMTP service here               | -          | other failed    | 5.0.0
          BANNER   | 554 5.7.1 listed in rbl.example        | -          | other failed    | 5.7.1
          BANNER   | 554 no SMTP service here               | smart      | settled STOP !  | 4.0.0
          BANNER   | 220 code of another stage              | -          | other STOP      | 4.5.0
          BANNER   | PROTOCOL                               | -          | other STOP      | 4.5.0
          BANNER   | TIMEOUT                                | -          | other STOP      | 4.4.2
          BANNER   | CLOSED                                 | -          | other SLOWER    | 4.4.2

          HELLO    | 421 closing                            | -          | other SLOWER    | 4.3.2
          HELLO    | 450 4.7.1 cannot find your host name   | -          | other SLOWER    | 4.7.1
          HELLO    | 502 not implemented                    | -          | other failed    | 5.0.0
          HELLO    | 550 5.7.1 go away                      | -          | other failed    | 5.7.1
          HELLO    | 550 go away                            | smart      | settled STOP !  | 4.0.0
          HELLO    | TIMEOUT                                | -          | other STOP      | 4.4.2
          HELLO    | CLOSED                                 | -          | other SLOWER    | 4.4.2
          HELLO    | PROTOCOL                               | -          | other STOP      | 4.5.0

          STARTTLS | 421 closing                            | -          | other SLOWER    | 4.3.2
          STARTTLS | 454 4.7.0 TLS not available            | -          | clear SLOWER    | 4.7.4
          STARTTLS | 454 TLS not available                  | tls        | other STOP      | 4.7.4
          STARTTLS | 454 TLS not available                  | requiretls | other failed    | 5.7.10
          STARTTLS | 502 not implemented                    | -          | clear SLOWER    | 4.7.4
          STARTTLS | 501 no parameters                      | tls        | other STOP      | 4.7.4
          STARTTLS | NOT_OFFERED                            | tls        | other STOP      | 4.7.4
          STARTTLS | NOT_OFFERED                            | requiretls | other failed    | 5.7.10
          STARTTLS | TLS                                    | -          | clear SLOWER    | 4.7.5
          STARTTLS | TIMEOUT                                | tls        | other STOP      | 4.4.2
          STARTTLS | PROTOCOL                               | tls        | other STOP      | 4.5.0
          STARTTLS | PROTOCOL                               | -          | clear SLOWER    | 4.5.0

          AUTH     | 421 closing                            | smart      | other SLOWER    | 4.3.2
          AUTH     | 454 4.7.0 temporary failure            | smart      | other SLOWER    | 4.7.0
          AUTH     | 432 password transition                | smart      | other SLOWER    | 4.0.0
          AUTH     | 535 5.7.8 bad credentials              | smart      | settled STOP !  | 4.7.8
          AUTH     | 534 5.7.9 too weak                     | smart      | settled STOP !  | 4.7.8
          AUTH     | 504 mechanism                          | smart      | settled STOP !  | 4.7.8
          AUTH     | NOT_OFFERED                            | smart      | settled STOP !  | 4.7.8
          AUTH     | TIMEOUT                                | smart      | other SLOWER    | 4.4.2
          AUTH     | CLOSED                                 | smart      | other SLOWER    | 4.4.2

          MAIL     | 421 4.7.28 unusual rate                | -          | other SLOWER    | 4.7.28
          MAIL     | 450 4.1.8 sender domain not found      | -          | other SAME      | 4.1.8
          MAIL     | 451 4.3.0 mail system error            | -          | other SAME      | 4.3.0
          MAIL     | 451 4.7.500 Server busy                | -          | settled SLOWER  | 4.7.500
          MAIL     | 451 RP-001 rate limit                  | -          | settled SLOWER  | 4.7.0
          MAIL     | 452 insufficient system storage        | -          | other SAME      | 4.3.1
          MAIL     | 501 5.1.7 bad address                  | -          | settled failed  | 5.1.7
          MAIL     | 530 5.7.0 must issue a STARTTLS first  | -          | settled failed  | 5.7.0
          MAIL     | 530 5.7.0 authentication required      | smart      | settled STOP !  | 4.7.8
          MAIL     | 550 5.7.1 refused                      | -          | settled failed  | 5.7.1
          MAIL     | 550 5.7.1 refused                      | smart      | settled failed  | 5.7.1
          MAIL     | 552 5.3.4 too large                    | -          | settled failed  | 5.3.4
          MAIL     | 552 message size exceeds limit         | -          | settled failed  | 5.3.4
          MAIL     | 555 parameters                         | -          | settled failed  | 5.0.0
          MAIL     | NOT_OFFERED                            | requiretls | other failed    | 5.7.30
          MAIL     | NOT_OFFERED                            | utf8       | other failed    | 5.6.7
          MAIL     | NOT_OFFERED                            | -          | other failed    | 5.6.3
          MAIL     | NOT_OFFERED                            | by         | other failed    | 5.3.3
          MAIL     | TOO_LARGE                              | -          | other failed    | 5.3.4
          MAIL     | TIMEOUT                                | -          | other SLOWER    | 4.4.2
          MAIL     | CLOSED                                 | -          | other SLOWER    | 4.4.2
          MAIL     | PROTOCOL                               | -          | other SLOWER    | 4.5.0
          MAIL     | 354 code of another stage              | -          | other SLOWER    | 4.5.0

          RCPT     | 421 4.7.0 try again later              | -          | other SLOWER    | 4.7.0
          RCPT     | 450 4.2.0 greylisted                   | -          | settled SAME    | 4.2.0
          RCPT     | 451 4.7.1 Greylisting, try again later | -          | settled SAME    | 4.7.1
          RCPT     | 450 4.2.1 receiving mail at a rate     | -          | settled SLOWER  | 4.2.1
          RCPT     | 450 mailbox busy                       | -          | settled SAME    | 4.0.0
          RCPT     | 451 local error                        | -          | other SAME      | 4.0.0
          RCPT     | 451 4.3.0 lookup failed                | -          | other SAME      | 4.3.0
          RCPT     | 451 try again later                    | -          | other SLOWER    | 4.0.0
          RCPT     | 452 4.5.3 too many recipients          | -          | next SAME       | 4.5.3
          RCPT     | 452 more than enough                   | -          | next SAME       | 4.3.1
          RCPT     | 452 4.2.2 mailbox full                 | -          | settled SAME    | 4.2.2
          RCPT     | 552 too many recipients                | -          | next SAME       | 4.5.3
          RCPT     | 550 5.1.1 user unknown                 | -          | settled failed  | 5.1.1
          RCPT     | 550 no                                 | -          | settled failed  | 5.1.1
          RCPT     | 551 user not local                     | -          | settled failed  | 5.1.6
          RCPT     | 552 5.2.2 mailbox full                 | -          | settled failed  | 5.2.2
          RCPT     | 552 no room                            | -          | settled failed  | 5.2.2
          RCPT     | 553 what is that                       | -          | settled failed  | 5.1.3
          RCPT     | 554 5.7.1 relay access denied          | smart      | settled failed  | 5.7.1
          RCPT     | 556 domain takes no mail               | -          | settled failed  | 5.1.10
          RCPT     | 250 unasked                            | -          | other SLOWER    | 4.5.0
          RCPT     | TIMEOUT                                | -          | other SLOWER    | 4.4.2
          RCPT     | CLOSED                                 | -          | other SLOWER    | 4.4.2

          DATA     | 421 closing                            | -          | other SLOWER    | 4.3.2
          DATA     | 451 4.3.0 not now                      | -          | other SAME      | 4.3.0
          DATA     | 451 too many messages                  | -          | settled SLOWER  | 4.7.0
          DATA     | 503 5.5.1 bad sequence                 | -          | settled failed  | 5.5.1
          DATA     | 554 5.7.1 no                           | -          | settled failed  | 5.7.1
          DATA     | 250 code of another stage              | -          | other SLOWER    | 4.5.0
          DATA     | TIMEOUT                                | -          | other SLOWER    | 4.4.2
          DATA     | CLOSED                                 | -          | other SLOWER    | 4.4.2

          BODY     | 421 closing                            | -          | other SLOWER    | 4.3.2
          BODY     | 452 4.3.1 disk full                    | -          | other SAME      | 4.3.1
          BODY     | 552 5.3.4 too large                    | -          | settled failed  | 5.3.4
          BODY     | CLOSED                                 | -          | other SAME      | 4.4.2
          BODY     | TLS                                    | -          | other SAME      | 4.4.2
          BODY     | TIMEOUT                                | -          | other SAME      | 4.4.2
          BODY     | LOCAL                                  | -          | settled SAME !  | 4.3.0

          END      | 250 2.0.0 ok                           | -          | settled taken   |
          END      | 421 4.7.0 closing                      | -          | other SLOWER    | 4.7.0
          END      | 450 4.7.1 temporarily deferred         | -          | settled SLOWER  | 4.7.1
          END      | 451 4.3.0 queue file error             | -          | other SAME      | 4.3.0
          END      | 451 4.7.1 scanning                     | -          | settled SAME    | 4.7.1
          END      | 452 4.3.1 no space                     | -          | other SAME      | 4.3.1
          END      | 550 5.7.1 message looks like spam      | -          | settled failed  | 5.7.1
          END      | 552 5.2.3 larger than allowed          | -          | settled failed  | 5.2.3
          END      | 554 no                                 | -          | settled failed  | 5.0.0
          END      | TIMEOUT                                | -          | settled SAME    | 4.4.2
          END      | CLOSED                                 | -          | settled SAME    | 4.4.2
          END      | PROTOCOL                               | -          | settled SAME    | 4.5.0
          """)
  void decides(Stage stage, String heard, String scene, String verdict, String status) {
    Verdict v = Trouble.judge(heard(stage, heard), scene(scene));
    String told = step(v) + " " + came(v.outcome()) + (v.ours() ? " !" : "");
    assertThat(told).isEqualTo(verdict);
    assertThat(status(v.outcome())).isEqualTo(status == null ? "" : status);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          RCPT | 550-5.1.1 The email account that you tried to reach does not exist. Please try | The server of example.org does not know this address.
          RCPT | 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup | The server of example.org does not know this address.
          RCPT | 550 5.4.1 Recipient address rejected: Access denied. [AM0EUR02] | The server of example.org does not know this address.
          END  | 554 delivery error: dd This user doesn't have a yahoo.com account (ana@) [-9] | The server of example.org does not know this address.
          RCPT | 552-5.2.2 The email account that you tried to reach is over quota. | The mailbox of the recipient is full.
          RCPT | 452 4.2.2 The recipient's inbox is out of storage space. | The mailbox of the recipient is full.
          RCPT | 550 5.2.1 The email account that you tried to reach is disabled. | The mailbox of the recipient is closed.
          RCPT | 551 5.1.6 user has moved to bo@example.net | The recipient has another address now; the words of the other server may tell which.
          RCPT | 554 5.7.1 <ana@example.org>: Relay access denied | The server of example.org says that mail for this address is not its business.
          RCPT | 554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org | The server of example.org refuses all mail from the server that sent this, because of its address or reputation. The administrator of the sending server can see to that.
          MAIL | 550 5.7.1 Unfortunately, messages from [192.0.2.9] weren't sent. part of their network is on our block list (S3140). | The server of example.org refuses all mail from the server that sent this, because of its address or reputation. The administrator of the sending server can see to that.
          END  | 550-5.7.26 Unauthenticated email from example.com is not accepted due to domain's DMARC policy. | The server of example.org could not verify that this message comes from where it says (SPF, DKIM, DMARC). The administrator of the sender's domain can see to that.
          END  | 552-5.7.0 This message was blocked because its content presents a potential security issue. | The server of example.org found something dangerous in the message or in what is attached to it.
          END  | 550-5.7.1 our system has detected that this message is likely unsolicited mail. | The server of example.org takes this message for junk mail.
          END  | 552 5.3.4 Message size exceeds fixed limit | The message is larger than the server of example.org takes.
          MAIL | 421-4.7.28 Gmail has detected an unusual rate of unsolicited mail. To protect our users from spam | The server of example.org takes no more mail from us for the moment.
          MAIL | 421 4.7.0 [TSS04] Messages from 192.0.2.9 temporarily deferred due to unexpected volume | The server of example.org takes no more mail from us for the moment.
          MAIL | 451 4.7.650 The mail server [192.0.2.9] has been temporarily rate limited due to IP reputation. | The server of example.org takes no more mail from us for the moment.
          MAIL | 550 5.4.5 Daily user sending quota exceeded. | The server of example.org has taken too much mail of this sender for the moment.
          RCPT | 450 4.2.0 <ana@example.org>: Recipient address rejected: Greylisted, see http://postgrey.example/ | The server of example.org asks to wait a little, as it does with every new sender.
          RCPT | 550 5.7.1 <x@y>: Sender address rejected: Domain does not exist | The server of example.org does not accept the address of the sender.
          RCPT | 554 5.4.14 Hop count exceeded - possible mail loop ATTR34 | The message went in circles between servers.
          RCPT | 550 5.7.193 only accepts messages from people in its organization | Not everybody may write to this address.
          END  | 554 5.6.0 whatever | The server of example.org refuses this message.
          RCPT | 553 5.0.0 whatever | The server of example.org says that this is no address.
          MAIL | 554 5.5.0 whatever | The server of example.org refuses mail of this sender.
          RCPT | 554 5.5.0 whatever | The server of example.org refuses mail for this address.
          END  | 451 4.3.0 antivirus is not there | The server of example.org cannot take this message at the moment.
          """)
  void saysItPlainly(Stage stage, String reply, String sentence) {
    Verdict v = Trouble.judge(heard(stage, reply), scene("-"));
    assertThat(problem(v.outcome()).plain()).isEqualTo(sentence);
  }

  @Test
  void namesASmarthost() {
    Verdict v = Trouble.judge(heard(Stage.AUTH, "535 5.7.8 no"), scene("smart"));
    assertThat(problem(v.outcome()))
        .isEqualTo(
            new Problem(
                "4.7.8",
                HOST,
                "535 5.7.8 no",
                "Our server could not log in at the server example.org, which passes its mail on."
                    + " Its administrator has to see to that."));
  }

  @Test
  void whatIsKeptOfOneWhoDidNotSpeakIsWhatHappened() {
    Heard heard = new Heard.Broken(Stage.DIAL, Cause.REFUSED, "connection refused");
    Problem p =
        problem(Trouble.judge(heard, Scene.of("example.org", false, MailOptions.NONE)).outcome());
    assertThat(p)
        .isEqualTo(
            new Problem(
                "4.4.1",
                "",
                "",
                "The server of example.org cannot be reached (connection refused)."));
  }

  @Test
  void theCodeDecidesOverTheClassOfTheStatus() {
    var forNow = new RemoteReply(450, "5.2.2", List.of("full"));
    assertThat(status(Trouble.judge(new Heard.Answered(Stage.RCPT, forNow), scene("-")).outcome()))
        .isEqualTo("4.2.2");
    var forEver = new RemoteReply(550, "2.1.5", List.of("ok"));
    Outcome o = Trouble.judge(new Heard.Answered(Stage.RCPT, forEver), scene("-")).outcome();
    assertThat(o).isInstanceOf(Outcome.Failed.class);
    assertThat(status(o)).isEqualTo("5.1.5");
  }

  /// What must hold whatever is heard.
  @Test
  void holdsForEveryReplyAtEveryStage() {
    for (Stage stage : Stage.values()) {
      for (String scene : List.of("-", "tls", "requiretls", "utf8", "smart")) {
        for (int code : CODES) {
          for (String words : List.of("no", "x".repeat(100_000), "too many", "")) {
            Verdict v =
                Trouble.judge(
                    new Heard.Answered(stage, new RemoteReply(code, "", List.of(words))),
                    scene(scene));
            holds(stage, code, v);
          }
        }
        for (Cause cause : Cause.values()) {
          holds(stage, 0, Trouble.judge(new Heard.Broken(stage, cause, "x"), scene(scene)));
        }
      }
    }
  }

  private static void holds(Stage stage, int code, Verdict v) {
    Problem p = problem(v.outcome());
    boolean failed = v.outcome() instanceof Outcome.Failed;
    assertThat(p.status()).startsWith(failed ? "5." : "4.");
    assertThat(p.words().length()).isLessThanOrEqualTo(Trouble.WORDS_MAX);
    assertThat(p.plain()).matches("[A-Z].*\\.").doesNotContain("{}");
    if (code >= 400 && code < 500 && stage != Stage.STARTTLS && stage != Stage.TLS) {
      assertThat(failed).isFalse();
    }
    if (code == 421) {
      assertThat(v.step()).isEqualTo(Verdict.Step.OTHER_HOST);
    }
    if (stage == Stage.END && code == 0) {
      assertThat(v.step()).isEqualTo(Verdict.Step.SETTLED);
    }
    if (v.ours()) {
      assertThat(failed).isFalse();
    }
  }

  @Test
  void aRouteHasFailedWhenAllItsHostsSaySo() {
    Verdict never = Trouble.judge(heard(Stage.BANNER, "554 no SMTP service"), scene("-"));
    Verdict never2 = Trouble.judge(heard(Stage.BANNER, "521 no"), scene("-"));
    Verdict unreachable = Trouble.judge(heard(Stage.DIAL, "REFUSED"), scene("-"));
    Verdict busy = Trouble.judge(heard(Stage.HELLO, "421 busy"), scene("-"));
    Verdict later = Trouble.judge(heard(Stage.MAIL, "451 later"), scene("-"));

    assertThat(Trouble.exhausted(List.of(never, never2))).isEqualTo(never.outcome());
    assertThat(Trouble.exhausted(List.of(never, unreachable))).isEqualTo(unreachable.outcome());
    assertThat(Trouble.exhausted(List.of(unreachable, unreachable)))
        .isEqualTo(unreachable.outcome());
    assertThat(Trouble.exhausted(List.of(unreachable, busy, unreachable)))
        .isEqualTo(busy.outcome());
    assertThat(Trouble.exhausted(List.of(busy, later)))
        .isEqualTo(new Outcome.Deferred(problem(busy.outcome()), Pace.SAME));
    assertThat(Trouble.exhausted(List.of(busy, never))).isEqualTo(busy.outcome());
  }

  @Test
  void whatTheNameServersSay() {
    assertThat(Trouble.noSuchDomain("example.org"))
        .isEqualTo(failed("5.1.2", "There is no domain example.org."));
    assertThat(Trouble.takesNoMail("example.org"))
        .isEqualTo(failed("5.1.10", "example.org takes no mail at all."));
    assertThat(Trouble.toOurselves("example.org"))
        .isEqualTo(
            failed(
                "5.4.6", "Mail of example.org is to come to our server, which does not keep it."));
    assertThat(Trouble.noRoute("example.org"))
        .isEqualTo(
            failed(
                "5.4.4",
                "Mail of example.org is to go to a place that cannot be reached from outside."));
    assertThat(Trouble.notFound("example.org", "SERVFAIL"))
        .isEqualTo(
            new Outcome.Deferred(
                new Problem(
                    "4.4.3",
                    "",
                    "",
                    "Our server could not find out which server takes mail of example.org"
                        + " (SERVFAIL)."),
                Pace.STOP));
  }

  private static Outcome failed(String status, String plain) {
    return new Outcome.Failed(new Problem(status, "", "", plain));
  }

  private static Heard heard(Stage stage, String text) {
    if (!Character.isDigit(text.charAt(0))) {
      return new Heard.Broken(stage, Cause.valueOf(text), "what happened");
    }
    int code = Integer.parseInt(text.substring(0, 3));
    String rest = text.substring(4);
    int space = rest.indexOf(' ');
    String first = space < 0 ? rest : rest.substring(0, space);
    boolean enhanced = first.matches("[245]\\.\\d+\\.\\d+");
    return new Heard.Answered(
        stage,
        new RemoteReply(
            code,
            enhanced ? first : "",
            new ArrayList<>(List.of(enhanced ? rest.substring(space + 1) : rest))));
  }

  /// Before a host is asked: what its domain publishes forbids it.
  @ParameterizedTest
  @CsvSource({
    "NOT_IN_POLICY, -, other STOP, 4.7.0, none of those",
    "NOT_IN_POLICY, requiretls, other failed, 5.7.10, none of those",
    "TLSA_UNKNOWN, -, other STOP, 4.7.0, could not be found out",
    "TLSA_UNKNOWN, requiretls, other STOP, 4.7.0, could not be found out",
    "NOT_NAMED, requiretls, other failed, 5.7.10, Nothing proves",
  })
  void someHostsAreNotUsed(
      Guard.Why why, String scene, String verdict, String status, String words) {
    Verdict v = Trouble.refused(new Guard.Refusal(why, "as a test says"), scene(scene));
    assertThat(v.step()).isEqualTo(Verdict.Step.OTHER_HOST);
    String outcome =
        v.outcome() instanceof Outcome.Deferred d ? "other " + d.pace() : "other failed";
    assertThat(outcome).isEqualTo(verdict);
    assertThat(problem(v.outcome()).status()).isEqualTo(status);
    assertThat(problem(v.outcome()).plain())
        .contains(words, "he server of example.org", "(as a test says).");
  }

  private static Scene scene(String name) {
    DeliverBy by = name.equals("by") ? new DeliverBy(60, DeliverBy.Mode.RETURN, false) : null;
    MailOptions options =
        new MailOptions(name.equals("utf8"), name.equals("requiretls"), null, "", 0, by, null);
    return new Scene(
        "example.org",
        HOST,
        name.equals("smart"),
        name.equals("tls"),
        options,
        true,
        "TLSv1.3",
        true);
  }

  private static String step(Verdict v) {
    return switch (v.step()) {
      case SETTLED -> "settled";
      case OTHER_HOST -> "other";
      case IN_CLEAR -> "clear";
      case NEXT_TRANSACTION -> "next";
    };
  }

  private static String came(Outcome o) {
    return switch (o) {
      case Outcome.Delivered _ -> "taken";
      case Outcome.Deferred d -> d.pace().name();
      case Outcome.Failed _ -> "failed";
    };
  }

  private static String status(Outcome o) {
    return o instanceof Outcome.Delivered ? "" : problem(o).status();
  }

  private static Problem problem(Outcome o) {
    return switch (o) {
      case Outcome.Deferred d -> d.problem();
      case Outcome.Failed f -> f.problem();
      case Outcome.Delivered _ -> throw new AssertionError("delivered");
    };
  }
}
