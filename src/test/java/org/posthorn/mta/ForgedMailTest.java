package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Zones;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.judge.Experience;
import org.posthorn.mta.judge.Inspector;
import org.posthorn.mta.judge.JudgeOptions;
import org.posthorn.mta.judge.RuleJudge;
import org.posthorn.net.Ticker;
import org.posthorn.net.sasl.ScramClient;
import org.posthorn.smtp.server.SmtpTalk;
import org.posthorn.store.Account;
import org.posthorn.store.UidSet;
import org.posthorn.trust.dkim.DkimKey;
import org.posthorn.trust.dkim.DkimSigner;
import org.posthorn.trust.dkim.SignedMessage;
import org.posthorn.trust.dkim.SigningAlgorithm;

/// Who writes in our name from outside, and who may; and what one account knows that others do not.
class ForgedMailTest {
  private static final String REFUSAL =
      "550 5.7.26 Message refused: Senders of foo.com have to log in: neither SPF nor a DKIM"
          + " signature of it vouches for the ";

  private final MailHost host = new MailHost();
  private final Zones zones = new Zones();
  private final DkimKey key = DkimKey.generate(SigningAlgorithm.ED25519_SHA256);
  private final DkimSigner signer =
      new DkimSigner(List.of(new DkimSigner.SigningKey("foo.com", "s1", key)));
  private final Experience experience =
      new Experience(host.disk.store, host.disk.clock, SendingLimits::hasWritten);

  @BeforeEach
  void begin() {
    host.account("ana@foo.com");
    host.account("bo@foo.com");
    zones.txt("s1._domainkey.foo.com", key.record());
    var judge = new RuleJudge(JudgeOptions.DEFAULT, host.directory::isOurs, experience);
    host.mta.inspectBy(
        new Inspector(
            "mx.foo.com", c -> true, zones, host.disk.clock, Ticker.SYSTEM, new Random(1), judge));
  }

  @AfterEach
  void end() {
    experience.close();
    host.close();
  }

  private String send(String from, String... lines) {
    return MailHost.send(host.mx(), from, "ana@foo.com", lines);
  }

  private static final String[] OURS = {
    "From: bo@foo.com", "To: ana@foo.com", "Subject: hello", "", "Hello"
  };

  private String[] signed(String... lines) {
    byte[] message = (String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] head = signer.sign(SignedMessage.readToSign(message), host.disk.clock.instant());
    String all = new String(head, StandardCharsets.US_ASCII) + String.join("\r\n", lines);
    return all.split("\r\n");
  }

  @Test
  void nobodyWritesInOurName() {
    assertThat(send("bo@foo.com", OURS)).isEqualTo(REFUSAL + "sender");
    assertThat(send("eve@evil.test", OURS)).isEqualTo(REFUSAL + "author");
    assertThat(send("eve@evil.test", "From: eve@evil.test, BO@Foo.Com", "", "x"))
        .isEqualTo(REFUSAL + "author");
    assertThat(send("eve@evil.test", "From: eve@evil.test", "From: bo@foo.com", "", "x"))
        .isEqualTo(REFUSAL + "author");
    assertThat(host.inbox("ana@foo.com")).isEmpty();
  }

  /// What stands in From is shown, address or not, and nothing can stand for it.
  @Test
  void whoCannotBeToldIsForJunk() {
    String[] froms = {
      "X-No: author",
      "From:",
      "From: <>",
      "From: bo",
      "From: bo@foo.com <>",
      "From: bo@foo.com\\",
      "From: bo@foo.com\u000b",
      "From: <<eve@evil.test>bo@foo.com>",
      "From: =?utf-8?q?bo=40foo.com?=",
      "From: eve@evil.test\r\nFrom: eve@evil.test",
      "From: bo@a.test, b@b.test, c@c.test, d@d.test, e@e.test",
      "From: " + "eve@evil.test,".repeat(100) + " bo@foo.com",
      "X: y\r\n".repeat(1100) + "From: bo@foo.com",
    };
    for (int i = 0; i < froms.length; i++) {
      assertThat(send("eve@evil.test", froms[i], "Subject: x", "", "x"))
          .as(froms[i])
          .startsWith("250");
      assertThat(host.inbox("ana@foo.com")).as(froms[i]).isEmpty();
    }
    assertThat(send("eve@evil.test", "From: bo@foo.com.", "", "x")).isEqualTo(REFUSAL + "author");
    assertThat(send("eve@evil.test", "From: eve@evil.test", "", "x")).startsWith("250");
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
  }

  /// What is below our domain is ours, though nobody has added it.
  @Test
  void nobodyWritesInANameBelowOurs() {
    String[] lines = {"From: ops@web1.foo.com", "Subject: x", "", "x"};
    String refusal = REFUSAL.replace("of foo.com", "of web1.foo.com");
    assertThat(send("ops@web1.foo.com", lines)).isEqualTo(refusal + "sender");
    assertThat(send("eve@evil.test", lines)).isEqualTo(refusal + "author");
    zones.txt("web1.foo.com", "v=spf1 ip4:127.0.0.1 -all");
    assertThat(send("ops@web1.foo.com", lines)).startsWith("250");
  }

