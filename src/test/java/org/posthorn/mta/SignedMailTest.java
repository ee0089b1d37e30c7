package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.mta.MailHost.PASSWORD;
import static org.posthorn.mta.MailHost.send;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.posthorn.Await;
import org.posthorn.directory.SigningKey;
import org.posthorn.dns.Zones;
import org.posthorn.mta.judge.Inspector;
import org.posthorn.mta.judge.Judgement;
import org.posthorn.mta.judge.Verdict;
import org.posthorn.mta.sign.DomainKeys;
import org.posthorn.mta.sign.Signing;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.client.PoliteServer;
import org.posthorn.smtp.client.RemoteServer;
import org.posthorn.smtp.server.Feature;
import org.posthorn.smtp.server.SmtpConfig;
import org.posthorn.smtp.server.SmtpTalk;
import org.posthorn.trust.arc.ArcResult;
import org.posthorn.trust.arc.ArcVerifier;
import org.posthorn.trust.dkim.DkimVerifier;
import org.posthorn.trust.dkim.SignedMessage;
import org.posthorn.trust.dkim.SigningAlgorithm;

/// Which mail leaves with signatures, whose they are, and that they hold.
class SignedMailTest {
  private static final List<SigningAlgorithm> BOTH =
      List.of(SigningAlgorithm.RSA_SHA256, SigningAlgorithm.ED25519_SHA256);

  private final MailHost host = new MailHost();
  private final Zones zones = new Zones();
  private DomainKeys keys;
  private boolean closed;

  @BeforeEach
  void people() {
    host.account("ana@foo.com");
    host.account("bo@foo.com");
    signBy(List.of(SigningAlgorithm.ED25519_SHA256));
  }

  private void signBy(List<SigningAlgorithm> algorithms) {
    keys = new DomainKeys(host.directory.signingKeys(), algorithms, host.disk.clock);
    host.mta.signBy(new Signing(keys, algorithms, host.disk.clock));
  }

  @AfterEach
  void checkTheStore() {
    if (!closed) host.close();
  }

  /// What a server without extensions gets while something is done.
  private String sent(Consumer<SendingHost> doing) throws IOException {
    PoliteServer bar = new PoliteServer("DSN");
    closed = true; // by the host that sends
    try (RemoteServer server = RemoteServer.start(bar)) {
      var where = new InetSocketAddress(server.address(), server.port());
      try (SendingHost sending =
          new SendingHost(host, new SendingHost.Places().at("bar.com", where))) {
        doing.accept(sending);
        Await.until(() -> !bar.taken().isEmpty());
        sending.drained();
        return bar.taken().getFirst().octets();
      }
    }
  }

  private SmtpTalk ana() {
    return host.submission().logIn("ana@foo.com", PASSWORD);
  }

  /// `result domain algorithm` of each signature.
  private List<String> signatures(String message) {
    for (String domain : keys.domains()) {
      for (SigningKey k : host.directory.signingKeys().of(domain)) {
        String name = DomainKeys.recordName(domain, k);
        zones.remove(name).txt(name, DomainKeys.recordText(k));
      }
    }
    SignedMessage read = SignedMessage.read(message.getBytes(StandardCharsets.ISO_8859_1));
    return DkimVerifier.verify(read, zones, host.disk.clock.instant()).stream()
        .map(r -> r.code().word() + " " + r.domain() + " " + r.algorithm())
        .toList();
  }

  private String only() {
    assertThat(host.queue()).hasSize(1);
    return host.queue().getFirst().text();
  }

  @Test
  void mailOfOurPeopleLeavesWithASignatureOfEachKind() {
    signBy(BOTH);
    send(ana(), "ana@foo.com", "smith@bar.com", "From: ana@foo.com", "Subject: x", "", "Hi");
    String text = only();
    assertThat(text).startsWith("DKIM-Signature: v=1; a=rsa-sha256;");
    assertThat(signatures(text))
        .containsExactly("pass foo.com rsa-sha256", "pass foo.com ed25519-sha256");
    assertThat(signatures(text.replace("\r\n\r\nHi", "\r\n\r\nHo")))
        .noneMatch(s -> s.contains("pass"));
    assertThat(host.mta.counters().messagesSigned.sum()).isEqualTo(1);
  }

