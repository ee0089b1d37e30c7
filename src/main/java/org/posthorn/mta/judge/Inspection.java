package org.posthorn.mta.judge;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.gate.Visit;
import org.posthorn.mta.trace.Story;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Sender;
import org.posthorn.store.AccountId;
import org.posthorn.store.Message;
import org.posthorn.trust.AuthenticationResults;
import org.posthorn.trust.ForeignResults;
import org.posthorn.trust.Lookup;
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
/// [#look] when the message is there → [#judge]. One thread.
public final class Inspection {
  /// For what was asked for at MAIL: SPF ends by itself after 20 seconds and one question more.
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Inspector inspector;
  private final Client client;
  private final Sender sender;
  private final Story story;
  private final Lookup<SpfResult> spf;

  // What the gate knows; null where there is none.
  private final Visit visit;

  // Null where the gate knows it.
  private final Lookup<ReverseName> reverse;
  private Message message; // from the look at it on, as what was found out
  private Facts facts;

  Inspection(Inspector inspector, Client client, Sender sender, Story story) {
    this.inspector = inspector;
    this.client = client;
    this.sender = sender;
    this.story = story;
    InetAddress from = client.endpoint().remote().getAddress();
    EmailAddress path = sender.path().isNull() ? null : sender.path().address();
    LongSupplier nanos = inspector.ticker()::nanos;
    spf = Lookup.start("spf", () -> inspector.spf().check(from, client.hello(), path), nanos);
    visit = Visit.of(client);
    reverse =
        visit != null
            ? null
            : Lookup.start("reverse name", () -> inspector.reverse().check(from), nanos);
  }

  /// What SPF says of the reverse-path, or of HELO for the null one. Waits for it.
  public SpfResult spf() {
    SpfResult known = spf.await(PATIENCE);
    return known == null ? notChecked() : known;
  }

  /// With its domain: that it might have vouched for it must not be lost.
  private SpfResult notChecked() {
    boolean none = sender.path().isNull();
    return new SpfResult(
        SpfResult.Code.TEMPERROR,
        none ? SpfResult.Identity.HELO : SpfResult.Identity.MAIL_FROM,
        none ? client.hello().toLowerCase(Locale.ROOT) : sender.path().address().domain(),
        "",
        "not checked");
  }

  /// The name of the client that leads back to it; "" if there is none. Waits for it.
  public String clientName() {
    ReverseName known = visit != null ? visit.reverse() : reverseName();
    return known.code() == ReverseName.Code.PASS ? known.name() : "";
  }

  private ReverseName reverseName() {
    ReverseName known = reverse.await(PATIENCE);
    return known == null ? new ReverseName(ReverseName.Code.TEMPERROR, "", "not checked") : known;
  }

  /// Waits for what is not known yet, and reads the message.
  ///
  /// @throws IOException when it cannot be read: then nothing is known of its signatures, and it
  ///   must not be refused for good
  public void look(Message itself) throws IOException {
    message = itself;
    facts = facts(itself);
  }

  /// Asks the judge, once it was looked at.
  ///
  /// @param accounts that would get it
  /// @param opinions of judges outside
  public Judgement judge(Collection<AccountId> accounts, List<Opinion> opinions) {
    facts = facts.with(opinions);
    long start = inspector.ticker().nanos();
    Judgement judgement = inspector.judge().judge(facts, message, accounts);
    Verdict v = judgement.overall();
    story.checked(
        "verdict",
        v.action().word(),
        v.rule() + ": " + String.join("; ", v.reasons()),
        since(start));
    return judgement;
  }

  /// What was found out; once looked at.
  public Facts facts() {
    return facts;
  }

  private Facts facts(Message message) throws IOException {
    SignedMessage signed = SignedMessage.read(message::open);
    List<DkimResult> dkim = dkim(signed);
    ArcResult arc = arc(signed);
    SpfResult s = spf();
    story.checked("spf", s.code().word(), s.reason(), spf.took());
    DmarcResult dmarc = dmarc(message, s, dkim);
    List<ListHit> hits =
        visit == null ? List.of() : visit.hits(client, sender, message, dkim, story);
    return new Facts(client, sender, reverse(), s, dkim, dmarc, arc, hits);
  }

  private ReverseName reverse() {
    if (visit != null) {
      return visit.reverse(); // told when a recipient was named
    }
    ReverseName r = reverseName();
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

  /// What was found, as lines to stand before our Received line (RFC 8601 §4.1); once looked at.
  public byte[] results() {
    return found().field().getBytes(StandardCharsets.US_ASCII);
  }

  /// What was found, once looked at.
  public AuthenticationResults found() {
    InetAddress from = client.endpoint().remote().getAddress();
    return new AuthenticationResults(inspector.hostname())
        .withReverse(facts.reverse(), from)
        .withSpf(facts.spf())
        .withDmarc(facts.dmarc())
        .withArc(facts.arc(), from)
        .withDkim(facts.dkim());
  }

  /// What the chain of those who sent it on is worth, once looked at (RFC 8617 §5.1.2).
  public ArcResult.Code chain() {
    return facts.arc() == null ? ArcResult.Code.NONE : facts.arc().code();
  }
}
