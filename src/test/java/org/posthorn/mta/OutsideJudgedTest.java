package org.posthorn.mta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.dns.Zones;
import org.posthorn.mta.feedback.Feedback;
import org.posthorn.mta.filter.HttpPost;
import org.posthorn.mta.filter.OutsideJudges;
import org.posthorn.mta.filter.Rspamd;
import org.posthorn.mta.filter.Terms;
import org.posthorn.mta.judge.Inspector;
import org.posthorn.mta.judge.JudgeOptions;
import org.posthorn.mta.judge.RuleJudge;
import org.posthorn.mta.judge.Rules;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.server.SmtpTalk;
import org.posthorn.store.AccountId;

/// What follows from the word of a judge outside, an rspamd whose HTTP the test plays.
class OutsideJudgedTest {
  private final MailHost host = new MailHost();
  private final AccountId ana = host.account("ana@foo.com");
  private final List<HttpPost.Request> asked = new ArrayList<>();

  @AfterEach
  void end() {
    host.close();
  }

  private void says(String answer, boolean submissions) {
    HttpPost http =
        request -> {
          asked.add(request);
          return answer.getBytes(UTF_8);
        };
    Terms terms = new Terms("Rspamd", Duration.ofSeconds(20), Terms.Absent.ACCEPT, submissions);
    Rspamd rspamd = new Rspamd(terms, http, URI.create("http://127.0.0.1"), "");
    host.mta.ask(new OutsideJudges(List.of(rspamd), Ticker.SYSTEM));
  }

  private void inspect() {
    JudgeOptions options = new JudgeOptions(Rules.standard(90), List.of(), true, false);
    host.mta.inspectBy(
        new Inspector(
            "mx.foo.com",
            c -> true,
            new Zones(),
            host.disk.clock,
            Ticker.SYSTEM,
            new Random(1),
            new RuleJudge(options, host.directory::isOurs)));
  }

  private String send(String... lines) {
    return MailHost.send(host.mx(), "eve@bar.com", "ana@foo.com", lines);
  }

  private long junk() {
    return host.disk.store.account(ana).mailbox("Junk").count();
  }

  @Test
  void refusesForStrangersWithAndWithoutRules() {
    says("{\"action\":\"reject\"}", false);
    assertThat(send("Subject: x", "", "x")).isEqualTo("550 5.7.1 Spam is not wanted here");
    inspect();
    assertThat(send("Subject: x", "", "x"))
        .isEqualTo("550 5.7.1 Message refused: rspamd says: reject");
    says("{\"action\":\"soft reject\"}", false);
    assertThat(send("Subject: x", "", "x")).startsWith("451 4.7.1 ");
    assertThat(host.inbox("ana@foo.com")).isEmpty();
  }

  @Test
  void putsIntoJunkWithAndWithoutRules() {
    says("{\"action\":\"add header\"}", false);
    assertThat(send("Subject: x", "", "x")).startsWith("250");
    assertThat(junk()).isEqualTo(1);
    inspect();
    assertThat(send("Subject: y", "", "y")).startsWith("250");
    assertThat(junk()).isEqualTo(2);
    assertThat(host.inbox("ana@foo.com")).isEmpty();
  }

  /// Our own lines have room for little.
  @Test
  void muchThatIsAddedStandsInTheMessage() {
    String much = "much ".repeat(180);
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      fields.append(i == 0 ? "" : ",").append("\"X-Much-" + i + "\":\"" + much + "\"");
    }
    says("{\"action\":\"no action\",\"milter\":{\"add_headers\":{" + fields + "}}}", false);
    assertThat(send("Subject: x", "", "x")).startsWith("250");
    assertThat(host.inbox("ana@foo.com").getFirst())
        .contains("\r\nX-Much-0: much", "\r\nX-Much-39: much", "\r\nSubject: x\r\n");
  }

  @Test
  void isTakenWhereReportsAreMadeAndNobodyInspects() {
    host.mta.reportBy(new Feedback(host.disk.store, host.disk.clock), null);
    says("{\"action\":\"add header\"}", false);
    assertThat(send("Subject: x", "", "x")).startsWith("250");
    assertThat(junk()).isEqualTo(1);
  }

  @Test
  void whoHasItAlreadyGetsItOnceThoughAJudgeDefersItsRepetition() {
    says("{\"action\":\"no action\"}", false);
    SmtpTalk t = host.mx();
    t.ask("MAIL FROM:<eve@bar.com>", "250").ask("RCPT TO:<ana@foo.com>", "250");
    t.ask("DATA", "354").say("Subject: once", "", ".").expect("250").cut();
    host.hangUp();
    says("{\"action\":\"soft reject\"}", false);
    assertThat(send("Subject: once", "")).startsWith("451");
    says("{\"action\":\"no action\"}", false);
    assertThat(send("Subject: once", "")).startsWith("250");
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
  }

  @Test
  void addsAndChangesFields() {
    says(
        """
        {"action":"no action","milter":{"add_headers":{"X-Seen":"yes"},
         "remove_headers":{"X-Old":0}}}
        """,
        false);
    assertThat(send("X-Old: 1", "Subject: x", "X-Old: 2", " two", "", "X-Old: body"))
        .startsWith("250");
    assertThat(host.inbox("ana@foo.com"))
        .singleElement()
        .asString()
        .containsPattern("\r\nX-Seen: yes\r\nReceived: ")
        .endsWith("\r\nSubject: x\r\n\r\nX-Old: body\r\n");
    assertThat(asked.getFirst().headers())
        .contains(
            new HttpPost.Header("From", "eve@bar.com"), new HttpPost.Header("Rcpt", "ana@foo.com"));
  }

  @Test
  void submissionsAreForThoseWhoWantThemAndNeverJunk() {
    says("{\"action\":\"reject\"}", false);
    assertThat(submit()).startsWith("250");
    assertThat(asked).isEmpty();
    says("{\"action\":\"add header\"}", true);
    assertThat(submit()).startsWith("250");
    assertThat(host.inbox("ana@foo.com")).hasSize(2);
    assertThat(junk()).isZero();
    says("{\"action\":\"reject\"}", true);
    assertThat(submit()).startsWith("550 5.7.1");
  }

  private String submit() {
    SmtpTalk t = host.submission();
    t.ask("AUTH PLAIN " + SmtpTalk.plain("", "ana@foo.com", MailHost.PASSWORD), "235");
    return MailHost.send(t, "ana@foo.com", "ana@foo.com", "From: ana@foo.com", "", "x");
  }

  @Test
  void mailOfAServerInFrontIsItsOwnAffair() {
    says("{\"action\":\"reject\"}", true);
    assertThat(MailHost.send(host.lmtp(), "eve@bar.com", "ana@foo.com", "Subject: x", "", "x"))
        .startsWith("250");
    assertThat(asked).isEmpty();
  }
}