  @Test
  void copiesHereAreNotSigned() {
    SmtpTalk t = ana().ask("MAIL FROM:<ana@foo.com>", "250");
    t.ask("RCPT TO:<bo@foo.com>", "250").ask("RCPT TO:<smith@bar.com>", "250");
    t.ask("DATA", "354").say("From: ana@foo.com", "", "Hi", ".").expect("250 2.0.0 Delivered as ");
    assertThat(host.inbox("bo@foo.com")).singleElement().asString().doesNotContain("DKIM-Sig");
    assertThat(signatures(only())).containsExactly("pass foo.com ed25519-sha256");
    send(ana(), "ana@foo.com", "bo@foo.com", "From: ana@foo.com", "", "Hi");
    assertThat(host.mta.counters().messagesSigned.sum()).isEqualTo(1);
  }

  /// Who may send on the mail of others does not speak for their domains, though they be ours.
  @Test
  void whoSendsOnSignsForHimself() {
    host.directory.addDomain("foo.org");
    host.account("eve@foo.org");
    SmtpTalk t = host.submission().logIn("eve@foo.org", PASSWORD);
    send(
        t,
        "eve@foo.org",
        "smith@bar.com",
        "Resent-From: eve@foo.org",
        "From: ana@foo.com",
        "",
        "x");
    assertThat(signatures(only())).containsExactly("pass foo.org ed25519-sha256");
  }

  @Test
  void theAuthorsDomainSigns() {
    host.directory.addDomainAlias("foo.org", "foo.com");
    send(ana(), "ana@foo.com", "smith@bar.com", "From: Ana <ana@FOO.org>", "", "Hi");
    assertThat(signatures(only())).containsExactly("pass foo.org ed25519-sha256");
  }

  @Test
  void theSendersDomainSignsForAnAuthorElsewhere() {
    host.directory.addressing().addSendAs("ana@foo.com", "ana@elsewhere.test");
    send(ana(), "ana@foo.com", "smith@bar.com", "From: ana@elsewhere.test", "", "Hi");
    assertThat(signatures(only())).containsExactly("pass foo.com ed25519-sha256");
  }

  @Test
  void mailOfStrangersIsNotSigned() {
    host.alias("away@foo.com", "smith@bar.com");
    send(host.mx(), "jones@baz.org", "away@foo.com", "From: jones@baz.org", "", "Hi");
    send(host.mx(), "jones@baz.org", "away@foo.com", "From: ana@foo.com", "", "Hi");
    assertThat(host.queue()).hasSize(2).noneMatch(w -> w.text().contains("DKIM-Signature"));
  }

  @Test
  void whatAnAddressOfOursSendsOnForOneOfUsIsSigned() {
    host.alias("away@foo.com", "smith@bar.com");
    send(ana(), "ana@foo.com", "away@foo.com", "From: ana@foo.com", "", "Hi");
    String text = only();
    assertThat(text).contains("\r\nDelivered-To: away@foo.com\r\n");
    assertThat(signatures(text)).containsExactly("pass foo.com ed25519-sha256");
  }

  @Test
  void mailThatWaitsForItsTimeIsSignedOnceWhenItLeaves() throws IOException {
    host.alias("away@foo.com", "smith@bar.com");
    SmtpConfig config =
        SmtpConfig.submission("foo.com")
            .withAuthentication(SmtpConfig.Authentication.CLEARTEXT)
            .with(Feature.FUTURERELEASE);
    SmtpTalk t = host.serve(config, host.mta.submission()).connect().hello();
    t.logIn("ana@foo.com", PASSWORD).ask("MAIL FROM:<ana@foo.com> HOLDFOR=60", "250");
    t.ask("RCPT TO:<away@foo.com>", "250");
    t.ask("DATA", "354").say("From: ana@foo.com", "", "Hi", ".").expect("250 ");
    assertThat(only()).doesNotContain("DKIM-Signature");

    String sent = sent(SendingHost::nextTry);
    assertThat(signatures(sent)).containsExactly("pass foo.com ed25519-sha256");
  }

  @Test
  void aNoticeIsSignedByTheDomainItIsFrom() throws IOException {
    String notice =
        sent(sending -> {
          SmtpConfig config = SmtpConfig.mx("foo.com").with(Feature.DSN);
          SmtpTalk t = host.serve(config, host.mta.mx()).connect().hello();
          t.ask("MAIL FROM:<smith@bar.com>", "250");
          t.ask("RCPT TO:<bo@foo.com> NOTIFY=SUCCESS", "250");
          t.ask("DATA", "354").say("From: smith@bar.com", "", "Hi", ".").expect("250 ");
        });
    assertThat(notice).contains("postmaster@foo.com").contains("Delivered");
    assertThat(signatures(notice)).containsExactly("pass foo.com ed25519-sha256");
  }

