package org.posthorn.mta;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.posthorn.directory.Target;
import org.posthorn.mime.BinaryRewrite;
import org.posthorn.mime.MailDate;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;
import org.posthorn.store.AccountId;
import org.posthorn.store.Delivery;
import org.posthorn.store.Flags;
import org.posthorn.store.Incoming;
import org.posthorn.store.Message;

/// One message on its way into accounts: recipients decided, octets received, everything committed
/// together, before the reply.
final class LocalTransaction implements Backend.Transaction {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");

  /// RFC 5321 §6.3 asks for a limit of at least 100.
  private static final int HOPS_MAX = 100;

  private static final String INBOX = "INBOX";

  /// RFC 4468 §6 has the code.
  private static final Reply UNCONVERTIBLE =
      Reply.of(554, "5.6.3", "The binary parts cannot be converted: NUL outside of them");

  /// A recipient that was accepted, and the accounts its mail goes to.
  private record Accepted(ForwardPath path, List<Target> targets) {}

  private final Mta mta;
  private final Client client;
  private final Sender sender;
  private final List<Accepted> accepted = new ArrayList<>();
  private final MessageDigest digest = sha256();
  private final HopCount hops = new HopCount();

  // From begin to finish.
  private Incoming incoming;

  // Null where nothing is mended: only for who submits.
  private SubmissionRewrite rewrite;

  // Why the message could not be received to its end, or null.
  private IOException failure;

  // SHA-256 of the message as it came; from finish on.
  private String hash;

  // What was delivered, until the client is known to know.
  private final List<RecentDeliveries.Key> unconfirmed = new ArrayList<>();

  LocalTransaction(Mta mta, Client client, Sender sender) {
    this.mta = mta;
    this.client = client;
    this.sender = sender;
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
    ForwardPath to = recipient.path();
    return switch (mta.recipients().decide(client, to, sender.size())) {
      case Recipients.Decision.Accepted a -> {
        accepted.add(new Accepted(to, a.targets()));
        yield Reply.of(250, "2.1.5", "Recipient ok");
      }
      case Recipients.Decision.Refused r -> r.reply();
    };
  }

  @Override
  public Reply begin() {
    incoming = mta.store().receive();
    if (client.submits()) {
      rewrite =
          new SubmissionRewrite(
              incoming::write, () -> MailDate.format(mta.now()), mta::newMessageId);
    }
    return Reply.plain(354, "Go on");
  }

  @Override
  public void write(byte[] b, int off, int len) {
    if (failure != null) {
      return;
    }
    digest.update(b, off, len);
    hops.see(b, off, len);
    try {
      if (rewrite == null) {
        incoming.write(b, off, len);
      } else {
        rewrite.write(b, off, len);
      }
    } catch (IOException e) {
      failure = e;
    }
  }

