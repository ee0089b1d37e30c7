package org.posthorn.mta;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.posthorn.directory.Outside;
import org.posthorn.directory.Target;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.NewMessage;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.report.Told;
import org.posthorn.mta.trace.Story;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Reply;
import org.posthorn.store.AccountId;
import org.posthorn.store.Delivery;
import org.posthorn.store.Flags;
import org.posthorn.store.Kept;
import org.posthorn.store.Message;
import org.posthorn.store.SpecialUse;
import org.posthorn.store.StoreUnavailable;

/// What becomes of one message that was received whole, durably, before anybody is answered.
///
/// Copies for accounts come first, all together. What is for elsewhere goes into the queue, and so
/// does what an account did not take: the queue tries again, and tells the sender in the end. So
/// one reply can be true for all recipients: 250 once anybody has the message, for from then on we
/// answer for all of it. Nobody has it: the client keeps it, or is told that it is refused.
final class Distribution {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");
  private static final String INBOX = "INBOX";
  private static final String JUNK = "Junk"; // for the trace, whatever the account calls it

  private final Mta mta;
  private final Envelope envelope;
  private final Message message;
  private final Story story;
  private final Predicate<AccountId> has;

  // One copy for each account, whichever and however many of its addresses were named.
  private final Map<AccountId, Delivery.Target> copies = new LinkedHashMap<>();
  private final Map<AccountId, Delivery.Outcome> outcomes = new LinkedHashMap<>();

  // Those that have it from a time when the client was told to come again.
  private final Set<AccountId> before = new HashSet<>();

  // In the order of the recipients.
  private final List<Fate> fates = new ArrayList<>();
  private Kept kept;

  /// What one recipient comes to.
  private static final class Fate {
    final Accepted accepted;
    final List<Outgoing.Parcel> outgoing;

    /// Accounts that did not take it, and why.
    final Map<Target, Reply> later = new LinkedHashMap<>();

    final Map<Target, Reply> never = new LinkedHashMap<>();

    /// Why parts of it go nowhere, such as a loop.
    final List<Reply> refused;

    boolean delivered;

    Fate(Accepted accepted, List<Outgoing.Parcel> outgoing, List<Reply> refused) {
      this.accepted = accepted;
      this.outgoing = outgoing;
      this.refused = refused;
    }

    /// Several have it in the recipient's place.
    boolean many() {
      return accepted.targets().size() + accepted.outside().size() > 1;
    }

    /// It goes elsewhere, in its own name or in that of another recipient who leads to the same.
    boolean goesOn() {
      return accepted.direct() != null || accepted.outside().size() > refused.size();
    }

    boolean succeeded() {
      return delivered || goesOn();
    }

    /// Accounts that did not take it.
    Set<AccountId> left() {
      Set<AccountId> left = new HashSet<>();
      later.keySet().forEach(t -> left.add(t.account()));
      never.keySet().forEach(t -> left.add(t.account()));
      return left;
    }

    boolean waitsAmong(Set<AccountId> waiting) {
      return refused.isEmpty() && waiting.containsAll(left());
    }

    /// Why nobody has it: the refusal that may pass, if there is one.
    Reply refusal() {
      if (!later.isEmpty()) {
        return later.values().iterator().next();
      }
      return never.isEmpty() ? refused.getFirst() : never.values().iterator().next();
    }
  }

  /// @param has accounts that have the message already; asked once about each
  Distribution(Mta mta, Envelope envelope, Message message, Story story, Predicate<AccountId> has) {
    this.mta = mta;
    this.envelope = envelope.asking(message.structure().headers());
    this.message = message;
    this.story = story;
    this.has = has;
  }

