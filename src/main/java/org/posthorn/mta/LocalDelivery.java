package org.posthorn.mta;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.posthorn.directory.Directory;
import org.posthorn.directory.DirectoryException;
import org.posthorn.directory.Outside;
import org.posthorn.directory.Resolution;
import org.posthorn.directory.Target;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.judge.VerdictLine;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.NewMessage;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.Queue;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.queue.QueuedRecipient;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Recipient;
import org.posthorn.store.AccountId;
import org.posthorn.store.Delivery;
import org.posthorn.store.Flags;
import org.posthorn.store.Kept;
import org.posthorn.store.Message;
import org.posthorn.store.SpecialUse;
import org.posthorn.store.Store;
import org.posthorn.store.StoreUnavailable;

/// Takes mail that waits for addresses of ours into their accounts: notices to our users, and what
/// could not be delivered when it came. Where an address leads is asked anew each time.
public final class LocalDelivery implements org.posthorn.mta.queue.Delivery {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");
  private static final String INBOX = "INBOX";

  /// Copies remembered of messages of which others failed.
  private static final int COPIES_MAX = 10_000;

  /// Knows of those elsewhere to whom an address of ours leads.
  public interface Onward {
    /// @param to at least one
    /// @return null: it goes to nobody there
    NewMessage message(QueuedMessage message, QueuedRecipient recipient, List<Outside> to);

    /// Whose mail we sent on under this sender, which we made for that (SRS); null if it is none.
    default EmailAddress original(EmailAddress sender) {
      return null;
    }
  }

  private record Copy(QueueId message, AccountId account) {}

  private final Queue queue;
  private final Store store;
  private final Directory directory;
  private final InstantSource clock;
  private final BiFunction<QueuedMessage, Target, byte[]> head;
  private final Onward onward;

  /// Copies that were made of messages which have to be tried again for others: so that those do
  /// not get a second one.
  private final Map<Copy, Boolean> made = new LinkedHashMap<>(); // guarded by itself

  /// @param head the lines on top of a copy, with CRLF: those of the message with what belongs
  ///   before them
  public LocalDelivery(
      Queue queue,
      Store store,
      Directory directory,
      InstantSource clock,
      BiFunction<QueuedMessage, Target, byte[]> head,
      Onward onward) {
    this.queue = queue;
    this.store = store;
    this.directory = directory;
    this.clock = clock;
    this.head = head;
    this.onward = onward;
  }

  @Override
  public Errand open(Destination destination) {
    return new Errand() {
      @Override
      public List<Outcome> deliver(QueuedMessage message, List<QueuedRecipient> recipients) {
        try {
          return LocalDelivery.this.deliver(message, recipients);
        } catch (IOException | StoreUnavailable e) {
          LOG.log(WARNING, "mail-not-delivered id={0}", message.id(), e);
          Outcome later = deferred("4.3.0", "The message could not be read or stored.");
          return recipients.stream().map(r -> later).toList();
        }
      }

      @Override
      public void close() {}
    };
  }

  /// Where a recipient's mail goes, or why it does not.
  private sealed interface Way {
    record To(List<Target> targets, List<Outside> outside) implements Way {}

    /// A notice about mail that we sent on goes to whom that belongs.
    record Back(EmailAddress original) implements Way {}

    record No(Outcome outcome) implements Way {}
  }

  private List<Outcome> deliver(QueuedMessage message, List<QueuedRecipient> recipients)
      throws IOException {
    List<Way> ways = new ArrayList<>(recipients.size());
    Map<AccountId, Target> targets = new LinkedHashMap<>();
    for (QueuedRecipient r : recipients) {
      Way way = way(message, r);
      ways.add(way);
      if (way instanceof Way.To to) {
        for (Target t : to.targets()) {
          if (!has(message, t)) targets.putIfAbsent(t.account(), t);
        }
      }
    }
    Map<AccountId, Delivery.Outcome> copies = copies(message, List.copyOf(targets.values()));
    List<Outcome> out = new ArrayList<>(recipients.size());
    for (int i = 0; i < recipients.size(); i++) {
      out.add(outcome(message, recipients.get(i), ways.get(i), copies));
    }
    remember(message, out, copies);
    return out;
  }

  private Outcome outcome(
      QueuedMessage message,
      QueuedRecipient recipient,
      Way way,
      Map<AccountId, Delivery.Outcome> copies) {
    try {
      return switch (way) {
        case Way.No no -> no.outcome();
        case Way.Back back -> giveBack(message, recipient, back.original());
        case Way.To to -> taken(message, recipient, to, copies);
      };
    } catch (StoreUnavailable | UncheckedIOException e) {
      LOG.log(WARNING, "mail-not-sent-on id={0}", message.id(), e);
      return deferred("4.3.0", "The message could not be read or sent on.");
    }
  }

  private Way way(QueuedMessage message, QueuedRecipient recipient) {
    ForwardPath path = recipient.recipient().path();
    Way way = way(message, path);
    boolean alone = recipient.destination() instanceof Destination.Local l && l.alone();
    if (!alone || !(way instanceof Way.To to)) return way;
    // Where the address leads may have changed; then its mail goes where it leads now.
    List<Target> own =
        to.targets().stream().filter(t -> t.deliveredTo().equals(path.address())).toList();
    return own.isEmpty() ? way : new Way.To(own, List.of());
  }

