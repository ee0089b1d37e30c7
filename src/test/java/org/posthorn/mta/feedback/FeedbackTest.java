package org.posthorn.mta.feedback;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Zones;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.Submission;
import org.posthorn.mta.feedback.FeedbackRows.Kind;
import org.posthorn.mta.judge.Facts;
import org.posthorn.mta.judge.Verdict.Action;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Incoming;
import org.posthorn.store.Store;
import org.posthorn.store.StoreOptions;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.dmarc.DmarcResult;
import org.posthorn.trust.dmarc.DmarcResult.Policy;
import org.posthorn.trust.spf.SpfResult;
import org.posthorn.trust.transport.TlsFailure;
import org.posthorn.trust.transport.TlsPolicy;
import org.posthorn.trust.transport.TlsResult;

/// Reports from the counting to what the other side reads in them: what we send is given to our own
/// reader, as if the other domain was ours.
class FeedbackTest {
  private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");

  @TempDir private Path dir;
  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final InstantSource clock = now::get;
  private final Zones zones = new Zones();
  private final List<String> sent = new ArrayList<>();
  private final List<String> recipients = new ArrayList<>();
  private final Map<String, Reply> refused = new HashMap<>();
  private String fails = "";
  private Store store;
  private Feedback feedback;
  private ReportSender sender;