  /// One reply for each recipient, in their order.
  List<Reply> run() {
    Instant until = envelope.sender().options().holdUntil();
    if (until != null && until.isAfter(envelope.at().toInstant())) {
      return hold();
    }
    plan();
    boolean elsewhere = fates.stream().anyMatch(f -> !f.outgoing.isEmpty());
    if (elsewhere && !keep()) {
      return all(Reply.of(452, "4.3.1", "No room for the message now, try again later"));
    }
    deliver();
    judge();
    return envelope.each() ? each() : together();
  }

  /// Whether an account has the message, whatever was replied.
  boolean reached(AccountId account) {
    return before.contains(account) || outcomes.get(account) instanceof Delivery.Outcome.Delivered;
  }

  /// Nobody gets it yet (RFC 4865 §3): it waits as a whole, and where our own addresses lead is
  /// asked when its time has come.
  private List<Reply> hold() {
    List<NewMessage.To> tos = new ArrayList<>();
    for (Accepted a : envelope.recipients()) {
      Destination to = a.direct() == null ? new Destination.Local() : a.direct();
      tos.add(new NewMessage.To(a.recipient(), to));
    }
    try {
      Kept octets = mta.store().keeping().keep(message, false);
      boolean leaves = tos.stream().anyMatch(t -> !(t.destination() instanceof Destination.Local));
      byte[] signatures = leaves ? signatures() : new byte[0];
      byte[] head = TraceLines.joined(signatures, envelope.received());
      NewMessage entry = Outgoing.entry(envelope, envelope.sender(), octets, head, tos);
      Instant handed = story.now();
      told(mta.queue().add(entry.withId(envelope.id())), entry, handed);
      return all(Reply.ok("Queued as " + envelope.id()));
    } catch (IOException | StoreUnavailable e) {
      LOG.log(WARNING, "mail-not-queued id={0} reason={1}", envelope.id(), e.toString());
      return all(Reply.of(451, "4.3.0", "Not queued, try again later"));
    }
  }

  private List<Reply> all(Reply reply) {
    return Collections.nCopies(envelope.recipients().size(), reply);
  }

  // --- what goes where

  private void plan() {
    Outgoing outgoing = new Outgoing(mta, envelope.sender(), message.structure().headers());
    for (Accepted a : envelope.recipients()) {
      for (Target t : a.targets()) {
        EmailAddress to = t.deliveredTo();
        copies.computeIfAbsent(t.account(), account -> copy(account, to));
        if (!to.equals(a.recipient().path().address())) {
          story.expanded(a.recipient(), to, "");
        }
      }
      List<Reply> refused = new ArrayList<>();
      List<Outgoing.Parcel> parcels = outgoing.of(a, refused);
      for (Outside o : a.outside()) {
        story.expanded(a.recipient(), o.address(), o.kind().name().toLowerCase());
      }
      fates.add(new Fate(a, parcels, refused));
    }
    copies.keySet().stream().filter(has).forEach(before::add);
    copies.keySet().removeAll(before);
  }

  private Delivery.Target copy(AccountId account, EmailAddress to) {
    byte[] head = TraceLines.head(envelope.sender().path(), to, envelope.linesFor(account));
    SpecialUse use = envelope.junkFor(account) ? SpecialUse.JUNK : null;
    return new Delivery.Target(account, INBOX, use, head, Flags.NONE, envelope.at());
  }

  /// Writes the octets for the queue, and for the accounts if there are any.
  private boolean keep() {
    try {
      kept = mta.store().keeping().keep(message, true);
      return true;
    } catch (IOException | StoreUnavailable e) {
      LOG.log(WARNING, "mail-not-kept id={0} reason={1}", envelope.id(), e.toString());
      return false;
    }
  }

  private void deliver() {
    List<Delivery.Outcome> all =
        kept == null
            ? mta.store().deliver(message, List.copyOf(copies.values()))
            : mta.store().deliver(message, kept, List.copyOf(copies.values()));
    int next = 0;
    for (AccountId account : copies.keySet()) {
      outcomes.put(account, all.get(next++));
    }
    count();
  }

  // --- what came of it

