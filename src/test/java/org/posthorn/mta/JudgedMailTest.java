package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.dns.Zones;
import org.posthorn.mta.judge.Facts;
import org.posthorn.mta.judge.Inspector;
import org.posthorn.mta.judge.Judge;
import org.posthorn.mta.judge.Judgement;
import org.posthorn.mta.judge.Verdict;
import org.posthorn.mta.judge.Verdict.Action;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.server.SmtpTalk;
import org.posthorn.store.AccountId;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.dmarc.DmarcResult;
import org.posthorn.trust.spf.SpfResult;

/// What follows from a verdict.
class JudgedMailTest {
  private final MailHost host = new MailHost();
  private final Zones zones = new Zones();
  private final AccountId ana = host.account("ana@foo.com");
  private final AccountId bo = host.account("bo@foo.com");

  @AfterEach
  void end() {
    host.close();
  }

  private void judge(Judgement judgement) {
    judge((facts, message, accounts) -> judgement);
  }

  private void judge(Judge judge) {
    host.mta.inspectBy(
        new Inspector(
            "mx.foo.com", c -> true, zones, host.disk.clock, Ticker.SYSTEM, new Random(1), judge));
  }

  private static Verdict verdict(Action action) {
    return new Verdict(action, "the rule", List.of("first reason", "second"));
  }

  @Test
  void whatIsAcceptedSaysWhy() {
    judge(new Judgement(verdict(Action.ACCEPT)));
    SmtpTalk t = host.mx();
    assertThat(MailHost.send(t, "eve@bar.com", "ana@foo.com", "Subject: x", "", "x"))
        .startsWith("250");
    assertThat(host.inbox("ana@foo.com"))
        .singleElement()
        .asString()
        .contains("\r\nX-Posthorn-Verdict: accept; rule=the-rule; first reason; second\r\n");
  }

  @Test
  void junkGoesIntoJunk() {
    judge(new Judgement(verdict(Action.JUNK)));
    SmtpTalk t = host.mx();
    assertThat(MailHost.send(t, "eve@bar.com", "ana@foo.com", "Subject: x", "", "x"))
        .startsWith("250");
    assertThat(host.inbox("ana@foo.com")).isEmpty();
    assertThat(host.disk.store.account(ana).mailbox("Junk").count()).isEqualTo(1);
  }

  @Test
  void anAccountMayKnowBetter() {
    judge(new Judgement(verdict(Action.JUNK), Map.of(bo, verdict(Action.ACCEPT))));
    SmtpTalk t = host.mx();
    t.ask("MAIL FROM:<eve@bar.com>", "250");
    t.ask("RCPT TO:<ana@foo.com>", "250");
    t.ask("RCPT TO:<bo@foo.com>", "250");
    t.ask("DATA", "354").say("Subject: x", "", "x").say(".");
    assertThat(t.readReply().getFirst()).startsWith("250");
    assertThat(host.inbox("ana@foo.com")).isEmpty();
    assertThat(host.inbox("bo@foo.com")).hasSize(1);
  }

  @Test
  void refusalsSayWhy() {
    judge(new Judgement(verdict(Action.REJECT)));
    SmtpTalk t = host.mx();
    assertThat(MailHost.send(t, "eve@bar.com", "ana@foo.com", "Subject: x", "", "x"))
        .isEqualTo("550 5.7.1 Message refused: first reason");
    judge(new Judgement(verdict(Action.DEFER)));
    assertThat(MailHost.send(t, "eve@bar.com", "ana@foo.com", "Subject: x", "", "x"))
        .isEqualTo("451 4.7.1 Try again later: first reason");
    assertThat(host.inbox("ana@foo.com")).isEmpty();
    assertThat(host.disk.store.account(ana).mailbox("Junk").count()).isZero();
  }

