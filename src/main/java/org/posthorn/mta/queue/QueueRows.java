package org.posthorn.mta.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.posthorn.mime.EmailAddress;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Pack;
import org.posthorn.store.Unpack;

/// How the rows of a shard are written. Behind the fixed fields of a row come others, each a tag
/// and its octets: one that has its default is left out, an unknown tag is passed over.
final class QueueRows {
  private static final int FORMAT = 1;

  /// Characters kept of each text about a failed try.
  static final int TEXT_MAX = 2000;

  private static final class MessageTag {
    static final int HEAD = 1;
    static final int FROM = 2;
    static final int SUBMITTER = 3;
    static final int DECLARED = 4;
    static final int BODY = 5;
    static final int UTF8 = 6;
    static final int REQUIRE_TLS = 7;
    static final int RETURNED = 8;
    static final int ENVELOPE_ID = 9;
    static final int PRIORITY = 10;
    static final int DELIVER_BY = 11;
    static final int HOLD_UNTIL = 12;
    static final int TLS_OPTIONAL = 13;
  }

  private static final class RecipientTag {
    static final int ADDRESS = 1;
    static final int TOLD = 2;
    static final int ORIGINAL = 3;
    static final int LAST = 4;
    static final int DELAY_TOLD = 5;
    static final int PRIORITY = 6;
  }

  private enum Kind {
    LOCAL,
    DOMAIN,
    HOST,
    ALONE
  }

  /// @param recipients that the message had at first; their numbers are below
  record MessageRow(QueuedMessage message, int recipients) {}

  /// @param priority of the message
  record RecipientRow(QueuedRecipient recipient, int priority) {}

  private QueueRows() {}

  // ---- keys

  static byte[] of(char letter) {
    return new byte[] {(byte) letter};
  }

  static byte[] message(QueueId id) {
    return new Pack(9).u8('m').u64(id.value()).done();
  }

  static byte[] recipient(QueueId id, int number) {
    return new Pack(13).u8('r').u64(id.value()).u32(number).done();
  }

  /// Before all recipients of a message.
  static byte[] recipients(QueueId id) {
    return new Pack(9).u8('r').u64(id.value()).done();
  }

  /// The id in the key of a message or recipient.
  static QueueId id(byte[] key) {
    return new QueueId(Unpack.at(key, 1).u64());
  }

  /// The number in the key of a recipient.
  static int numberOf(byte[] key) {
    return (int) Unpack.at(key, 9).u32();
  }

  /// The blob in a key `b`.
  static long blob(byte[] key) {
    return Unpack.at(key, 1).u64();
  }

  /// The message in a key `b`.
  static QueueId blobOwner(byte[] key) {
    return new QueueId(Unpack.at(key, 9).u64());
  }

  // ---- messages

  static byte[] encode(QueuedMessage m, int recipients) {
    Sender s = m.sender();
    MailOptions o = s.options();
    Pack p = new Pack(128 + m.head().length).u8(FORMAT);
    p.zigzag(m.arrived().toEpochMilli()).zigzag(m.expires().toEpochMilli());
    p.u64(m.blob()).varint(m.size()).varint(recipients);
    p.u8(MessageTag.HEAD).bytes(m.head());
    if (!s.path().isNull()) p.u8(MessageTag.FROM).text(s.path().address().toString());
    if (!m.submitter().isEmpty()) p.u8(MessageTag.SUBMITTER).text(m.submitter());
    if (s.size() != 0) number(p, MessageTag.DECLARED, s.size());
    if (s.body() != Body.SEVEN_BIT) number(p, MessageTag.BODY, s.body().ordinal());
    if (o.utf8()) number(p, MessageTag.UTF8, 1);
    if (o.requireTls()) number(p, MessageTag.REQUIRE_TLS, 1);
    if (o.tlsOptional()) number(p, MessageTag.TLS_OPTIONAL, 1);
    if (o.returned() != null) number(p, MessageTag.RETURNED, o.returned().ordinal());
    if (!o.envelopeId().isEmpty()) p.u8(MessageTag.ENVELOPE_ID).text(o.envelopeId());
    if (o.priority() != 0) number(p, MessageTag.PRIORITY, o.priority());
    if (o.by() != null) {
      DeliverBy by = o.by();
      Pack value = new Pack(16).zigzag(by.seconds()).u8(by.mode().ordinal());
      p.u8(MessageTag.DELIVER_BY).bytes(value.u8(by.trace() ? 1 : 0).done());
    }
    if (o.holdUntil() != null) number(p, MessageTag.HOLD_UNTIL, o.holdUntil().toEpochMilli());
    return p.done();
  }

