package org.posthorn.mta;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.posthorn.directory.Outside;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.Headers;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.NewMessage;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.sign.Signing;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Kept;

/// What of one message goes elsewhere, and under which sender.
///
/// Mail that an address of ours sends on leaves under a sender that the next server can check to be
/// ours: the group's owner, or the sender rewritten (SRS), unless it is ours already. It carries
/// the address of ours as Delivered-To; coming back with that, it goes in a circle and is refused.
final class Outgoing {
  private static final String DELIVERED_TO = "Delivered-To";

  private final Mta mta;
  private final Sender from;
  private final Set<String> passed = new HashSet<>();
  private final Set<EmailAddress> seen = new HashSet<>();

  /// One recipient elsewhere.
  ///
  /// @param via address of ours that leads there, or null
  record Parcel(Sender sender, EmailAddress via, NewMessage.To to) {}

  /// @param headers of the message as it came to us
  Outgoing(Mta mta, Sender from, Headers headers) {
    this.mta = mta;
    this.from = from;
    for (String value : headers.every(DELIVERED_TO)) {
      EmailAddress a = EmailAddress.parse(value.strip());
      if (a != null) {
        passed.add(a.key());
      }
    }
  }

  /// Each address elsewhere once, however many ways lead there.
  ///
  /// @param refused gets why parts of it go nowhere
  List<Parcel> of(Accepted a, List<Reply> refused) {
    List<Parcel> out = new ArrayList<>();
    if (a.direct() != null && seen.add(a.recipient().path().address())) {
      out.add(new Parcel(from, null, new NewMessage.To(a.recipient(), a.direct())));
    }
    for (Outside o : a.outside()) {
      if (passed.contains(o.via().key())) {
        mta.counters().loops.increment();
        refused.add(Reply.of(554, "5.4.6", "Mail for " + o.via() + " goes in circles"));
      } else if (seen.add(o.address())) {
        boolean many = a.outside().size() + a.targets().size() > 1;
        out.add(sentOn(a.recipient(), o, many));
      }
    }
    return out;
  }

  /// An entry of the queue for those elsewhere, made of one that waited for an address of ours.
  /// Those to whom the message would come back are left out; null if nobody is left.
  NewMessage again(QueuedMessage message, Recipient r, List<Outside> outside) {
    List<NewMessage.To> tos = new ArrayList<>();
    Parcel first = null;
    for (Outside o : outside) {
      if (!passed.contains(o.via().key()) && seen.add(o.address())) {
        Parcel p = sentOn(r, o, outside.size() > 1);
        first = first == null ? p : first;
        tos.add(p.to);
      }
    }
    if (first == null) {
      return null;
    }
    byte[] signed = Signing.signatures(message.head());
    byte[] rest = Arrays.copyOfRange(message.head(), signed.length, message.head().length);
    byte[] signatures = signed.length > 0 ? signed : mta.signatures(message);
    if (signatures.length == 0) {
      signatures =
          mta.seal(
              () -> mta.store().keeping().open(message.blob(), message.size()), rest, first.via);
    }
    byte[] head = TraceLines.joined(signatures, head(rest, first.via));
    Kept octets = mta.queue().octets(message);
    return new NewMessage(
        null, first.sender, message.arrived(), octets, head, message.submitter(), tos);
  }

  private Parcel sentOn(Recipient r, Outside o, boolean many) {
    boolean list = o.owner() != null;
    // RFC 3461 §5.2.7: an alias of one passes the wishes on; with several, who delivers cannot
    // speak for all; a list speaks for itself.
    Recipient to =
        new Recipient(
            new ForwardPath(o.address()),
            list ? Set.of() : many ? withoutSuccess(r.told()) : r.told(),
            list ? "" : original(r));
    var destination = new Destination.Domain(o.address().domain());
    return new Parcel(sender(o), o.via(), new NewMessage.To(to, destination));
  }

  private static Set<Recipient.Notify> withoutSuccess(Set<Recipient.Notify> told) {
    if (!told.contains(Recipient.Notify.SUCCESS)) {
      return told;
    }
    EnumSet<Recipient.Notify> rest = EnumSet.copyOf(told);
    rest.remove(Recipient.Notify.SUCCESS);
    return rest.isEmpty() ? Set.of(Recipient.Notify.NEVER) : rest;
  }

  /// ORCPT as given, or made of the recipient (RFC 3461 §5.2.7.1).
  static String original(Recipient r) {
    if (!r.original().isEmpty() || r.path().isPostmaster()) {
      return r.original();
    }
    EmailAddress a = r.path().address();
    return (a.isAscii() ? "rfc822;" : "utf-8;") + a;
  }

  private Sender sender(Outside o) {
    Sender s = from;
    if (s.path().isNull()) {
      return s;
    }
    if (o.owner() != null) {
      MailOptions own =
          MailOptions.NONE.withUtf8(s.options().utf8()).withTlsOptional(s.options().tlsOptional());
      return new Sender(new ReversePath(o.owner()), s.size(), s.body(), own);
    }
    EmailAddress author = s.path().address();
    if (mta.directory().isOurs(author.domain())) {
      return s;
    }
    EmailAddress rewritten = mta.srs().forward(author, o.via().domain(), mta.now().toInstant());
    return new Sender(new ReversePath(rewritten), s.size(), s.body(), s.options());
  }

  /// Entries of the queue: those with one sender and one way together.
  ///
  /// @param signatures lines to stand before all others, by the address of ours that leads there;
  ///   asked with null for none
  static List<NewMessage> entries(
      Envelope envelope,
      Kept kept,
      Function<EmailAddress, byte[]> signatures,
      List<Parcel> parcels) {
    record Way(Sender sender, EmailAddress via) {}
    Map<Way, List<NewMessage.To>> ways = new LinkedHashMap<>();
    for (Parcel p : parcels) {
      ways.computeIfAbsent(new Way(p.sender, p.via), w -> new ArrayList<>()).add(p.to);
    }
    List<NewMessage> out = new ArrayList<>();
    ways.forEach((way, tos) -> {
      byte[] head =
          TraceLines.joined(signatures.apply(way.via), head(envelope.received(), way.via));
      out.add(entry(envelope, way.sender, kept, head, tos));
    });
    return out;
  }

  private static byte[] head(byte[] received, EmailAddress via) {
    if (via == null) {
      return received;
    }
    return TraceLines.joined(
        (DELIVERED_TO + ": " + via + "\r\n").getBytes(StandardCharsets.UTF_8), received);
  }

  /// Without an id: the first one of a reception gets that of the reception.
  static NewMessage entry(
      Envelope envelope, Sender sender, Kept octets, byte[] head, List<NewMessage.To> tos) {
    Instant arrived = envelope.at().toInstant();
    return new NewMessage(null, sender, arrived, octets, head, envelope.submitter(), tos);
  }
}