  @Test
  void theJudgeKnowsWhatWasFoundOut() {
    zones.txt("bar.com", "v=spf1 ip4:127.0.0.1 -all").name("127.0.0.1", "client.bar.com");
    zones.address("client.bar.com", "127.0.0.1");
    zones.txt("_dmarc.bar.com", "v=DMARC1; p=reject");
    List<Facts> all = new ArrayList<>();
    judge((facts, message, accounts) -> {
      all.add(facts);
      assertThat(accounts).containsExactly(ana);
      return new Judgement(verdict(Action.ACCEPT));
    });
    SmtpTalk t = host.mx();
    assertThat(
            MailHost.send(
                t, "eve@bar.com", "ana@foo.com", "From: eve@bar.com", "DKIM-Signature: x", "", "x"))
        .startsWith("250");
    Facts facts = all.getFirst();
    assertThat(facts.spf().code()).isEqualTo(SpfResult.Code.PASS);
    assertThat(facts.reverse().name()).isEqualTo("client.bar.com");
    assertThat(facts.dmarc().code()).isEqualTo(DmarcResult.Code.PASS);
    assertThat(facts.dkim()).extracting(DkimResult::code).containsExactly(DkimResult.Code.NEUTRAL);
  }

  /// RFC 8601 §4.1, §5
  @Test
  void whatWasFoundStandsOnTopAndNobodyElseSpeaksForUs() {
    zones.txt("bar.com", "v=spf1 ip4:127.0.0.1 -all");
    judge(new Judgement(verdict(Action.ACCEPT)));
    SmtpTalk t = host.mx();
    String reply =
        MailHost.send(
            t,
            "eve@bar.com",
            "ana@foo.com",
            "Authentication-Results: MX.foo.com; dkim=pass header.d=bank.example",
            "Authentication-Results: other.example; spf=fail",
            "X-Posthorn-Verdict: accept; rule=known",
            "Subject: x",
            "",
            "x");
    assertThat(reply).startsWith("250");
    String text = host.inbox("ana@foo.com").getFirst();
    assertThat(text)
        .contains("\r\nAuthentication-Results: mx.foo.com;\r\n", "spf=pass smtp.mailfrom=bar.com")
        .contains("Authentication-Results: other.example; spf=fail\r\nSubject: x\r\n")
        .doesNotContain("bank.example", "rule=known");
    assertThat(text.indexOf("mx.foo.com;")).isLessThan(text.indexOf("\r\nReceived: "));
  }

  /// B25
  @Test
  void longNamesInSignaturesStopNoMail() {
    judge(new Judgement(verdict(Action.ACCEPT)));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String selector = "s.".repeat(400) + i;
      lines.add("DKIM-Signature: v=1; a=rsa-sha256; d=" + "d.".repeat(120) + "test; s=" + selector);
      lines.add("\t; h=From; bh=AAAA; b=AAAA" + i);
    }
    lines.addAll(List.of("Subject: x", "", "x"));
    String reply =
        MailHost.send(host.mx(), "eve@bar.com", "ana@foo.com", lines.toArray(String[]::new));
    assertThat(reply).startsWith("250");
    assertThat(host.inbox("ana@foo.com").getFirst()).contains("dmarc=", "dkim=");
  }

  /// Whoever logs in, and a server in front of us, is not judged.
  @Test
  void onlyStrangersAreJudged() {
    judge(new Judgement(verdict(Action.REJECT)));
    assertThat(MailHost.send(host.lmtp(), "eve@bar.com", "ana@foo.com", "Subject: x", "", "x"))
        .startsWith("250");
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
  }

  /// What an account did not take waits, and is Junk later, too.
  @Test
  void whatWaitsKeepsItsVerdict() {
    judge(new Judgement(verdict(Action.JUNK)));
    host.quota("bo@foo.com", 1);
    SmtpTalk t = host.mx();
    t.ask("MAIL FROM:<eve@bar.com>", "250");
    t.ask("RCPT TO:<ana@foo.com>", "250");
    host.quota("bo@foo.com", 1_000_000);
    t.ask("RCPT TO:<bo@foo.com>", "250");
    host.quota("bo@foo.com", 1);
    t.ask("DATA", "354").say("Subject: x", "", "x").say(".");
    assertThat(t.readReply().getFirst()).startsWith("250");
    assertThat(host.queue())
        .singleElement()
        .extracting(MailHost.Waiting::text)
        .asString()
        .startsWith("X-Posthorn-Verdict: junk; rule=the-rule;");
  }
}