  @Test
  void whatIsMadeSevenBitForAServerIsSignedAnew() throws IOException {
    String sent =
        sent(sending -> {
          List<SigningAlgorithm> one = List.of(SigningAlgorithm.ED25519_SHA256);
          sending.signBy(new Signing(keys, one, host.disk.clock));
          SmtpTalk t = ana().ask("MAIL FROM:<ana@foo.com> BODY=8BITMIME", "250");
          t.ask("RCPT TO:<smith@bar.com>", "250").ask("DATA", "354");
          t.say("From: ana@foo.com", "MIME-Version: 1.0");
          t.say("Content-Type: text/plain; charset=iso-8859-1");
          t.say("Content-Transfer-Encoding: 8bit", "", "Gr\u00fc\u00dfe", ".").expect("250 ");
        });
    assertThat(sent).contains("quoted-printable").contains("\r\n\r\nGr=");
    assertThat(sent.split("DKIM-Signature:")).hasSize(2);
    assertThat(signatures(sent)).containsExactly("pass foo.com ed25519-sha256");
  }

  @Test
  void withoutAnyDomainOfOursNothingIsSigned() {
    SmtpConfig config = SmtpConfig.mx("foo.com").withRelay(org.posthorn.net.NetworkSet.LOOPBACK);
    SmtpTalk t = host.serve(config, host.mta.mx()).connect().hello();
    send(t, "a@elsewhere.test", "smith@bar.com", "From: a@elsewhere.test", "", "Hi");
    assertThat(only()).doesNotContain("DKIM-Signature");
  }

  @Test
  void whatCannotBeSignedGoesWithout() {
    keys.of("foo.com");
    host.directory
        .signingKeys()
        .change(
            "foo.com",
            there -> {
              SigningKey k = there.getFirst();
              return List.of(
                  new SigningKey("bad", "ed25519", new byte[] {1}, k.state(), k.made(), k.since()));
            });
    assertThat(send(ana(), "ana@foo.com", "smith@bar.com", "From: ana@foo.com", "", "Hi"))
        .startsWith("250 ");
    assertThat(only()).doesNotContain("DKIM-Signature");
  }

  // --- sent on for strangers

  private void inspect() {
    host.mta.inspectBy(
        new Inspector(
            "mx.foo.com",
            c -> true,
            zones,
            host.disk.clock,
            Ticker.SYSTEM,
            new Random(1),
            (facts, message, accounts) ->
                new Judgement(new Verdict(Verdict.Action.ACCEPT, "test", List.of()))));
  }

  private ArcResult chain(String message) {
    signatures(message); // publishes the keys
    SignedMessage read = SignedMessage.read(message.getBytes(StandardCharsets.ISO_8859_1));
    return ArcVerifier.verify(read, zones, host.disk.clock.instant());
  }

  @Test
  void whatIsSentOnForStrangersIsSealedWithWhatWasFound() {
    signBy(BOTH);
    inspect();
    zones.txt("baz.org", "v=spf1 ip4:127.0.0.1 -all");
    host.alias("away@foo.com", "smith@bar.com");
    send(host.mx(), "jones@baz.org", "away@foo.com", "From: jones@baz.org", "Subject: x", "", "Hi");
    String text = only();
    assertThat(text).startsWith("ARC-Seal: i=1; a=rsa-sha256;").doesNotContain("DKIM-Signature");
    ArcResult chain = chain(text);
    assertThat(chain.code()).isEqualTo(ArcResult.Code.PASS);
    assertThat(chain.sealers()).containsExactly("foo.com");
    assertThat(chain.results()).singleElement().asString().contains("mx.foo.com", "spf=pass");
    assertThat(host.mta.counters().messagesSealed.sum()).isEqualTo(1);
    assertThat(chain(text.replace("\r\n\r\nHi", "\r\n\r\nHo")).code())
        .isEqualTo(ArcResult.Code.FAIL);
  }

  @Test
  void whatNobodyLookedAtIsNotSealed() {
    host.alias("away@foo.com", "smith@bar.com");
    send(host.mx(), "jones@baz.org", "away@foo.com", "From: jones@baz.org", "", "Hi");
    assertThat(only()).doesNotContain("ARC-");
  }
}