  @BeforeEach
  void open() throws IOException {
    store = Store.open(dir, new StoreOptions(clock, Ticker.SYSTEM::nanos, 1 << 20, 1 << 20));
    feedback = new Feedback(store, clock);
    sender =
        new ReportSender(
            feedback,
            zones,
            this::take,
            "mx.here.test",
            EmailAddress.parse("postmaster@here.test"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Submission.Result take(Submission.Request request) throws IOException {
    String to = request.recipients().getFirst().path().toString();
    Reply no = refused.get(to);
    if (no != null) {
      return new Submission.Result.Refused(no, Map.of());
    }
    if (to.equals(fails)) {
      throw new IOException("disk full");
    }
    var octets = new ByteArrayOutputStream();
    request.octets().transferTo(octets);
    sent.add(octets.toString(US_ASCII));
    request.recipients().forEach(r -> recipients.add(r.path().toString()));
    return new Submission.Result.Accepted(new QueueId(1), Map.of());
  }

  private static Facts facts(DmarcResult.Code code, Policy asked, String policyDomain) {
    var remote = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4711);
    var local = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.2"), 25);
    var endpoint = new Client.Endpoint(remote, local, false, false, false, 0);
    var client = new Client("c1", endpoint, "host.there.test", true, null, null);
    var path = new ReversePath(EmailAddress.parse("bo@there.test"));
    boolean pass = code == DmarcResult.Code.PASS;
    return new Facts(
        client,
        new Sender(path, 0, Body.SEVEN_BIT),
        null,
        new SpfResult(
            SpfResult.Code.SOFTFAIL, SpfResult.Identity.MAIL_FROM, "there.test", "", "~all"),
        List.of(
            new DkimResult(
                pass ? DkimResult.Code.PASS : DkimResult.Code.FAIL,
                "there.test",
                "s1",
                "@there.test",
                "rsa-sha256",
                "abcdefgh",
                false,
                "")),
        new DmarcResult(code, "there.test", policyDomain, asked, asked, false, pass, ""),
        null,
        List.of());
  }

  private void nextDay() {
    feedback.flush();
    now.updateAndGet(t -> t.plus(Duration.ofDays(1)));
  }

  /// What the domain reads in what we sent.
  private History received(String domain) throws IOException {
    var arrivals = new Arrivals(feedback, Set.of("postmaster"), domain::equals);
    for (String message : sent) {
      for (int twice = 0; twice < 2; twice++) {
        try (Incoming in = store.receive()) {
          byte[] octets = message.getBytes(US_ASCII);
          in.write(octets, 0, octets.length);
          arrivals.look(in.finish());
        }
      }
    }
    return new History(store, clock);
  }

  @Test
  void whatWasSeenOfMailIsReportedToItsDomain() throws IOException {
    zones.txt("_dmarc.there.test", "v=DMARC1; p=reject; rua=mailto:dmarc@there.test");
    for (int i = 0; i < 3; i++) {
      feedback.judged(facts(DmarcResult.Code.PASS, Policy.NONE, "there.test"), Action.JUNK);
    }
    feedback.flush();
    feedback.judged(facts(DmarcResult.Code.PASS, Policy.NONE, "there.test"), Action.ACCEPT);
    feedback.judged(facts(DmarcResult.Code.FAIL, Policy.REJECT, "there.test"), Action.REJECT);
    feedback.judged(facts(DmarcResult.Code.FAIL, Policy.REJECT, "there.test"), Action.ACCEPT);
    feedback.judged(facts(DmarcResult.Code.FAIL, Policy.REJECT, "there.test"), Action.DEFER);
    feedback.judged(facts(DmarcResult.Code.NONE, Policy.NONE, ""), Action.ACCEPT);
    feedback.flush();
    assertThat(sender.run(now.get())).isZero(); // the day is not over
    nextDay();
    assertThat(sender.run(now.get())).isEqualTo(1);
    assertThat(recipients).containsExactly("<dmarc@there.test>");
    assertThat(sent.getFirst())
        .contains("Report Domain: there.test", "Submitter: mx.here.test", "application/gzip");
    List<History.Mail> rows = received("there.test").mail("there.test", 30);
    assertThat(rows).hasSize(3).allMatch(m -> m.reporter().equals("mx.here.test"));
    assertThat(rows)
        .extracting(m -> m.row().count() + " " + m.row().disposition() + m.row().override())
        .containsExactlyInAnyOrder("4 pass", "1 reject", "1 nonelocal_policy");
    assertThat(rows.getFirst().row().sourceIp()).isEqualTo("192.0.2.1");
    assertThat(rows.getFirst().row().checks()).hasSize(2);
    sent.clear();
    assertThat(sender.run(now.get())).isZero(); // once
  }

  @Test
  void strangersGetReportsOnlyIfTheyAgree() {
    String both = "v=DMARC1; p=none; rua=mailto:a@reports.test,mailto:b@other.test!10m";
    zones.txt("_dmarc.there.test", both);
    zones.txt("there.test._report._dmarc.reports.test", "v=DMARC1");
    feedback.judged(facts(DmarcResult.Code.PASS, Policy.NONE, "there.test"), Action.ACCEPT);
    nextDay();
    assertThat(sender.run(now.get())).isEqualTo(1);
    assertThat(recipients).containsExactly("<a@reports.test>");
  }

  @Test
  void whoCannotBeAskedIsAskedAgain() {
    zones.breaks("_dmarc.there.test", Answer.Reason.TIMEOUT);
    feedback.judged(facts(DmarcResult.Code.PASS, Policy.NONE, "there.test"), Action.ACCEPT);
    nextDay();
    assertThat(sender.run(now.get())).isZero();
    zones.mends("_dmarc.there.test");
    zones.txt("_dmarc.there.test", "v=DMARC1; p=none; rua=mailto:dmarc@there.test");
    assertThat(sender.run(now.get())).isEqualTo(1);
  }

  @Test
  void whatCannotBeSentNowIsSentTheNextTime() {
    zones.txt("_dmarc.there.test", "v=DMARC1; rua=mailto:a@there.test,mailto:b@there.test");
    zones.txt("_smtp._tls.there.test", "v=TLSRPTv1; rua=mailto:a@there.test");
    feedback.judged(facts(DmarcResult.Code.PASS, Policy.NONE, "there.test"), Action.ACCEPT);
    feedback.heard(
        new TlsResult(
            "there.test", TlsPolicy.none("there.test"), null, "", "::2", "mx.there.test", "", ""));
    nextDay();
    fails = "<b@there.test>";
    assertThat(sender.run(now.get())).isEqualTo(1); // that of TLS
    fails = "";
    refused.put("<b@there.test>", Reply.of(452, "4.3.1", "Not enough room"));
    assertThat(sender.run(now.get())).isZero();
    refused.clear();
    assertThat(sender.run(now.get())).isEqualTo(1);
    assertThat(sender.run(now.get())).isZero();
    assertThat(recipients).containsExactly("<a@there.test>", "<a@there.test>", "<b@there.test>");
    List<String> ids = sent.stream().filter(m -> !m.contains("tlsrpt")).map(m -> id(m)).toList();
    assertThat(ids).hasSize(2).allMatch(ids.getFirst()::equals);
  }

  private static String id(String message) {
    return message.lines().filter(l -> l.contains("Report-ID:")).findFirst().orElseThrow();
  }

  @Test
  void whatIsRefusedForEverIsNotTriedAgain() {
    zones.txt("_dmarc.there.test", "v=DMARC1; rua=mailto:a@there.test");
    feedback.judged(facts(DmarcResult.Code.PASS, Policy.NONE, "there.test"), Action.ACCEPT);
    nextDay();
    refused.put("<a@there.test>", Reply.of(550, "5.1.1", "No such address"));
    assertThat(sender.run(now.get())).isZero();
    refused.clear();
    assertThat(sender.run(now.get())).isZero();
  }

  @Test
  void aStopWaitsForTheMessageThatIsBeingSent() {
    zones.txt("_dmarc.a.test", "v=DMARC1; rua=mailto:x@a.test");
    zones.txt("_dmarc.b.test", "v=DMARC1; rua=mailto:x@b.test");
    feedback.judged(facts(DmarcResult.Code.PASS, Policy.NONE, "a.test"), Action.ACCEPT);
    feedback.judged(facts(DmarcResult.Code.PASS, Policy.NONE, "b.test"), Action.ACCEPT);
    nextDay();
    var from = EmailAddress.parse("postmaster@here.test");
    AtomicReference<ReportSender> stopped = new AtomicReference<>();
    ReportSender.Way way =
        request -> {
          stopped.get().stop();
          return take(request);
        };
    stopped.set(new ReportSender(feedback, zones, way, "mx.here.test", from));
    assertThat(stopped.get().run(now.get())).isEqualTo(1);
    assertThat(sender.run(now.get())).isEqualTo(1); // after the restart, what was left
    assertThat(recipients).containsExactly("<x@a.test>", "<x@b.test>");
  }

  @Test
  void ofTooMuchOnOneDayIsKeptWhatFits() {
    int max = Feedback.ROWS_OF_A_DAY;
    assertThat(feedback.take(Kind.MAIL_HERE, 1, max - 2)).isEqualTo(max - 2);
    for (String domain : List.of("a.test", "b.test", "c.test")) {
      zones.txt("_dmarc." + domain, "v=DMARC1; rua=mailto:x@" + domain);
      feedback.judged(facts(DmarcResult.Code.PASS, Policy.NONE, domain), Action.ACCEPT);
    }
    feedback.judged(facts(DmarcResult.Code.PASS, Policy.NONE, "b.test"), Action.ACCEPT);
    feedback.flush();
    assertThat(feedback.counters().notCounted.sum()).isEqualTo(1);
    feedback.judged(facts(DmarcResult.Code.PASS, Policy.NONE, "a.test"), Action.ACCEPT);
    nextDay();
    assertThat(feedback.counters().notCounted.sum()).isEqualTo(2);
    assertThat(sender.run(now.get())).isEqualTo(2);
    assertThat(recipients).contains("<x@b.test>"); // the one there was most of
    assertThat(feedback.take(Kind.MAIL_HERE, 5, 5)).as("on the next day").isEqualTo(5);
    assertThat(feedback.take(Kind.MAIL_HERE, max, max)).as("a report is kept whole").isZero();
  }

  @Test
  void whatCameOfTlsIsReported() throws IOException {
    zones.txt("_smtp._tls.there.test", "v=TLSRPTv1; rua=mailto:tls@there.test");
    TlsPolicy policy = TlsPolicy.none("there.test");
    for (int i = 0; i < 5; i++) {
      feedback.heard(
          new TlsResult("there.test", policy, null, "", "192.0.2.2", "mx.there.test", "", "::1"));
    }
    feedback.heard(
        new TlsResult(
            "there.test",
            policy,
            TlsFailure.CERTIFICATE_EXPIRED,
            "ended yesterday",
            "192.0.2.2",
            "mx.there.test",
            "mx",
            "192.0.2.9"));
    nextDay();
    assertThat(sender.run(now.get())).isEqualTo(1);
    assertThat(recipients).containsExactly("<tls@there.test>");
    assertThat(sent.getFirst())
        .contains("TLS-Report-Domain: there.test", "report-type=\"tlsrpt\"", "tlsrpt+gzip");
    List<History.Tls> rows = received("there.test").tls("there.test", 30);
    assertThat(rows).hasSize(2);
    assertThat(rows).filteredOn(t -> t.failure() == null).allMatch(t -> t.sessions() == 5);
    assertThat(rows)
        .filteredOn(t -> t.failure() != null)
        .allMatch(t -> t.failure().type().equals("certificate-expired"))
        .allMatch(t -> t.sessions() == 1);
  }

  @Test
  void reportsAboutOthersAreNotKept() throws IOException {
    zones.txt("_dmarc.there.test", "v=DMARC1; p=reject; rua=mailto:dmarc@there.test");
    feedback.judged(facts(DmarcResult.Code.PASS, Policy.NONE, "there.test"), Action.ACCEPT);
    nextDay();
    sender.run(now.get());
    assertThat(received("ours.test").mail("there.test", 30)).isEmpty();
  }

  @Test
  void oldRowsAreForgottenAndAllAreReadable() throws IOException {
    zones.txt("_dmarc.there.test", "v=DMARC1; p=reject; rua=mailto:dmarc@there.test");
    feedback.judged(facts(DmarcResult.Code.PASS, Policy.NONE, "there.test"), Action.ACCEPT);
    nextDay();
    sender.run(now.get());
    History history = received("there.test");
    assertThat(history.mail("there.test", 30)).hasSize(1);
    assertThat(FeedbackRows.check(store)).isEmpty();
    now.updateAndGet(t -> t.plus(Duration.ofDays(100)));
    sender.run(now.get());
    assertThat(history.mail("there.test", 120)).isEmpty();
  }
}
