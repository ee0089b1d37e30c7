package org.posthorn.mta.judge;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.gate.Visit;
import org.posthorn.mta.trace.Story;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Sender;
import org.posthorn.store.AccountId;
import org.posthorn.store.Message;
import org.posthorn.trust.AuthenticationResults;
import org.posthorn.trust.ForeignResults;
import org.posthorn.trust.ReverseName;
import org.posthorn.trust.arc.ArcResult;
import org.posthorn.trust.arc.ArcVerifier;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.dkim.DkimVerifier;
import org.posthorn.trust.dkim.SignedMessage;
import org.posthorn.trust.dmarc.DmarcResult;
import org.posthorn.trust.list.ListHit;
import org.posthorn.trust.spf.SpfResult;

/// One message of a stranger, looked at while it comes in.
///
/// Life: begun at MAIL, when what the DNS says of the client is asked for in the background →
/// [#judge] when the message is there. One thread.
public final class Inspection {
  private static final System.Logger LOG = System.getLogger("posthorn.judge");

  private final Inspector inspector;
  private final Client client;
  private final Sender sender;
  private final Story story;
  private final Looking<SpfResult> spf;

  // What the gate knows; null where there is none.
  private final Visit visit;

  // Null where the gate knows it.
  private final Looking<ReverseName> reverse;
  private Facts facts; // from the judging on

  Inspection(Inspector inspector, Client client, Sender sender, Story story) {
    this.inspector = inspector;
    this.client = client;
    this.sender = sender;
    this.story = story;
    InetAddress from = client.endpoint().remote().getAddress();
    EmailAddress path = sender.path().isNull() ? null : sender.path().address();
    Ticker ticker = inspector.ticker();
    spf =
        new Looking<>(
            "spf",
            ticker,
            () -> inspector.spf().check(from, client.hello(), path),
            new SpfResult(
                SpfResult.Code.TEMPERROR, SpfResult.Identity.MAIL_FROM, "", "", "not checked"));
    visit = Visit.of(client);
    reverse =
        visit != null
            ? null
            : new Looking<>(
                "reverse",
                ticker,
                () -> inspector.reverse().check(from),
                new ReverseName(ReverseName.Code.TEMPERROR, "", "not checked"));
  }

  /// What SPF says of the reverse-path, or of HELO for the null one. Waits for it.
  public SpfResult spf() {
    return spf.get();
  }

  /// The name of the client that leads back to it; "" if there is none. Waits for it.
  public String clientName() {
    ReverseName known = visit != null ? visit.reverse() : reverse.get();
    return known.code() == ReverseName.Code.PASS ? known.name() : "";
  }

  /// Waits for what is not known yet, reads the message, and asks the judge.
  ///
  /// @param accounts that would get it
  /// @param opinions of judges outside
  public Judgement judge(Message message, Collection<AccountId> accounts, List<Opinion> opinions) {
    facts = facts(message, opinions);
    long start = inspector.ticker().nanos();
    Judgement judgement = inspector.judge().judge(facts, message, accounts);
    Verdict v = judgement.overall();
    story.checked(
        "verdict",
        v.action().name().toLowerCase(),
        v.rule() + ": " + String.join("; ", v.reasons()),
        since(start));
    return judgement;
  }

  /// What was found out; once judged.
  public Facts facts() {
    return facts;
  }

  private Facts facts(Message message, List<Opinion> opinions) {
    SignedMessage signed = signed(message);
    List<DkimResult> dkim = signed == null ? List.of() : dkim(signed);
    ArcResult arc = signed == null ? null : arc(signed);
    SpfResult s = spf.get();
    story.checked("spf", s.code().word(), s.reason(), spf.took());
    DmarcResult dmarc = dmarc(message, s, dkim);
    List<ListHit> hits =
        visit == null ? List.of() : visit.hits(client, sender, message, dkim, story);
    return new Facts(client, sender, reverse(), s, dkim, dmarc, arc, hits, opinions);
  }

  private ReverseName reverse() {
    if (visit != null) {
      return visit.reverse(); // told when a recipient was named
    }
    ReverseName r = reverse.get();
    story.checked("iprev", r.code().word(), r.reason(), reverse.took());
    return r;
  }

  private DmarcResult dmarc(Message message, SpfResult s, List<DkimResult> dkim) {
    long start = inspector.ticker().nanos();
    List<String> from = message.structure().headers().every("From");
    DmarcResult d = inspector.dmarc().check(from, s, dkim).result();
    story.checked("dmarc", d.code().word(), d.domain() + ": " + d.reason(), since(start));
    return d;
  }

  private Duration since(long start) {
    return Duration.ofNanos(inspector.ticker().nanos() - start);
  }

  /// Null if the message cannot be read.
  private static SignedMessage signed(Message message) {
    try {
      return SignedMessage.read(message::open);
    } catch (IOException e) {
      LOG.log(WARNING, "signatures-not-checked reason={0}", e.toString());
      return null;
    }
  }

  private List<DkimResult> dkim(SignedMessage message) {
    long start = inspector.ticker().nanos();
    List<DkimResult> results =
        DkimVerifier.verify(message, inspector.resolver(), inspector.clock().instant());
    for (DkimResult d : results) {
      story.checked(
          "dkim",
          d.code().word(),
          d.domain() + " " + d.algorithm() + ": " + d.reason(),
          since(start));
    }
    return results;
  }

  private ArcResult arc(SignedMessage message) {
    long start = inspector.ticker().nanos();
    ArcResult a = ArcVerifier.verify(message, inspector.resolver(), inspector.clock().instant());
    if (a.code() != ArcResult.Code.NONE) {
      String words = String.join(", ", a.sealers()) + ": " + a.reason();
      story.checked("arc", a.code().word(), words, since(start));
    }
    return a;
  }

  /// Takes out of the message what only we may say (RFC 8601 §5).
  ///
  /// @param output gets all else
  public ForeignResults cleaning(ForeignResults.Output output) {
    return new ForeignResults(List.of(inspector.hostname()), Set.of(VerdictLine.NAME), output);
  }

  /// What was found, as lines to stand before our Received line (RFC 8601 §4.1); once judged.
  public byte[] results() {
    return found().field().getBytes(StandardCharsets.US_ASCII);
  }

  /// What was found, once judged.
  public AuthenticationResults found() {
    InetAddress from = client.endpoint().remote().getAddress();
    return new AuthenticationResults(inspector.hostname())
        .withReverse(facts.reverse(), from)
        .withSpf(facts.spf())
        .withDkim(facts.dkim())
        .withDmarc(facts.dmarc())
        .withArc(facts.arc(), from);
  }

  /// What the chain of those who sent it on is worth, once judged (RFC 8617 §5.1.2).
  public ArcResult.Code chain() {
    return facts.arc() == null ? ArcResult.Code.NONE : facts.arc().code();
  }
}
