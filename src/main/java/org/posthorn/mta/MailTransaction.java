package org.posthorn.mta;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.posthorn.directory.Target;
import org.posthorn.mime.BinaryRewrite;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.MailDate;
import org.posthorn.mta.feedback.Arrivals;
import org.posthorn.mta.filter.Letter;
import org.posthorn.mta.gate.Gate;
import org.posthorn.mta.judge.Inspection;
import org.posthorn.mta.judge.Judgement;
import org.posthorn.mta.judge.Verdict;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.mta.trace.Story;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;
import org.posthorn.store.AccountId;
import org.posthorn.store.Incoming;
import org.posthorn.store.Message;
import org.posthorn.trust.ForeignResults;
import org.posthorn.trust.spf.SpfResult;

/// One message that comes by SMTP or LMTP: recipients decided, octets received, and everything
/// durable in accounts and queue before the reply.
final class MailTransaction implements Backend.Transaction {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");

  /// RFC 5321 §6.3 asks for a limit of at least 100.
  static final int HOPS_MAX = 100;

  /// RFC 4468 §6 has the code.
  private static final Reply UNCONVERTIBLE =
      Reply.of(554, "5.6.3", "The binary parts cannot be converted: NUL outside of them");

  private static final Reply TOO_MUCH =
      Reply.of(451, "4.3.2", "Too much mail at once, try again later");

  /// Others who are being judged are done by then; their name servers are not waited for longer.
  private static final Duration ROOM_PATIENCE = Duration.ofSeconds(60);

  private final Mta mta;
  private final Client client;
  private final Sender sender;

  // Null unless one of our own people sends.
  private final Submitter submitter;

  // Null unless a stranger sends.
  private final Inspection inspection;
  private final QueueId id;
  private final Story story;
  private final List<Accepted> accepted = new ArrayList<>();
  private final MessageDigest digest = sha256();
  private final HopCount hops = new HopCount();

  // From begin to finish.
  private Incoming incoming;

  // Null where nothing is mended: only for who may submit.
  private SubmissionRewrite rewrite;

  // Null where nothing is taken out: only of what is inspected.
  private ForeignResults cleaning;

  // Why the message could not be received to its end, or null.
  private IOException failure;

  // SHA-256 of the message as it came; from finish on.
  private String hash;

  // What was delivered, until the client is known to know.
  private final List<RecentDeliveries.Key> unconfirmed = new ArrayList<>();

