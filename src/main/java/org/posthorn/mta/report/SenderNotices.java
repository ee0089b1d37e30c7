package org.posthorn.mta.report;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.posthorn.mime.BinaryRewrite;
import org.posthorn.mime.DeliveryReport.Action;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.ReportMessage;
import org.posthorn.mta.queue.Attempted;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.NewMessage;
import org.posthorn.mta.queue.Notices;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.sign.Signing;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Incoming;
import org.posthorn.store.Kept;
import org.posthorn.store.Message;
import org.posthorn.store.Store;

/// Makes the notices that go to senders, and puts their octets into the store. Any thread.
///
/// Who is told:
///
/// - The envelope's sender, if it is not the null one, of those recipients only for whom it wants
///   to know (RFC 3461 §4.1, §5.2.8). Nobody else, whatever the header says.
/// - Nobody of what came from the null sender (RFC 5321 §4.5.5). When it is a notice of ours that
///   could not be delivered, the postmaster gets it, once; when he cannot get it either, a line in
///   the log is all that is left of it. A notice of ours is one that nobody else can make: it lies
///   in the queue as submitted by the postmaster.
public final class SenderNotices implements Notices {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");
  private static final int RADIX = 36;

  /// Letters of a boundary: more than can be guessed.
  private static final int BOUNDARY = 32;

  private final String hostname;
  private final EmailAddress postmaster;
  private final Store store;
  private final Function<EmailAddress, Destination> routes;
  private final RandomGenerator random;
  private volatile Signing signing; // null: nothing is signed

  /// @param hostname ours, as a domain name
  /// @param postmaster notices come from his address, and those nobody else can get go there
  /// @param routes where mail for an address goes
  /// @param random that nobody can guess
  public SenderNotices(
      String hostname,
      EmailAddress postmaster,
      Store store,
      Function<EmailAddress, Destination> routes,
      RandomGenerator random) {
    this.hostname = hostname;
    this.postmaster = postmaster;
    this.store = store;
    this.routes = routes;
    this.random = random;
  }

  /// From now on notices for elsewhere are signed.
  public void signBy(Signing one) {
    signing = one;
  }

  @Override
  public List<NewMessage> failed(QueuedMessage message, List<Attempted> whom) throws IOException {
    return compose(message, octets(message), told(message, whom));
  }

  @Override
  public List<NewMessage> delayed(QueuedMessage message, List<Attempted> whom) throws IOException {
    return compose(message, octets(message), told(message, whom));
  }

  @Override
  public List<NewMessage> delivered(QueuedMessage message, List<Attempted> whom)
      throws IOException {
    return compose(message, octets(message), told(message, whom));
  }

  private List<Told> told(QueuedMessage message, List<Attempted> whom) {
    Instant now = store.clock().instant();
    List<Told> all = new ArrayList<>(whom.size());
    for (Attempted a : whom) {
      Recipient r = a.recipient().recipient();
      all.add(
          switch (a.outcome()) {
            case Outcome.Failed f -> Told.failed(r, f.problem(), now);
            case Outcome.Deferred d -> Told.delayed(r, d.problem(), now, message.expires());
            case Outcome.Delivered d -> Told.delivered(r, d, now);
          });
    }
    return all;
  }

  /// One notice about what is told, or none if there is nobody to tell or nothing to say; for the
  /// queue, whose commit must come soon ([org.posthorn.store.Keeping#USE_WITHIN]).
  ///
  /// @param about its octets lie in the store
  /// @throws IOException if it cannot be written
  public List<NewMessage> notice(QueuedMessage about, List<Told> told) throws IOException {
    return notice(about, octets(about), told);
  }

  /// The same about a message whose octets are elsewhere; the blob is not looked at.
  ///
  /// @param octets of the message, our trace lines before them
  public List<NewMessage> notice(QueuedMessage about, BinaryRewrite.Source octets, List<Told> told)
      throws IOException {
    List<Told> wanted = told.stream().filter(Told::wanted).toList();
    return wanted.isEmpty() ? List.of() : compose(about, octets, wanted);
  }

  private List<NewMessage> compose(
      QueuedMessage about, BinaryRewrite.Source octets, List<Told> told) throws IOException {
    EmailAddress to = addressee(about, told);
    if (to == null) {
      return List.of();
    }
    Notice notice = new Notice(about, told, store.clock().instant());
    try {
      return List.of(write(notice, to, octets));
    } catch (IOException e) {
      // Better without the message than not at all; and if it was not that, this fails too.
      LOG.log(WARNING, "notice-without-message id={0}", about.id(), e);
      return List.of(write(notice, to, InputStream::nullInputStream));
    }
  }

  /// Null if nobody is to be told.
  private EmailAddress addressee(QueuedMessage about, List<Told> told) {
    if (!about.sender().path().isNull()) {
      return about.sender().path().address();
    }
    boolean failed = told.stream().anyMatch(t -> t.action() == Action.FAILED);
    boolean ours = about.submitter().equalsIgnoreCase(postmaster.toString());
    boolean his = told.stream().anyMatch(t -> isPostmaster(t.recipient().path()));
    if (failed && ours && !his) {
      return postmaster;
    }
    if (failed) {
      Told first = told.getFirst();
      LOG.log(
          INFO,
          "notice-dropped id={0} to={1} status={2} reason={3}",
          about.id(),
          first.recipient().path(),
          first.status(),
          first.words().isEmpty() ? first.plain() : first.words());
    }
    return null;
  }

  private boolean isPostmaster(ForwardPath path) {
    return path.isPostmaster() || path.address().equals(postmaster);
  }

  private BinaryRewrite.Source octets(QueuedMessage m) {
    return () ->
        new SequenceInputStream(
            new ByteArrayInputStream(m.head()), store.keeping().open(m.blob(), m.size()));
  }

  private NewMessage write(Notice notice, EmailAddress to, BinaryRewrite.Source about)
      throws IOException {
    var frame = new Notice.Frame(hostname, postmaster, messageId(), letters(BOUNDARY));
    ReportMessage message = notice.message(to, about, frame);
    try (Incoming in = store.receive()) {
      boolean eightBit = message.write(in);
      Message octets = in.finish();
      Kept kept = store.keeping().keep(octets, false);
      Destination route = routes.apply(to);
      // RFC 8689 §5: a notice about what required TLS does so, too.
      boolean requireTls = notice.about().sender().options().requireTls();
      MailOptions options = MailOptions.NONE.withUtf8(message.utf8()).withRequireTls(requireTls);
      Body body = eightBit ? Body.EIGHT_BIT_MIME : Body.SEVEN_BIT;
      return new NewMessage(
          null,
          new Sender(ReversePath.NULL, kept.size(), body, options),
          notice.at(),
          kept,
          signatures(octets, route),
          postmaster.toString(),
          List.of(new NewMessage.To(new Recipient(new ForwardPath(to), Set.of(), ""), route)));
    }
  }

  private byte[] signatures(Message notice, Destination route) {
    Signing by = signing;
    return by == null || route instanceof Destination.Local
        ? new byte[0]
        : by.lines(notice, ReversePath.NULL);
  }

  /// RFC 5322 §3.6.4.
  private String messageId() {
    String id = Long.toString(store.ids().next(), RADIX) + "." + letters(12);
    return id.toLowerCase(Locale.ROOT) + "@" + hostname;
  }

  private String letters(int n) {
    var out = new StringBuilder(n);
    for (int i = 0; i < n; i++) {
      out.append(Character.forDigit(random.nextInt(RADIX), RADIX));
    }
    return out.toString();
  }
}