  private static void number(Pack p, int tag, long value) {
    p.u8(tag).bytes(new Pack(10).zigzag(value).done());
  }

  private static long number(byte[] value) {
    return new Unpack(value).zigzag();
  }

  static MessageRow message(QueueId id, byte[] row) {
    Unpack u = Unpack.row(row, FORMAT);
    Instant arrived = instant(u.zigzag());
    Instant expires = instant(u.zigzag());
    long blob = u.u64();
    long size = u.varint();
    long recipients = u.varint();
    if (recipients < 1 || recipients > Integer.MAX_VALUE) {
      throw new Unpack.DamagedRow("message of " + recipients + " recipients");
    }
    byte[] head = {};
    EmailAddress from = null;
    String submitter = "";
    long declared = 0;
    Body body = Body.SEVEN_BIT;
    boolean utf8 = false;
    boolean requireTls = false;
    boolean tlsOptional = false;
    MailOptions.Returned returned = null;
    String envelopeId = "";
    int priority = 0;
    DeliverBy by = null;
    Instant holdUntil = null;
    while (!u.atEnd()) {
      int tag = u.u8();
      byte[] value = u.bytes();
      switch (tag) {
        case MessageTag.HEAD -> head = value;
        case MessageTag.FROM -> from = address(value);
        case MessageTag.SUBMITTER -> submitter = text(value);
        case MessageTag.DECLARED -> declared = number(value);
        case MessageTag.BODY -> body = constant(Body.values(), number(value));
        case MessageTag.UTF8 -> utf8 = number(value) == 1;
        case MessageTag.REQUIRE_TLS -> requireTls = number(value) == 1;
        case MessageTag.TLS_OPTIONAL -> tlsOptional = number(value) == 1;
        case MessageTag.RETURNED ->
            returned = constant(MailOptions.Returned.values(), number(value));
        case MessageTag.ENVELOPE_ID -> envelopeId = text(value);
        case MessageTag.PRIORITY -> priority = (int) number(value);
        case MessageTag.DELIVER_BY -> by = deliverBy(value);
        case MessageTag.HOLD_UNTIL -> holdUntil = instant(number(value));
        default -> {} // of a later version
      }
    }
    MailOptions options =
        new MailOptions(
            utf8, requireTls, returned, envelopeId, priority, by, holdUntil, tlsOptional);
    ReversePath path = from == null ? ReversePath.NULL : new ReversePath(from);
    Sender sender = new Sender(path, declared, body, options);
    return new MessageRow(
        new QueuedMessage(id, sender, arrived, expires, blob, size, head, submitter),
        (int) recipients);
  }

  private static DeliverBy deliverBy(byte[] value) {
    Unpack u = new Unpack(value);
    long seconds = u.zigzag();
    return new DeliverBy(seconds, constant(DeliverBy.Mode.values(), u.u8()), u.u8() == 1);
  }

  // ---- recipients

