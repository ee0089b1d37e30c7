package org.posthorn.mta.queue;

import java.time.Instant;
import java.util.Set;
import org.posthorn.mime.EmailAddress;
import org.posthorn.smtp.ForwardPath;

/// Which of the waiting mail somebody means: what fits all that is said. Of a message only those
/// recipients are meant that fit.
///
/// @param ids null: any
/// @param domain A-labels in lower case, of recipients' addresses or where their mail goes; null:
///   any
/// @param sender in any case, "" for the null one; null: any
/// @param recipient in any case; null: any
/// @param before arrived before; null: whenever
/// @param state null: any
/// @param submitter address of the account that sent it, in any case; null: any
public record Selector(
    Set<QueueId> ids,
    String domain,
    String sender,
    String recipient,
    Instant before,
    QueuedRecipient.State state,
    String submitter) {
  public static final Selector ALL = new Selector(null, null, null, null, null, null);

  public Selector(
      Set<QueueId> ids,
      String domain,
      String sender,
      String recipient,
      Instant before,
      QueuedRecipient.State state) {
    this(ids, domain, sender, recipient, before, state, null);
  }

  public Selector {
    ids = ids == null ? null : Set.copyOf(ids);
  }

  public static Selector of(QueueId id) {
    return new Selector(Set.of(id), null, null, null, null, null);
  }

  /// What one account has sent.
  public static Selector ofSubmitter(String address) {
    return new Selector(null, null, null, null, null, null, address);
  }

  boolean fits(QueuedMessage m) {
    return (ids == null || ids.contains(m.id()))
        && (submitter == null || submitter.equalsIgnoreCase(m.submitter()))
        && (before == null || m.arrived().isBefore(before))
        && (sender == null || sender.equalsIgnoreCase(text(m.sender().path().address())));
  }

  boolean fits(QueuedRecipient r) {
    ForwardPath path = r.recipient().path();
    return (state == null || r.state() == state)
        && (recipient == null || recipient.equalsIgnoreCase(text(path.address())))
        && (domain == null || isDomain(path, r.destination()));
  }

  private boolean isDomain(ForwardPath path, Destination destination) {
    if (!path.isPostmaster() && path.address().domain().equals(domain)) return true;
    return switch (destination) {
      case Destination.Local _ -> false;
      case Destination.Domain d -> d.domain().equals(domain);
      case Destination.Host h -> h.host().equals(domain);
    };
  }

  private static String text(EmailAddress address) {
    return address == null ? "" : address.toString();
  }
}
