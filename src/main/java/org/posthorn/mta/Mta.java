package org.posthorn.mta;

import static java.lang.System.Logger.Level.WARNING;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.posthorn.directory.Directory;
import org.posthorn.mime.BinaryRewrite;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.feedback.Arrivals;
import org.posthorn.mta.feedback.Feedback;
import org.posthorn.mta.filter.OutsideJudges;
import org.posthorn.mta.gate.Gate;
import org.posthorn.mta.judge.Inspector;
import org.posthorn.mta.queue.Delivery;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.Interventions;
import org.posthorn.mta.queue.Queue;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.queue.Selector;
import org.posthorn.mta.report.SenderNotices;
import org.posthorn.mta.send.TlsResults;
import org.posthorn.mta.sign.Signing;
import org.posthorn.mta.trace.Trace;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Sender;
import org.posthorn.store.AccountId;
import org.posthorn.store.Message;
import org.posthorn.store.Store;
import org.posthorn.store.StoreUnavailable;

/// What the backends share. One per server.
public final class Mta {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");
  private static final int RADIX = 36;

  private final MtaConfig config;
  private final Store store;
  private final Directory directory;
  private final Queue queue;
  private final Trace trace;
  private final InstantSource clock;
  private volatile Srs srs; // null until it is first asked for
  private volatile Inspector inspector; // null: nobody looks
  private volatile Signing signing; // null: nothing is signed
  private volatile OutsideJudges outside = OutsideJudges.none();
  private volatile Feedback feedback; // null: none
  private volatile Arrivals arrivals; // null: none
  private final Recipients recipients;
  private final RecentDeliveries recent;
  private final SendingLimits limits;
  private final Submission submission = new Submission(this);
  private final PostmasterNotes notes = new PostmasterNotes(this);
  private final SenderNotices notices;
  private final QueueStart queueStart;
  private volatile Gate gate; // null: everybody comes in
  private final Room room = Room.ofHeap();
  private final Counters counters = new Counters();
  private final SecureRandom random = new SecureRandom();

  /// @param clock wall time
  public Mta(
      MtaConfig config,
      Store store,
      Directory directory,
      Queue queue,
      Trace trace,
      InstantSource clock,
      Ticker ticker) {
    this.config = config;
    this.store = store;
    this.directory = directory;
    this.queue = queue;
    this.trace = trace;
    this.clock = clock;
    this.recipients = new Recipients(this);
    this.recent = new RecentDeliveries(ticker);
    this.queueStart = new QueueStart(directory, ticker);
    this.notices =
        new SenderNotices(config.hostname(), config.postmaster(), store, this::destination, random);
    this.limits = new SendingLimits(config.rates(), store, ticker, this::frozen);
  }

  private void frozen(AccountId account, EmailAddress address, String why) {
    hold(address);
    notes.send(
        "Sending is stopped for " + address,
        List.of(
            "The account " + address + " has sent " + why + ".",
            "It may be that somebody has its password. It sends nothing more until you say so, and",
            "what it has in the queue is held; it is still read as ever.",
            "",
            "If that was the owner's own doing:   posthorn account unfreeze " + address,
            "If not, give it a new password first: posthorn account passwd " + address,
            "What it has sent:                     posthorn trace " + address));
  }

  /// What a thief has sent and is not gone yet stays.
  private void hold(EmailAddress account) {
    String why = "sending is stopped for " + account;
    try {
      new Interventions(queue)
          .hold(
              Selector.ofSubmitter(account.toString()),
              (m, some) -> some.forEach(r -> trace.story(m.id()).held(r.recipient(), why)));
    } catch (StoreUnavailable e) {
      LOG.log(WARNING, "queue-not-held account={0} reason={1}", account, e.getMessage());
    }
  }

  /// From now on ETRN is obeyed.
  ///
  /// @param way tries at once what waits for a destination, and says how much that is
  public void startQueuesBy(ToIntFunction<Destination> way) {
    queueStart.by(way);
  }

  /// From now on mail of strangers is looked at.
  public void inspectBy(Inspector one) {
    inspector = one;
  }

  /// Whether mail of a client who has not logged in is looked at.
  boolean inspects(Client client) {
    Inspector one = inspector;
    return one != null && one.looksAt(client);
  }

  /// From now on these are asked about mail as it comes in.
  public void ask(OutsideJudges judges) {
    outside = judges;
  }

  Room room() {
    return room;
  }