  /// @param submitter null for mail of others
  MailTransaction(Mta mta, Client client, Sender sender, Submitter submitter) {
    this.mta = mta;
    this.client = client;
    this.sender = sender;
    this.submitter = submitter;
    this.id = mta.newId();
    this.story = mta.trace().story(id);
    story.connected(client);
    story.sender(sender);
    this.inspection =
        submitter == null && !client.endpoint().lmtp() && mta.inspects(client)
            ? mta.inspector().begin(client, sender, story)
            : null;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  @Override
  public Reply recipient(Recipient recipient) {
    Recipients.Decision d =
        mta.recipients()
            .decide(
                recipient,
                submitter != null,
                client.endpoint().local().getAddress(),
                sender.size(),
                sender.path().isNull());
    Reply reply = d.reply();
    Gate gate = gate();
    if (gate != null) {
      reply = gate.recipient(client, sender.path(), recipient, reply, this::spf, story);
    }
    story.recipient(recipient, reply);
    if (d.accepted() != null && reply.positive()) {
      accepted.add(d.accepted());
    }
    return reply;
  }

  /// Null if the client has nothing to pass.
  private Gate gate() {
    return submitter == null && !client.endpoint().lmtp() ? mta.gate() : null;
  }

  /// Null if nobody looks at it.
  private SpfResult spf() {
    return inspection == null ? null : inspection.spf();
  }

  @Override
  public Reply begin() {
    if (submitter != null) {
      Reply no = submitter.take(recipients());
      if (no != null) {
        story.answered(no);
        return no;
      }
    }
    incoming = mta.store().receive();
    if (submitter != null) {
      rewrite =
          new SubmissionRewrite(
              incoming::write,
              submitter.author(sender.path()),
              () -> MailDate.format(mta.now()),
              mta::newMessageId);
    }
    if (inspection != null) {
      cleaning = inspection.cleaning(incoming::write);
    }
    return Reply.plain(354, "Go on");
  }

  private List<EmailAddress> recipients() {
    return accepted.stream()
        .map(a -> a.recipient().path())
        .filter(p -> !p.isPostmaster())
        .map(ForwardPath::address)
        .toList();
  }

  @Override
  public void write(byte[] b, int off, int len) {
    if (failure != null) {
      return;
    }
    digest.update(b, off, len);
    hops.see(b, off, len);
    try {
      if (rewrite != null) {
        rewrite.write(b, off, len);
      } else if (cleaning != null) {
        cleaning.write(b, off, len);
      } else {
        incoming.write(b, off, len);
      }
    } catch (IOException e) {
      failure = e;
    }
  }

  @Override
  public List<Reply> finish() {
    List<Reply> replies = finished();
    Reply first = replies.getFirst();
    if (gate() != null && replies.stream().anyMatch(Reply::positive)) {
      gate().taken(client);
    }
    if (client.endpoint().lmtp()) {
      for (int i = 0; i < replies.size(); i++) {
        story.answered(accepted.get(i).recipient(), replies.get(i));
      }
    } else {
      story.answered(first);
    }
    return replies;
  }

  private List<Reply> finished() {
    if (hops.count() > HOPS_MAX) {
      mta.counters().loops.increment();
      LOG.log(INFO, "mail-loop from={0} received={1}", sender.path(), hops.count());
      return all(Reply.of(554, "5.4.6", "Too many hops, this message goes in circles"));
    }
    try {
      if (rewrite != null && failure == null) {
        rewrite.end();
      }
      if (cleaning != null && failure == null) {
        cleaning.end();
      }
      if (failure == null) {
        return inRoom();
      }
    } catch (IOException e) {
      failure = e;
    } finally {
      incoming.close();
    }
    LOG.log(WARNING, "mail-not-received from={0} reason={1}", sender.path(), failure.toString());
    return all(Reply.of(452, "4.3.1", "No room for the message now, try again later"));
  }

  private List<Reply> inRoom() throws IOException {
    try (Room.Place place = mta.room().take(hops.octets(), ROOM_PATIENCE)) {
      if (place == null) {
        LOG.log(WARNING, "mail-too-much-at-once from={0}", sender.path());
        return all(TOO_MUCH);
      }
      Message message = text();
      if (message == null) {
        return all(UNCONVERTIBLE);
      }
      return place.fit(message) ? dispatch(message) : all(TOO_MUCH);
    }
  }

  /// The message as every protocol can carry it, or null if it cannot be made so: what came as
  /// binary becomes text before it is stored (RFC 3030 §3).
  private Message text() throws IOException {
    Message message = incoming.finish();
    if (sender.body() != Body.BINARY_MIME) {
      return message;
    }
    Incoming binary = incoming;
    incoming = mta.store().receive();
    try (binary) {
      boolean done =
          BinaryRewrite.write(
              message::open, message.structure(), BinaryRewrite.Marked.ENCODED, incoming);
      return done ? incoming.finish() : null;
    }
  }

  private List<Reply> all(Reply reply) {
    return Collections.nCopies(accepted.size(), reply);
  }

  private List<Reply> dispatch(Message received) throws IOException {
    Message message = received;
    story.received(message.structure().headers().first("Message-ID"), message.size());
    Reply no = submitter == null ? null : submitter.refusal(message.structure().headers());
    if (no != null) {
      LOG.log(INFO, "mail-forged account={0} reply={1}", submitter.name(), no);
      return all(no);
    }
    hash = HexFormat.of().formatHex(digest.digest());
    Supplier<Hearing> asked = ask(message); // judges outside look at it beside us
    if (inspection != null) {
      inspection.look(message);
    }
    Hearing hearing = asked.get();
    Judgement judgement = judge(hearing);
    no = inspection == null ? hearing.refusal() : refusal(judgement.overall());
    count(judgement);
    if (no != null) {
      return all(no);
    }
    if (hearing.changes()) {
      Incoming before = incoming;
      incoming = mta.store().receive();
      try (before) {
        message = hearing.changed(message, incoming);
      }
    }
    // Not before: of who is told to come again it must not be forgotten that he has it.
    List<Accepted> fresh = accepted.stream().filter(a -> !deliveredBefore(a)).toList();
    Envelope envelope = envelope(fresh, judgement, hearing);
    var distribution = new Distribution(mta, envelope, message, story, this::has);
    List<Reply> outcomes = fresh.isEmpty() ? List.of() : distribution.run();
    List<Reply> replies = new ArrayList<>();
    int next = 0;
    for (Accepted a : accepted) {
      boolean known = next == fresh.size() || fresh.get(next) != a;
      replies.add(known ? Reply.ok("Delivered as " + id) : outcomes.get(next++));
    }
    Set<Accepted> tried = Collections.newSetFromMap(new IdentityHashMap<>());
    tried.addAll(fresh);
    remember(replies, tried, distribution);
    readReports(message, judgement);
    return replies;
  }

  /// Asks the judges outside that want to be asked about such mail. A server in front of us has
  /// asked its own.
  ///
  /// @return waits for what they say
  private Supplier<Hearing> ask(Message message) {
    boolean submitted = submitter != null;
    if (client.endpoint().lmtp() || !mta.outside().hear(submitted)) {
      return () -> Hearing.NONE;
    }
    Letter letter =
        new Letter(
            id.toString(),
            mta.config().hostname(),
            client,
            inspection == null ? "" : inspection.clientName(),
            sender,
            accepted.stream().map(a -> a.recipient().path()).toList(),
            submitted,
            message.size(),
            message::open);
    return Hearing.begin(mta, letter, story);
  }

  /// For reports to the domain that the message says it is from.
  private void count(Judgement judgement) {
    // Where judges outside alone have spoken, nothing is known of the author's domain.
    if (inspection != null && mta.feedback() != null) {
      mta.feedback().judged(inspection.facts(), judgement.overall().action());
    }
  }

  private void readReports(Message message, Judgement judgement) {
    Arrivals arrivals = mta.arrivals();
    if (arrivals == null || judgement == null) {
      return;
    }
    boolean trusted = judgement.overall().action() == Verdict.Action.ACCEPT;
    boolean concerns =
        accepted.stream()
            .map(a -> a.recipient().path())
            .anyMatch(p -> p.isPostmaster() || arrivals.concerns(p.address().localPart()));
    if (trusted && concerns) {
      arrivals.look(message);
    }
  }

  /// Null if nobody judges it.
  private Judgement judge(Hearing hearing) {
    if (inspection == null) {
      return submitter == null ? hearing.junk() : null; // our own people's mail is never junk
    }
    Set<AccountId> accounts = new LinkedHashSet<>();
    accepted.forEach(a -> a.targets().forEach(t -> accounts.add(t.account())));
    Judgement judgement = inspection.judge(accounts, hearing.opinions());
    Verdict v = judgement.overall();
    LOG.log(
        INFO,
        "mail-judged id={0} from={1} verdict={2} rule={3} reasons={4}",
        id,
        sender.path(),
        v.action(),
        v.rule(),
        String.join("; ", v.reasons()));
    return judgement;
  }

  /// Null if the message is taken.
  private Reply refusal(Verdict verdict) {
    String why = verdict.reasons().isEmpty() ? verdict.rule() : verdict.reasons().getFirst();
    return switch (verdict.action()) {
      case ACCEPT -> null;
      case JUNK -> {
        mta.counters().messagesJunk.increment();
        yield null;
      }
      case REJECT -> {
        mta.counters().messagesRejected.increment();
        yield Reply.of(550, "5." + verdict.detail(), "Message refused: " + why);
      }
      case DEFER -> Reply.of(451, "4." + verdict.detail(), "Try again later: " + why);
    };
  }

  /// Notes who has the message and will get it again unless we know better: because the client is
  /// told to come again, or, perhaps, because it will not have heard our answer.
  private void remember(List<Reply> replies, Set<Accepted> tried, Distribution distribution) {
    boolean each = client.endpoint().lmtp();
    boolean whole = replies.stream().allMatch(Reply::positive); // in SMTP one reply is for all
    for (int i = 0; i < replies.size(); i++) {
      Accepted a = accepted.get(i);
      if (each ? replies.get(i).positive() : whole) {
        unconfirmed.add(key(a.recipient().path().toString()));
      } else if (!tried.contains(a)) {
        mta.recent().remember(key(a.recipient().path().toString()));
      } else {
        a.targets().stream()
            .map(Target::account)
            .filter(distribution::reached)
            .forEach(account -> mta.recent().remember(key(account)));
      }
    }
  }

  /// Whether an account has its copy from a time when the client was told to come again.
  private boolean has(AccountId account) {
    boolean has = mta.recent().take(key(account));
    if (has) {
      mta.counters().duplicates.increment();
      LOG.log(INFO, "mail-duplicate from={0} account={1}", sender.path(), account);
    }
    return has;
  }

  private Envelope envelope(List<Accepted> fresh, Judgement judgement, Hearing hearing) {
    OffsetDateTime now = mta.now();
    String only = accepted.size() == 1 ? accepted.getFirst().recipient().path().toString() : null;
    byte[] received =
        TraceLines.received(mta.config().hostname(), client, sender.options(), id, only, now);
    if (inspection != null) {
      received = TraceLines.joined(inspection.results(), received); // RFC 8601 §4.1
    }
    received = TraceLines.joined(hearing.head(), received);
    String name = submitter == null ? "" : submitter.name();
    Sender from =
        sender.body() == Body.BINARY_MIME
            ? new Sender(sender.path(), sender.size(), Body.EIGHT_BIT_MIME, sender.options())
            : sender;
    return new Envelope(id, from, fresh, received, judgement, name, client.endpoint().lmtp(), now);
  }

  /// Whether the recipient has it from a session that broke off before its client knew.
  private boolean deliveredBefore(Accepted a) {
    if (!mta.recent().take(key(a.recipient().path().toString()))) {
      return false;
    }
    mta.counters().duplicates.increment();
    story.duplicate(a.recipient());
    LOG.log(INFO, "mail-duplicate from={0} to={1}", sender.path(), a.recipient().path());
    return true;
  }

  private RecentDeliveries.Key key(AccountId account) {
    return key("account " + account);
  }

  private RecentDeliveries.Key key(String to) {
    return new RecentDeliveries.Key(
        client.endpoint().remote().getAddress(), sender.path().toString(), to, hash);
  }

  @Override
  public void confirmed() {
    unconfirmed.clear();
  }

  @Override
  public void close() {
    if (incoming != null) {
      incoming.close();
    }
    unconfirmed.forEach(mta.recent()::remember);
  }
}
