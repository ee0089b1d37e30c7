package org.posthorn.smtp.server;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.TlsChannel;
import org.posthorn.net.sasl.Claim;
import org.posthorn.net.sasl.SaslOffer;
import org.posthorn.net.sasl.ScramHash;
import org.posthorn.net.sasl.ScramSecret;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Identity;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;
import org.posthorn.smtp.Visit;

/// A backend that keeps messages in a list. The local part of a recipient says what happens: see
/// [#recipientReply] and [#outcome].
final class MemoryBackend implements Backend {
  static final String PASSWORD = "geheim";

  record Message(Client client, Sender sender, List<Recipient> recipients, String text) {
    String from() {
      return sender.path().toString();
    }

    List<String> to() {
      return recipients.stream().map(r -> r.path().toString()).toList();
    }
  }

  record Login(String name) implements Identity {}

  final List<Message> messages = new CopyOnWriteArrayList<>();
  final List<String> events = new CopyOnWriteArrayList<>();
  final AtomicInteger open = new AtomicInteger();

  /// Octets of messages that arrived here, finished or not.
  final AtomicLong received = new AtomicLong();

  /// What BURL finds.
  final Map<String, byte[]> urls = new ConcurrentHashMap<>();

  /// Whether SCRAM is offered.
  volatile boolean scram;

  /// How connections are met; null fails.
  volatile Arrival arrival = new Arrival.Welcome(Visit.NONE);

  @Override
  public Arrival arrived(Client client) {
    if (arrival == null) {
      throw new IllegalStateException("for the test");
    }
    return arrival;
  }

  @Override
  public SaslOffer offer(TlsChannel tls) {
    return scram ? SaslOffer.of(true, null, tls) : SaslOffer.PASSWORDS;
  }

  @Override
  public ScramSecret secret(ScramHash hash, String name) {
    throw new IllegalStateException("not offered");
  }

  @Override
  public Backend.Login authenticate(Client client, Claim claim) {
    events.add("auth " + claim.authzid() + "|" + claim.who());
    return switch (claim.who()) {
      case "busy" -> new Backend.Login.TooMany(Duration.ofSeconds(30));
      case "down" -> new Backend.Login.Unavailable();
      default ->
          claim instanceof Claim.Password p && p.password().equals(PASSWORD)
              ? new Backend.Login.Ok(new Login(claim.who()))
              : new Backend.Login.Refused();
    };
  }

  @Override
  public Start start(Client client, Sender sender) {
    if (sender.path().toString().startsWith("<forbidden@")) {
      return new Start.Refused(Reply.of(550, "5.7.1", "Not from you"));
    }
    if (sender.path().toString().startsWith("<broken@")) {
      throw new IllegalStateException("for the test");
    }
    open.incrementAndGet();
    return new Start.Opened(new Memory(client, sender));
  }

  @Override
  public Reply verify(Client client, EmailAddress address) {
    return Reply.of(250, "2.1.5", "<" + address + ">");
  }

  @Override
  public Reply expand(Client client, EmailAddress address) {
    if (address.localPart().equals("umlauts")) {
      return new Reply(250, "2.1.5", List.of("<j\u00f6rg@foo.com>", "<brown@foo.com>"));
    }
    return new Reply(250, "2.1.5", List.of("<jones@foo.com>", "<brown@foo.com>"));
  }

  @Override
  public Reply startQueue(Client client, String domain) {
    return domain.equals("innosoft.com")
        ? Reply.of(250, "2.0.0", "OK, queuing for node " + domain + " started")
        : Reply.of(459, "4.7.1", "Node " + domain + " not allowed: none of ours");
  }

  @Override
  public Fetched fetch(Client client, String url) {
    byte[] content = urls.get(url);
    if (url.endsWith("unreadable")) {
      InputStream broken =
          new InputStream() {
            @Override
            public int read() throws IOException {
              throw new IOException("for the test");
            }
          };
      return new Fetched.Content(broken, 10);
    }
    return content == null
        ? new Fetched.Refused(Reply.of(554, "5.7.0", "IMAP URL authorization failed"))
        : new Fetched.Content(new ByteArrayInputStream(content), content.length);
  }

  private static Reply recipientReply(ForwardPath to) {
    if (to.isPostmaster()) {
      return Reply.of(250, "2.1.5", "Recipient ok");
    }
    if (!to.address().domain().equals("foo.com")) {
      return Reply.of(550, "5.7.1", "No relaying");
    }
    return switch (to.address().localPart().toLowerCase(Locale.ROOT)) {
      case "green" -> Reply.of(550, "5.1.1", "No such user here");
      case "full" -> Reply.of(452, "4.2.2", "Mailbox full");
      case "moved" -> Reply.of(551, "5.1.6", "Now at <b\u00f6@foo.com>");
      case "forwarded" -> Reply.of(251, "2.1.5", "Will forward to <b\u00f6@foo.com>");
      case "talkative" -> Reply.of(250, "2.1.5", "Gr\u00fc\u00dfe");
      case "broken" -> throw new IllegalStateException("for the test");
      default -> Reply.of(250, "2.1.5", "Recipient ok");
    };
  }

  private static Reply outcome(String to) {
    return switch (to.substring(0, to.indexOf('@') < 0 ? to.length() : to.indexOf('@'))) {
      case "<later" -> Reply.of(451, "4.3.0", "Not now");
      case "<never" -> Reply.of(554, "5.6.0", "Never");
      case "<thrower" -> throw new IllegalStateException("for the test");
      default -> Reply.ok("Delivered to " + to);
    };
  }

  private final class Memory implements Transaction {
    private final Client client;
    private final Sender sender;
    private final List<String> to = new ArrayList<>();
    private final List<Recipient> recipients = new ArrayList<>();
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private boolean begun;
    private boolean finished;
    private boolean closed;

    Memory(Client client, Sender sender) {
      this.client = client;
      this.sender = sender;
    }

    @Override
    public Reply recipient(Recipient recipient) {
      ForwardPath path = recipient.path();
      check(!begun && !closed);
      Reply reply = recipientReply(path);
      if (reply.positive()) {
        to.add(path.toString());
        recipients.add(recipient);
      }
      return reply;
    }

    @Override
    public Reply begin() {
      check(!begun && !closed && !to.isEmpty());
      begun = true;
      return to.contains("<nospace@foo.com>")
          ? Reply.of(452, "4.3.1", "No space")
          : Reply.plain(354, "go on");
    }

    @Override
    public void write(byte[] b, int off, int len) {
      check(begun && !finished && !closed && len > 0);
      if (to.contains("<writer@foo.com>")) {
        throw new IllegalStateException("for the test");
      }
      text.write(b, off, len);
      received.addAndGet(len);
    }

    @Override
    public List<Reply> finish() {
      check(begun && !finished && !closed);
      finished = true;
      var replies = new ArrayList<Reply>();
      for (String t : to) {
        replies.add(outcome(t));
      }
      messages.add(
          new Message(
              client, sender, List.copyOf(recipients), text.toString(StandardCharsets.ISO_8859_1)));
      return replies;
    }

    @Override
    public void confirmed() {
      check(finished && !closed);
      events.add("confirmed");
    }

    @Override
    public void close() {
      check(!closed);
      closed = true;
      events.add(finished ? "closed" : "aborted");
      open.decrementAndGet();
    }

    private void check(boolean lifeCycleKept) {
      if (!lifeCycleKept) {
        throw new AssertionError("life cycle of a transaction broken");
      }
    }
  }
}