  private Way way(QueuedMessage message, ForwardPath path) {
    try {
      if (message.sender().path().isNull() && !path.isPostmaster()) {
        EmailAddress original = onward.original(path.address());
        if (original != null) return new Way.Back(original);
      }
      Resolution r =
          path.isPostmaster() ? directory.resolvePostmaster() : directory.resolve(path.address());
      return switch (r) {
        case Resolution.Found f -> new Way.To(f.targets(), f.outside());
        case Resolution.Forwarded f -> new Way.To(f.found().targets(), f.found().outside());
        case Resolution.Moved m ->
            no("5.1.6", "This user has moved; the new address is " + m.to() + ".");
        case Resolution.NoSuchUser _ -> no("5.1.1", "There is no such address here.");
        case Resolution.NotOurs _ -> no("5.1.2", "This server does not take mail of that domain.");
        case Resolution.Tangled _ ->
            new Way.No(deferred("4.4.6", "This address leads over too many others."));
        case Resolution.BackupFor _ ->
            new Way.No(deferred("4.3.5", "Other servers take the mail of this domain now."));
      };
    } catch (DirectoryException e) {
      LOG.log(WARNING, "address-not-resolved to={0} reason={1}", path, e.getMessage());
      return new Way.No(deferred("4.3.0", "It could not be looked up where this address leads."));
    }
  }

  private static Way no(String status, String plain) {
    return new Way.No(new Outcome.Failed(new Outcome.Problem(status, "", "", plain)));
  }

  private static Outcome deferred(String status, String plain) {
    return new Outcome.Deferred(new Outcome.Problem(status, "", "", plain), Outcome.Pace.SAME);
  }

  private Map<AccountId, Delivery.Outcome> copies(QueuedMessage message, List<Target> targets)
      throws IOException {
    Map<AccountId, Delivery.Outcome> out = new HashMap<>();
    if (targets.isEmpty()) return out;
    Kept kept = queue.octets(message);
    Message octets = store.keeping().message(kept);
    OffsetDateTime now = OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    SpecialUse use = VerdictLine.junk(message.head()) ? SpecialUse.JUNK : null;
    List<Delivery.Target> to = new ArrayList<>(targets.size());
    for (Target t : targets) {
      byte[] lines = head.apply(message, t);
      to.add(new Delivery.Target(t.account(), INBOX, use, lines, Flags.NONE, now));
    }
    List<Delivery.Outcome> outcomes = store.deliver(octets, kept, to);
    for (int i = 0; i < to.size(); i++) out.put(to.get(i).account(), outcomes.get(i));
    return out;
  }

  /// A recipient has its mail when all its accounts have it, and it is on its way to all others.
  private Outcome taken(
      QueuedMessage message,
      QueuedRecipient recipient,
      Way.To to,
      Map<AccountId, Delivery.Outcome> copies) {
    Outcome failed = null;
    boolean any = false;
    for (Target t : to.targets()) {
      Delivery.Outcome copy = copies.get(t.account());
      Outcome is = copy == null ? delivered() : outcome(copy); // null: it has it from before
      if (is instanceof Outcome.Deferred) return is;
      if (is instanceof Outcome.Failed) failed = is;
      else any = true;
    }
    if (!to.outside().isEmpty()) {
      // Last, for nothing remembers that it was done.
      NewMessage on = onward.message(message, recipient, to.outside());
      if (on != null) {
        queue.add(on);
        any = true;
      }
    }
    return any || failed == null ? delivered() : failed;
  }

  private Outcome giveBack(QueuedMessage message, QueuedRecipient recipient, EmailAddress to) {
    Recipient was = recipient.recipient();
    Recipient is = new Recipient(new ForwardPath(to), was.told(), was.original());
    Destination where =
        directory.isOurs(to.domain())
            ? new Destination.Local()
            : new Destination.Domain(to.domain());
    queue.add(
        new NewMessage(
            null,
            message.sender(),
            message.arrived(),
            queue.octets(message),
            message.head(),
            message.submitter(),
            List.of(new NewMessage.To(is, where))));
    return delivered();
  }

  private static Outcome delivered() {
    return new Outcome.Delivered("", "delivered", false, "");
  }

  private static Outcome outcome(Delivery.Outcome copy) {
    return switch (copy) {
      case Delivery.Outcome.Delivered _ -> delivered();
      case Delivery.Outcome.Failed _ -> deferred("4.3.0", "The message could not be stored.");
      case Delivery.Outcome.NotTaken n ->
          switch (n.reason()) {
            case OVER_QUOTA -> deferred("4.2.2", "The mailbox is full.");
            case NONEXISTENT ->
                new Outcome.Failed(
                    new Outcome.Problem("5.1.1", "", "", "There is no such mailbox here."));
            case LIMIT -> deferred("4.2.2", "The mailbox is at a limit.");
            case ALREADY_EXISTS, CANNOT, HAS_CHILDREN, EXPUNGED ->
                deferred("4.2.0", "The mailbox does not take the message now.");
          };
    };
  }

  // ---- copies made before

  private boolean has(QueuedMessage message, Target t) {
    synchronized (made) {
      return made.containsKey(new Copy(message.id(), t.account()));
    }
  }

  private void remember(
      QueuedMessage message, List<Outcome> out, Map<AccountId, Delivery.Outcome> copies) {
    if (out.stream().noneMatch(o -> o instanceof Outcome.Deferred)) return;
    synchronized (made) {
      copies.forEach((account, copy) -> {
        if (copy instanceof Delivery.Outcome.Delivered) {
          made.put(new Copy(message.id(), account), true);
        }
      });
      while (made.size() > COPIES_MAX) made.remove(made.keySet().iterator().next());
    }
  }
}