  @Test
  void whoShowsAnAddressOfOursIsForJunk() {
    String[] lines = {"From: \"bo@foo.com\" <eve@evil.test>", "Subject: x", "", "x"};
    zones.txt("evil.test", "v=spf1 ip4:127.0.0.1 -all");
    assertThat(send("eve@evil.test", lines)).startsWith("250");
    assertThat(host.inbox("ana@foo.com")).isEmpty();
    assertThat(send("eve@evil.test", "From: eve <eve@evil.test>", "", "x")).startsWith("250");
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
  }

  /// What bo sent to a list elsewhere comes back with his signature.
  @Test
  void aSignatureOfOursVouches() {
    assertThat(send("bo@foo.com", signed(OURS))).startsWith("250");
    assertThat(send("list-bounces@list.test", signed(OURS))).startsWith("250");
    String[] changed = signed(OURS);
    changed[changed.length - 1] = "Good bye";
    assertThat(send("list-bounces@list.test", changed)).isEqualTo(REFUSAL + "author");
    assertThat(host.inbox("ana@foo.com")).hasSize(2);
  }

  /// Whoever sends newsletters for us is in our SPF record.
  @Test
  void ourSpfRecordVouches() {
    zones.txt("foo.com", "v=spf1 ip4:127.0.0.1 -all");
    assertThat(send("news@foo.com", OURS)).startsWith("250");
    assertThat(send("eve@evil.test", OURS)).isEqualTo(REFUSAL + "author");
  }

  @Test
  void whereNobodyAnswersItIsTriedAgain() {
    zones.breaks("foo.com", Answer.Reason.TIMEOUT);
    assertThat(send("bo@foo.com", OURS))
        .isEqualTo(
            "451 4.7.26 Try again later: Whether the sender may use foo.com could not be found out"
                + " now");
  }

  @Test
  void whoHasLoggedInMayOfCourse() {
    SmtpTalk t = host.submission();
    t.ask("AUTH PLAIN " + ScramClient.base64("\0bo@foo.com\0" + MailHost.PASSWORD), "235");
    assertThat(MailHost.send(t, "bo@foo.com", "ana@foo.com", OURS)).startsWith("250");
  }

  /// One has written to him, the other has not; SPF says that it is he.
  @Test
  void anAccountKnowsToWhomItHasWritten() {
    zones.txt("evil.test", "v=spf1 ip4:127.0.0.1 -all").txt("bar.com", "v=spf1 ip4:192.0.2.1 -all");
    Account ana =
        host.disk.store.account(host.directory.account("ana@foo.com").orElseThrow().account());
    host.mta
        .limits()
        .take(ana, EmailAddress.parse("ana@foo.com"), List.of(EmailAddress.parse("eve@evil.test")));
    send("eve@evil.test", "From: eve@evil.test", "", "x");
    assertThat(host.inbox("ana@foo.com"))
        .singleElement()
        .asString()
        .contains("X-Posthorn-Verdict: accept; rule=known; you have written to eve@evil.test\r\n");
    MailHost.send(host.mx(), "eve@evil.test", "bo@foo.com", "From: eve@evil.test", "", "x");
    assertThat(host.inbox("bo@foo.com"))
        .singleElement()
        .asString()
        .contains("X-Posthorn-Verdict: accept; rule=none; ");
    // Another host in his name is not he.
    send("eve@bar.com", "From: eve@evil.test", "", "x");
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
  }

  /// Who was put into Junk once stays there until he is taken out of it; if it is he.
  @Test
  void whatAUserDoesWithMailDecidesAboutTheNext() {
    zones.txt("evil.test", "v=spf1 ip4:127.0.0.1 -all");
    Account ana =
        host.disk.store.account(host.directory.account("ana@foo.com").orElseThrow().account());
    String[] letter = {"From: eve@evil.test", "Subject: Hi", "", "How are you?"};
    send("eve@evil.test", letter);
    move(ana, "INBOX", "Junk");
    send("eve@evil.test", letter);
    assertThat(ana.mailbox("Junk").count()).isEqualTo(2);
    MailHost.send(host.mx(), "eve@evil.test", "bo@foo.com", letter);
    assertThat(host.inbox("bo@foo.com")).hasSize(1);
    move(ana, "Junk", "INBOX");
    send("eve@evil.test", letter);
    assertThat(host.inbox("ana@foo.com"))
        .last()
        .asString()
        .contains("X-Posthorn-Verdict: accept; rule=known; you have taken mail of eve@evil.test");
  }

  private void move(Account account, String from, String to) {
    account.move(account.mailbox(from).id(), UidSet.ALL, to);
    experience.learnNow();
  }
}