  static byte[] encode(QueuedRecipient r, int priority) {
    Pack p = new Pack(128).u8(FORMAT);
    p.zigzag(r.next().toEpochMilli()).varint(r.tries()).u8(r.state().ordinal());
    switch (r.destination()) {
      case Destination.Local l -> p.u8((l.alone() ? Kind.ALONE : Kind.LOCAL).ordinal());
      case Destination.Domain d -> p.u8(Kind.DOMAIN.ordinal()).text(d.domain());
      case Destination.Host h -> p.u8(Kind.HOST.ordinal()).text(h.host()).varint(h.port());
    }
    Recipient to = r.recipient();
    if (!to.path().isPostmaster()) {
      p.u8(RecipientTag.ADDRESS).text(to.path().address().toString());
    }
    if (!to.told().isEmpty()) {
      long bits = 0;
      for (Recipient.Notify n : to.told()) bits |= 1L << n.ordinal();
      number(p, RecipientTag.TOLD, bits);
    }
    if (!to.original().isEmpty()) p.u8(RecipientTag.ORIGINAL).text(to.original());
    if (r.last() != null) {
      Outcome.Problem l = r.last();
      Pack value = new Pack(128).text(cut(l.status())).text(cut(l.host()));
      p.u8(RecipientTag.LAST).bytes(value.text(cut(l.words())).text(cut(l.plain())).done());
    }
    if (r.delayTold()) number(p, RecipientTag.DELAY_TOLD, 1);
    if (priority != 0) number(p, RecipientTag.PRIORITY, priority);
    return p.done();
  }

  private static String cut(String text) {
    if (text.length() <= TEXT_MAX) return text;
    int end = Character.isHighSurrogate(text.charAt(TEXT_MAX - 1)) ? TEXT_MAX - 1 : TEXT_MAX;
    return text.substring(0, end);
  }

  static RecipientRow recipient(int number, byte[] row) {
    Unpack u = Unpack.row(row, FORMAT);
    Instant next = instant(u.zigzag());
    long tries = u.varint();
    if (tries < 0 || tries > Integer.MAX_VALUE) throw new Unpack.DamagedRow(tries + " tries");
    QueuedRecipient.State state = constant(QueuedRecipient.State.values(), u.u8());
    Destination destination =
        switch (constant(Kind.values(), u.u8())) {
          case LOCAL -> new Destination.Local();
          case DOMAIN -> new Destination.Domain(u.text());
          case HOST -> new Destination.Host(u.text(), (int) u.varint());
          case ALONE -> new Destination.Local(true);
        };
    EmailAddress address = null;
    Set<Recipient.Notify> told = Set.of();
    String original = "";
    Outcome.Problem last = null;
    boolean delayTold = false;
    int priority = 0;
    while (!u.atEnd()) {
      int tag = u.u8();
      byte[] value = u.bytes();
      switch (tag) {
        case RecipientTag.ADDRESS -> address = address(value);
        case RecipientTag.TOLD -> told = told(number(value));
        case RecipientTag.ORIGINAL -> original = text(value);
        case RecipientTag.LAST -> last = problem(value);
        case RecipientTag.DELAY_TOLD -> delayTold = number(value) == 1;
        case RecipientTag.PRIORITY -> priority = (int) number(value);
        default -> {} // of a later version
      }
    }
    ForwardPath path = address == null ? ForwardPath.POSTMASTER : new ForwardPath(address);
    Recipient recipient = new Recipient(path, told, original);
    return new RecipientRow(
        new QueuedRecipient(
            number, recipient, destination, next, (int) tries, last, state, delayTold),
        priority);
  }

  private static Outcome.Problem problem(byte[] value) {
    Unpack u = new Unpack(value);
    return new Outcome.Problem(u.text(), u.text(), u.text(), u.text());
  }

  private static Set<Recipient.Notify> told(long bits) {
    Set<Recipient.Notify> out = EnumSet.noneOf(Recipient.Notify.class);
    for (Recipient.Notify n : Recipient.Notify.values()) {
      if ((bits >> n.ordinal() & 1) == 1) out.add(n);
    }
    return out;
  }

  private static EmailAddress address(byte[] value) {
    EmailAddress a = EmailAddress.parse(text(value));
    if (a == null) throw new Unpack.DamagedRow("address that is none");
    return a;
  }

  private static String text(byte[] value) {
    return new String(value, UTF_8);
  }

  private static Instant instant(long millis) {
    return Instant.ofEpochMilli(millis);
  }

  private static <E> E constant(E[] all, long ordinal) {
    if (ordinal < 0 || ordinal >= all.length) throw new Unpack.DamagedRow("constant " + ordinal);
    return all[(int) ordinal];
  }
}