  @Override
  public List<Reply> finish() {
    if (hops.count() > HOPS_MAX) {
      mta.counters().loops.increment();
      LOG.log(INFO, "mail-loop from={0} received={1}", sender.path(), hops.count());
      return all(Reply.of(554, "5.4.6", "Too many hops, this message goes in circles"));
    }
    try {
      if (rewrite != null && failure == null) {
        rewrite.end();
      }
      if (failure == null) {
        Message message = text();
        return message == null ? all(UNCONVERTIBLE) : deliver(message);
      }
    } catch (IOException e) {
      failure = e;
    } finally {
      incoming.close();
    }
    LOG.log(WARNING, "mail-not-received from={0} reason={1}", sender.path(), failure.toString());
    return all(Reply.of(452, "4.3.1", "No room for the message now, try again later"));
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

  private List<Reply> deliver(Message message) {
    String id = mta.newId();
    Map<ForwardPath, RecentDeliveries.Key> known = deliveredBefore();
    Map<AccountId, Delivery.Target> targets = targets(id, known);
    List<Delivery.Outcome> outcomes = mta.store().deliver(message, List.copyOf(targets.values()));
    Map<AccountId, Delivery.Outcome> byAccount = new HashMap<>();
    int next = 0;
    for (AccountId account : targets.keySet()) {
      byAccount.put(account, outcomes.get(next++));
    }
    List<Reply> replies = new ArrayList<>();
    for (Accepted a : accepted) {
      Reply reply = known.containsKey(a.path()) ? delivered(id) : worst(id, a.targets(), byAccount);
      replies.add(reply);
      if (reply.positive()) {
        unconfirmed.add(key(a.path()));
      }
    }
    account(id, message.size(), outcomes);
    return replies;
  }

  /// Recipients whose copy was made in a session that broke off before its client knew.
  private Map<ForwardPath, RecentDeliveries.Key> deliveredBefore() {
    hash = HexFormat.of().formatHex(digest.digest());
    Map<ForwardPath, RecentDeliveries.Key> known = new HashMap<>();
    for (Accepted a : accepted) {
      var key = key(a.path());
      if (mta.recent().take(key)) {
        known.put(a.path(), key);
        mta.counters().duplicates.increment();
        LOG.log(INFO, "mail-duplicate from={0} to={1}", sender.path(), a.path());
      }
    }
    return known;
  }

  private RecentDeliveries.Key key(ForwardPath to) {
    return new RecentDeliveries.Key(
        client.endpoint().remote().getAddress(), sender.path().toString(), to.toString(), hash);
  }

  /// One copy for each account, whichever and however many of its addresses were named.
  private Map<AccountId, Delivery.Target> targets(
      String id, Map<ForwardPath, RecentDeliveries.Key> known) {
    OffsetDateTime now = mta.now();
    String only = accepted.size() == 1 ? accepted.getFirst().path().toString() : null;
    var trace = new TraceLines(mta.config().hostname(), client, sender, id, only, now);
    Map<AccountId, Delivery.Target> targets = new LinkedHashMap<>();
    for (Accepted a : accepted) {
      if (known.containsKey(a.path())) {
        continue;
      }
      for (Target t : a.targets()) {
        targets.computeIfAbsent(
            t.account(),
            account ->
                new Delivery.Target(account, INBOX, trace.head(t.deliveredTo()), Flags.NONE, now));
      }
    }
    return targets;
  }

  /// A recipient has its mail when all its accounts have.
  private static Reply worst(
      String id, List<Target> targets, Map<AccountId, Delivery.Outcome> byAccount) {
    List<Reply> replies = new ArrayList<>();
    for (Target t : targets) {
      replies.add(reply(id, byAccount.get(t.account())));
    }
    Reply worst = replies.getFirst();
    for (Reply r : replies) {
      boolean mixed = r.positive() != worst.positive();
      if (mixed) {
        return Reply.of(451, "4.2.0", "Not delivered to all members, try again");
      }
      worst = worst.permanent() && !r.permanent() ? r : worst;
    }
    return worst;
  }

  private static Reply reply(String id, Delivery.Outcome outcome) {
    return switch (outcome) {
      case Delivery.Outcome.Delivered d -> delivered(id);
      case Delivery.Outcome.Failed f -> Reply.of(451, "4.3.0", "Not delivered, try again later");
      case Delivery.Outcome.NotTaken n ->
          switch (n.reason()) {
            case OVER_QUOTA -> Recipients.full();
            case NONEXISTENT -> Recipients.noSuchUser();
            case LIMIT -> Reply.of(452, "4.2.2", "The mailbox is at a limit");
            case ALREADY_EXISTS, CANNOT, HAS_CHILDREN, EXPUNGED ->
                Reply.of(451, "4.2.0", "Not delivered, try again later");
          };
    };
  }

  private static Reply delivered(String id) {
    return Reply.ok("Delivered as " + id);
  }

  /// Counts and logs.
  private void account(String id, long size, List<Delivery.Outcome> outcomes) {
    Counters counters = mta.counters();
    int copies = 0;
    for (Delivery.Outcome outcome : outcomes) {
      switch (outcome) {
        case Delivery.Outcome.Delivered d -> copies++;
        case Delivery.Outcome.NotTaken n -> {
          counters.copiesRefused.increment();
          LOG.log(INFO, "mail-not-taken id={0} reason={1}", id, n.reason());
        }
        case Delivery.Outcome.Failed f -> {
          counters.copiesFailed.increment();
          LOG.log(WARNING, "mail-not-delivered id={0} reason={1}", id, f.text(), f.cause());
        }
      }
    }
    counters.copiesDelivered.add(copies);
    if (copies > 0) {
      counters.messagesDelivered.increment();
      counters.octetsDelivered.add(size);
    }
    LOG.log(
        INFO,
        "mail-delivered id={0} from={1} to={2} recipients={3} copies={4} size={5}",
        id,
        sender.path(),
        accepted.getFirst().path(),
        accepted.size(),
        copies,
        size);
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