  OutsideJudges outside() {
    return outside;
  }

  /// Null if nobody looks.
  Inspector inspector() {
    return inspector;
  }

  /// From now on strangers on port 25 have to pass it.
  public void guardBy(Gate other) {
    gate = other;
  }

  /// Null: everybody comes in.
  Gate gate() {
    return gate;
  }

  /// From now on mail of our own people is signed when it leaves, and so are notices.
  public void signBy(Signing one) {
    signing = one;
    notices.signBy(one);
  }

  /// The signatures of a message that leaves, lines to stand before it; none of mail of strangers.
  ///
  /// @param submitter address of the account that sent it, "" if it came from elsewhere
  byte[] signatures(Message message, Sender sender, String submitter) {
    Signing by = signing;
    return by == null || submitter.isEmpty()
        ? new byte[0]
        : counted(by.lines(message, sender.path()));
  }

  /// The same of one that waited.
  byte[] signatures(QueuedMessage m) {
    Signing by = signing;
    return by == null || m.submitter().isEmpty()
        ? new byte[0]
        : counted(by.lines(() -> store.keeping().open(m.blob(), m.size()), m.sender().path()));
  }

  /// What we vouch for, of mail of strangers that an address of ours sends on: lines to stand
  /// before it.
  ///
  /// @param head our lines that stand before it already
  byte[] seal(BinaryRewrite.Source octets, byte[] head, EmailAddress via) {
    Signing by = signing;
    byte[] lines = by == null ? new byte[0] : by.seal(octets, head, via.domain());
    if (lines.length > 0) {
      counters.messagesSealed.increment();
    }
    return lines;
  }

  private byte[] counted(byte[] lines) {
    if (lines.length > 0) {
      counters.messagesSigned.increment();
    }
    return lines;
  }

  /// From now on what is seen of mail is counted for reports, and reports that come are read.
  public void reportBy(Feedback counting, Arrivals reading) {
    feedback = counting;
    arrivals = reading;
  }

  /// Who hears what comes of TLS with other servers.
  public TlsResults tlsResults() {
    return result -> {
      Feedback counting = feedback;
      if (counting != null) {
        counting.heard(result);
      }
    };
  }

  /// Null: nobody counts.
  Feedback feedback() {
    return feedback;
  }

  /// Null: nobody reads reports.
  Arrivals arrivals() {
    return arrivals;
  }

  QueueStart queueStart() {
    return queueStart;
  }

  /// For mail from other servers.
  public Backend mx() {
    return new MxBackend(this);
  }

  /// For mail from mail programs.
  public Backend submission() {
    return new SubmissionBackend(this);
  }

  /// For mail from a server in front of us.
  public Backend lmtp() {
    return new LmtpBackend(this);
  }

  public Counters counters() {
    return counters;
  }

  /// For mail that does not come by SMTP.
  public Submission direct() {
    return submission;
  }

  private Destination destination(EmailAddress to) {
    return directory.isOurs(to.domain())
        ? new Destination.Local()
        : new Destination.Domain(to.domain());
  }

  /// What senders are told.
  public SenderNotices notices() {
    return notices;
  }

  /// For mail in the queue that is for accounts here.
  public Delivery local() {
    return new LocalDelivery(
        queue,
        store,
        directory,
        clock,
        (m, t) -> TraceLines.head(m.sender().path(), t.deliveredTo(), m.head()),
        new SentOn(this));
  }

  public SendingLimits limits() {
    return limits;
  }

  MtaConfig config() {
    return config;
  }

  Store store() {
    return store;
  }

  Directory directory() {
    return directory;
  }

  Queue queue() {
    return queue;
  }

  Trace trace() {
    return trace;
  }

  Srs srs() {
    Srs known = srs;
    if (known == null) {
      known = new Srs(directory.key("srs")); // the same for all that come here at once
      srs = known;
    }
    return known;
  }

  Recipients recipients() {
    return recipients;
  }

  RecentDeliveries recent() {
    return recent;
  }

  OffsetDateTime now() {
    return OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  /// Names one reception in replies, trace lines, logs, queue and trace.
  QueueId newId() {
    return queue.newId();
  }

  /// RFC 5322 §3.6.4.
  String newMessageId() {
    String unique = newId() + "." + Long.toUnsignedString(random.nextLong(), RADIX);
    return "<" + unique.toLowerCase(Locale.ROOT) + "@" + config.hostname() + ">";
  }
}