  private void judge() {
    for (Fate f : fates) {
      for (Target t : f.accepted.targets()) {
        Recipient recipient = f.accepted.recipient();
        Reply no = before.contains(t.account()) ? null : refusal(outcomes.get(t.account()));
        if (no == null) {
          f.delivered = true;
          story.stored(recipient, t.address(), envelope.junkFor(t.account()) ? JUNK : INBOX);
        } else {
          (no.permanent() ? f.never : f.later).put(t, no);
          story.notStored(recipient, t.address(), no.toString());
        }
      }
    }
  }

  /// Null if the account has its copy.
  static Reply refusal(Delivery.Outcome outcome) {
    return switch (outcome) {
      case Delivery.Outcome.Delivered _ -> null;
      case Delivery.Outcome.Failed _ -> Reply.of(451, "4.3.0", "Not delivered, try again later");
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

  private List<Reply> together() {
    if (fates.stream().noneMatch(Fate::succeeded)) {
      Reply refusal = fates.getFirst().refusal();
      for (Fate f : fates) {
        refusal = refusal.permanent() ? f.refusal() : refusal;
      }
      return all(refusal);
    }
    return all(queue(fates));
  }

  /// RFC 2033 §4.2.
  private List<Reply> each() {
    List<Fate> some = fates.stream().filter(Fate::succeeded).toList();
    Reply reply = some.isEmpty() ? null : queue(some);
    Set<AccountId> waiting = new HashSet<>();
    some.forEach(f -> waiting.addAll(f.left()));
    // Whose account waits in the name of another is not to come again, or it would get two copies.
    return fates.stream()
        .map(f -> f.succeeded() || f.waitsAmong(waiting) ? reply : f.refusal())
        .toList();
  }

  /// Puts into the queue what is left to do for recipients of whom somebody has the message. The
  /// reply for them.
  private Reply queue(List<Fate> some) {
    List<NewMessage> entries = new ArrayList<>();
    List<Outgoing.Parcel> parcels = some.stream().flatMap(f -> f.outgoing.stream()).toList();
    if (!parcels.isEmpty()) {
      byte[] own = signatures();
      entries.addAll(
          Outgoing.entries(
              envelope,
              kept,
              via ->
                  via == null || own.length > 0
                      ? own
                      : mta.seal(message::open, envelope.received(), via),
              parcels));
    }
    boolean delivered = some.stream().anyMatch(f -> f.delivered);
    try {
      leftovers(some, entries);
      entries.addAll(notices(some));
      if (!entries.isEmpty()) {
        entries.set(0, entries.getFirst().withId(envelope.id()));
        Instant handed = story.now();
        List<QueueId> ids = mta.queue().add(entries);
        for (int i = 0; i < ids.size(); i++) {
          told(ids.get(i), entries.get(i), handed);
        }
      }
    } catch (IOException | StoreUnavailable e) {
      LOG.log(WARNING, "mail-not-queued id={0} reason={1}", envelope.id(), e.toString());
      return Reply.of(451, "4.3.0", "Not queued, try again later");
    }
    boolean goesOn = !entries.isEmpty() && !delivered;
    return Reply.ok((goesOn ? "Queued as " : "Delivered as ") + envelope.id());
  }

  /// What the message gets for its way, lines to stand before all others.
  private byte[] signatures() {
    return mta.signatures(message, envelope.sender(), envelope.submitter());
  }

  /// Copies that accounts did not take.
  private void leftovers(List<Fate> some, List<NewMessage> entries) throws IOException {
    Set<AccountId> seen = new LinkedHashSet<>();
    List<NewMessage.To> tos = new ArrayList<>();
    for (Fate f : some) {
      Map<Target, Reply> not = new LinkedHashMap<>(f.later);
      not.putAll(f.never);
      for (Map.Entry<Target, Reply> e : not.entrySet()) {
        if (seen.add(e.getKey().account())) {
          tos.add(leftover(f.accepted.recipient(), e.getKey(), e.getValue()));
        }
      }
    }
    if (!tos.isEmpty()) {
      Kept octets = kept != null ? kept : mta.store().keeping().keep(message, false);
      entries.add(Outgoing.entry(envelope, envelope.sender(), octets, envelope.lines(), tos));
    }
  }

  /// What the sender is told at once: of recipients to whom the message may not be sent on, and of
  /// those who have it, if he wants to know.
  private List<NewMessage> notices(List<Fate> some) throws IOException {
    Instant now = envelope.at().toInstant();
    List<Told> told = new ArrayList<>();
    for (Fate f : some) {
      Recipient r = f.accepted.recipient();
      boolean whole = f.later.isEmpty() && f.never.isEmpty();
      if (!f.refused.isEmpty()) {
        told.add(Told.failed(r, problem(f.refused.getFirst()), now));
      } else if (r.tellsOfSuccess() && whole && !f.goesOn()) {
        told.add(Told.delivered(r, new Outcome.Delivered("", "", false, ""), now));
      } else if (r.tellsOfSuccess() && whole && f.accepted.direct() == null && f.many()) {
        told.add(Told.expanded(r, now)); // RFC 3461 §5.2.7
      }
    }
    if (told.isEmpty()) {
      return List.of();
    }
    var about =
        new QueuedMessage(
            envelope.id(),
            envelope.sender(),
            now,
            now,
            0,
            message.size(),
            envelope.received(),
            envelope.submitter());
    return mta.notices().notice(about, this::whole, told);
  }

  private InputStream whole() throws IOException {
    return new SequenceInputStream(new ByteArrayInputStream(envelope.received()), message.open());
  }

  static Outcome.Problem problem(Reply reply) {
    String words = String.join(" ", reply.lines());
    return new Outcome.Problem(reply.enhanced(), "", "", words + ".");
  }

  private static NewMessage.To leftover(Recipient named, Target t, Reply why) {
    ForwardPath path = new ForwardPath(t.deliveredTo());
    Recipient r = new Recipient(path, named.told(), Outgoing.original(named));
    return new NewMessage.To(r, new Destination.Local(true), null, problem(why));
  }

  private void told(QueueId id, NewMessage entry, Instant handed) {
    entry.recipients().forEach(to -> story.queued(to.recipient(), to.destination(), handed));
    if (!id.equals(envelope.id())) {
      story.remark("goes on as " + id);
    }
    mta.counters().messagesQueued.increment();
    LOG.log(
        INFO,
        "mail-queued id={0} from={1} to={2} recipients={3} size={4}",
        id,
        entry.sender().path(),
        entry.recipients().getFirst().recipient().path(),
        entry.recipients().size(),
        entry.octets().size());
  }

  /// Counts and logs copies.
  private void count() {
    Counters counters = mta.counters();
    int made = 0;
    for (Delivery.Outcome outcome : outcomes.values()) {
      switch (outcome) {
        case Delivery.Outcome.Delivered _ -> made++;
        case Delivery.Outcome.NotTaken n -> {
          counters.copiesRefused.increment();
          LOG.log(INFO, "mail-not-taken id={0} reason={1}", envelope.id(), n.reason());
        }
        case Delivery.Outcome.Failed f -> {
          counters.copiesFailed.increment();
          LOG.log(
              WARNING, "mail-not-delivered id={0} reason={1}", envelope.id(), f.text(), f.cause());
        }
      }
    }
    counters.copiesDelivered.add(made);
    if (made == 0) {
      return;
    }
    counters.messagesDelivered.increment();
    counters.octetsDelivered.add(message.size());
    LOG.log(
        INFO,
        "mail-delivered id={0} from={1} to={2} recipients={3} copies={4} size={5}",
        envelope.id(),
        envelope.sender().path(),
        envelope.recipients().getFirst().recipient().path(),
        envelope.recipients().size(),
        made,
        message.size());
  }
}
